"""Who may answer: a model that is verified, fits and was tried once; or else the fallback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..artifact import ArtifactError, Manifest, Scorer, load
from ..artifact.manifest import MANIFEST_FILE, MODEL_FILE
from ..artifact.pointer import Served
from ..kind.decision import DecisionRule, for_fallback
from ..ops.paths import PACKAGE
from ..prediction_log.scored import Cause, Scored, Variant
from ..problem import fallback
from ..problem.schema import FEATURES


@dataclass(frozen=True)
class Fallback:
    """`problem.fallback` and its constants, and what is done about its scores."""

    constants: Mapping[str, float]
    decision_rule: DecisionRule

    @classmethod
    def of(cls, manifest: Manifest | None) -> Fallback:
        """Return that of `manifest`, or the one to use where no manifest was ever read."""
        constants = manifest.fallback if manifest else fallback.DEFAULTS
        return cls(constants, for_fallback(manifest.decision_rule if manifest else None, constants))

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k] in schema order."""
        return fallback.score(features, self.constants)

    def answer(
        self, features: np.ndarray, version: int | None, variant: Variant, cause: Cause
    ) -> Scored:
        """Return its answers to `features` in the place of `version`, for which `cause` is why."""
        return Scored.alike(self.score(features), self.decision_rule, version, variant, cause)


class ScoringError(Exception):
    """The model answered, but not with one finite score a row."""


@dataclass(frozen=True)
class Model:
    """A scorer for rows in schema order; thread-safe.

    Attributes:
        version: the registry's.
        columns: where the scorer's inputs stand in the schema; None where the orders agree.
        fallback: what answers when this model can't.
    """

    scorer: Scorer
    version: int
    columns: tuple[int, ...] | None
    fallback: Fallback

    @property
    def decision_rule(self) -> DecisionRule:
        """Return what is done about the scores."""
        return self.scorer.manifest.decision_rule

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k] in schema order.

        Raises:
            ScoringError: a score is not finite, or their number is not n.
            Exception: whatever the runtime raises.
        """
        inputs = features if self.columns is None else features[:, self.columns]
        scores = self.scorer.score(np.ascontiguousarray(inputs))
        if scores.shape != (len(features),):
            raise ScoringError(f"{len(features)} rows got scores of shape {scores.shape}")
        if not np.isfinite(scores).all():
            raise ScoringError("a score is not finite")
        return scores


def load_model(root: Path, served: Served) -> Model:
    """Verify, load and try the artifact that the pointer in `root` names.

    Raises:
        ArtifactError: it is missing, altered, of another name or version, unfit for this schema,
            or can't score; the message says which.
    """
    folder = root / served.folder
    manifest = Manifest.read(folder, served.manifest_sha256)
    columns = _columns(folder, manifest, served)
    scorer = load(folder, served.manifest_sha256)
    try:
        model = Model(
            scorer,
            served.version,
            None if columns == tuple(range(len(FEATURES))) else columns,
            Fallback.of(manifest),
        )
        warm_up = np.zeros((2, len(FEATURES)), dtype=np.float32)
        warm_up[1] = np.nan
        model.score(warm_up)
        model.fallback.score(warm_up)
    except Exception as error:
        raise ArtifactError(f"{folder} can't score: {error!r}") from error
    return model


def _columns(folder: Path, manifest: Manifest, served: Served) -> tuple[int, ...]:
    """Return where the inputs stand in the schema, if this is the manifest that is to be there."""
    if (manifest.name, manifest.version) != (PACKAGE, served.version):
        raise ArtifactError(
            f"{folder} holds {manifest.name} version {manifest.version},"
            f" not {PACKAGE} version {served.version}"
        )
    unknown = [name for name in manifest.feature_names if name not in FEATURES]
    if unknown:
        raise ArtifactError(f"{folder} takes features that the schema lacks: {', '.join(unknown)}")
    return tuple(FEATURES.index(name) for name in manifest.feature_names)


def read_fallback(root: Path, served: Served) -> Fallback | None:
    """Return the fallback of an artifact whose manifest is sound, whatever became of its model."""
    try:
        return Fallback.of(Manifest.read(root / served.folder, served.manifest_sha256))
    except (ArtifactError, ValueError, TypeError):
        return None


def stamp(folder: Path) -> tuple[tuple[int, int, int], ...] | None:
    """Return what changes when an artifact's files do; None where one of them is missing."""
    try:
        stats = [(folder / name).stat() for name in (MANIFEST_FILE, MODEL_FILE)]
    except OSError:
        return None
    return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats)
