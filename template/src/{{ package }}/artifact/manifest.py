"""The manifest: what a model is, what it takes, and what its inputs looked like in training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import UserError
from ..kind.decision import DecisionRule

FORMAT = 1
MODEL_FILE = "model.onnx"
MANIFEST_FILE = "manifest.json"


class ArtifactError(UserError):
    """An artifact is missing, incomplete, altered, or not of the form that this code reads."""


@dataclass(frozen=True)
class FeatureSpec:
    """One input of the model and its range in training; `missing_share` is in [0, 1]."""

    name: str
    dtype: str
    minimum: float
    maximum: float
    missing_share: float


@dataclass(frozen=True)
class Reference:
    """A distribution seen in training, as shares of fixed bins.

    `edges` are the m inner edges, ascending: bin i holds edges[i-1] <= x < edges[i]. `shares` are
    the m + 1 shares of the present values, `missing_share` the share of the absent among all. The
    edges keep `margin` away from all but a few of the values; None if they may be values, as in
    manifests of old releases.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    missing_share: float
    margin: float | None = None

    @classmethod
    def of(cls, values: np.ndarray, bins: int = 10, margin: float = 0.0) -> Reference:
        """Summarise `values`, shape [n], NaN where missing, by quantiles of the present ones.

        Told in another way, a value may differ by `margin`, and by what float32 rounds.
        """
        present = values[~np.isnan(values)].astype(np.float64)
        if len(present) == 0:
            return cls((), (1.0,), 1.0, margin)
        edges = _edges(present, bins, margin)
        return cls(
            tuple(edges.tolist()),
            tuple(_shares(present, edges).tolist()),
            float(np.isnan(values).mean()),
            margin,
        )

    def shares_of(self, values: np.ndarray) -> np.ndarray:
        """Return the shares of this reference's bins among the present `values`, shape [m + 1]."""
        return _shares(values[~np.isnan(values)], np.asarray(self.edges))


FEW = 0.03
"""This share of the rows may lie so near to an edge as to change sides: it moves PSI by 0.02."""


def _edges(present: np.ndarray, bins: int, margin: float) -> np.ndarray:
    """Return inner edges, [m], ascending: quantiles, and around each value that would fill a bin.

    Without the latter a count that is nearly always 0 would lie in one bin with all other values.
    An edge lies midway between two values, and so far from both that hardly any row could change
    sides: on a value, or beside one, the last digit would decide on the bin, which may be another
    on another machine. Values with no room between them for an edge count as one.
    """
    found, times = np.unique(present, return_counts=True)
    reach = margin + rounding(np.abs(found).max())
    midway = found[:-1] + np.diff(found) / 2
    near = margin + rounding(midway)
    below = np.concatenate([[0], np.cumsum(times)])
    beside = np.diff(
        below[np.searchsorted(found, [midway - near, midway + near], side="right")], axis=0
    )[0]
    room = beside <= FEW * len(present)
    midway, first = midway[room], np.concatenate([[0], np.flatnonzero(room) + 1])
    counts = np.add.reduceat(times, first)
    span = float(found[-1] - found[0] or abs(found[0]) or 1.0)
    beyond = max(1e-3 * span, 2 * float(reach))
    between = np.concatenate([[found[0] - beyond], midway, [found[-1] + beyond]])
    full = np.diff(np.cumsum(counts) * bins // len(present), prepend=0) > 0
    full[-1] = False
    heavy = counts * bins >= len(present)
    return np.unique(np.concatenate([between[1:][full], between[:-1][heavy], between[1:][heavy]]))


def rounding(values: np.ndarray) -> np.ndarray:
    """Return how far sums in float32 that are equal but for their order may lie apart, [n]."""
    return 8 * float(np.finfo(np.float32).eps) * np.abs(values)


def _shares(present: np.ndarray, edges: np.ndarray) -> np.ndarray:
    counts = np.bincount(np.searchsorted(edges, present, side="right"), minlength=len(edges) + 1)
    return counts / max(1, len(present))


@dataclass(frozen=True)
class Manifest:
    """All that a reader of the artifact needs to know before it opens the model.

    Attributes:
        version: the registry's; None before registration.
        model_sha256: of the model file beside the manifest.
        features: the inputs in the order of the model's columns.
        decision_rule: what is done about the scores; its fields stand in the file by their names.
        reference: the training distributions of each feature, and of the score as `score`.
        fallback: the constants of `problem.fallback.score` and of what is done about its scores.
        reference_rows: how many rows the distributions rest on that are worth one each; None in
            manifests of old releases.
        run_id, git_commit, data_digest: where the model comes from.
    """

    name: str
    version: int | None
    family: str
    model_sha256: str
    features: tuple[FeatureSpec, ...]
    decision_rule: DecisionRule
    reference: Mapping[str, Reference]
    fallback: Mapping[str, float]
    run_id: str
    git_commit: str
    data_digest: str
    created: str
    format: int = FORMAT
    reference_rows: float | None = None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the inputs' names in the order of the model's columns."""
        return tuple(spec.name for spec in self.features)

    def write(self, folder: Path) -> None:
        """Write the manifest into `folder`."""
        content = asdict(self)
        content |= content.pop("decision_rule")
        text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, expected_sha256: str | None = None) -> Manifest:
        """Read the manifest of `folder`; with `expected_sha256`, only if the file has that hash.

        Raises:
            ArtifactError: it is missing, altered or not of this form.
        """
        path = folder / MANIFEST_FILE
        raw = read_file(folder, MANIFEST_FILE)
        if expected_sha256 is not None and sha256(raw) != expected_sha256:
            raise ArtifactError(f"{path} was altered: its hash is not the registered one")
        try:
            return cls._of_json(json.loads(raw))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArtifactError(f"{path} is not a manifest of format {FORMAT}: {error}") from error

    @classmethod
    def _of_json(cls, data: dict[str, Any]) -> Manifest:
        if data.get("format") != FORMAT:
            raise ValueError(f"format is {data.get('format')!r}")
        parsed: dict[str, Any] = dict(data)
        parsed["features"] = tuple(FeatureSpec(**raw) for raw in data["features"])
        parsed["reference"] = {
            name: Reference(**raw | {key: tuple(raw[key]) for key in ("edges", "shares")})
            for name, raw in data["reference"].items()
        }
        rule = {field.name: parsed.pop(field.name) for field in fields(DecisionRule)}
        return cls(**parsed, decision_rule=DecisionRule(**rule))


def read_file(folder: Path, name: str) -> bytes:
    """Return what a file of the artifact in `folder` holds.

    Raises:
        ArtifactError: it is missing, can't be read, or is a link that leads out of the folder.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"{path} can't be read: {error}") from error
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ArtifactError(f"{path} is a link to {path.resolve()}, which is outside its folder")
    return content


def describe(features: np.ndarray, names: Sequence[str]) -> tuple[FeatureSpec, ...]:
    """Return the specs of the columns of `features`, float32 [n, k], NaN where missing."""
    specs = []
    for name, column in zip(names, features.T, strict=True):
        present = column[~np.isnan(column)]
        low, high = (present.min(), present.max()) if len(present) else (0.0, 0.0)
        missing = float(np.isnan(column).mean())
        specs.append(FeatureSpec(name, "float32", float(low), float(high), missing))
    return tuple(specs)


def sha256(content: bytes) -> str:
    """Return the hash of `content`, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
