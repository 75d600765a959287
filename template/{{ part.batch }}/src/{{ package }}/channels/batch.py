"""Batch serving: the same artifact, fallback and prediction log as the service, over many rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from ..artifact import ArtifactError
from ..artifact.pointer import Pointer, Served
from ..declare import TOO_LARGE
from ..ops.clock import now
from ..ops.log import get
from ..ops.paths import PACKAGE
from ..prediction_log.schema import Entry
from ..prediction_log.scored import Cause, Scored, Variant, pair_of
from ..prediction_log.writer import LogWriter
from ..problem.schema import FEATURES
from .model import Fallback, Model, load_model, read_fallback, stamp
from .router import assigned_variant

CHUNK = 10_000
"""Rows scored and logged at a time."""


@dataclass(frozen=True)
class Lineup:
    """What scores a batch.

    Attributes:
        champion: None leaves its rows to the fallback, and `cause` says why.
        champion_version: that scores or, failing that, that should.
        challenger: the model on trial; None where there is none, or none that is sound.
    """

    champion: Model | None
    cause: Cause | None
    fallback: Fallback
    champion_version: int | None = None
    challenger: Model | None = None

    @property
    def challenger_version(self) -> int | None:
        """Return the version that is on trial."""
        return self.challenger.version if self.challenger else None


def open_lineup(folder: Path) -> Lineup:
    """Load what the pointer in `folder` names; without a sound champion there is the fallback."""
    log = get("serving")
    try:
        pointer = Pointer.read(folder)
    except ArtifactError as error:
        log.error("pointer_unreadable", error=str(error))
        return Lineup(None, "corrupt", Fallback.of(None))
    served = pointer.champion
    if served is None:
        log.warning("no_model", folder=str(folder))
        return Lineup(None, "missing", Fallback.of(None))
    challenger = _load(folder, pointer.challenger) if pointer.challenger else None
    champion = _load(folder, served)
    if champion is None:
        cause = "corrupt" if stamp(folder / served.folder) else "missing"
        fallback = read_fallback(folder, served) or Fallback.of(None)
        return Lineup(None, cause, fallback, served.version, challenger)
    return Lineup(champion, None, champion.fallback, served.version, challenger)


def _load(folder: Path, served: Served) -> Model | None:
    try:
        return load_model(folder, served)
    except ArtifactError as error:
        get("serving").error("artifact_rejected", version=served.version, error=str(error))
        return None


def score_and_log(
    lineup: Lineup,
    entities: Sequence[str],
    features: np.ndarray,
    request_id: str,
    log: LogWriter,
) -> Scored:
    """Return the answers to `features`, and append a record for each row to `log`.

    Each row is scored for the variant of its entity. What a model can't score of a chunk is
    answered by the fallback, cause `error`.

    Args:
        entities: the ids of the rows, [n].
        features: float32 [n, k] in schema order, NaN where missing.
        request_id: names the batch in the log.

    Raises:
        ValueError: the ids and `features` differ in length, or `features` is malformed or infinite.
        OSError: the log can't be written.
    """
    if features.dtype != np.float32 or features.shape[1:] != (len(FEATURES),):
        raise ValueError(
            f"features must be float32 [n, {len(FEATURES)}], not {features.dtype} {features.shape}"
        )
    if np.isinf(features).any():
        raise ValueError(f"a feature is {TOO_LARGE}")
    if len(entities) != len(features):
        raise ValueError(f"{len(entities)} ids for {len(features)} rows")
    parts, pair = [], pair_of(lineup.champion_version, lineup.challenger_version)
    for start in range(0, max(1, len(features)), CHUNK):
        chunk, ids = features[start : start + CHUNK], entities[start : start + CHUNK]
        began = time.perf_counter()
        scored = _score(lineup, ids, chunk)
        latency_ms = (time.perf_counter() - began) * 1000
        what = (request_id, now(), "batch", PACKAGE, ids, chunk, scored, latency_ms)
        log.write([Entry(*what, pair=pair)])
        parts.append(scored)
    return Scored.concat(parts)


def _score(lineup: Lineup, entities: Sequence[str], features: np.ndarray) -> Scored:
    versions = lineup.champion_version, lineup.challenger_version
    challenged = np.array([assigned_variant(each, *versions) == "challenger" for each in entities])
    if not challenged.any():
        return _score_alike(lineup, "champion", features)
    rows = [np.flatnonzero(~challenged), np.flatnonzero(challenged)]
    parts = [
        _score_alike(lineup, variant, features[of])
        for variant, of in zip(get_args(Variant), rows, strict=True)
    ]
    return Scored.concat(parts).take(np.argsort(np.concatenate(rows)).tolist())


def _score_alike(lineup: Lineup, variant: Variant, features: np.ndarray) -> Scored:
    model = lineup.champion if variant == "champion" else lineup.challenger
    if model is None or len(features) == 0:
        return lineup.fallback.answer(features, None, variant, lineup.cause or "missing")
    try:
        scores = model.score(features)
    except Exception as error:
        get("serving").error("scoring_failed", version=model.version, error=repr(error))
        return lineup.fallback.answer(features, model.version, variant, "error")
    return Scored.alike(scores, model.decision_rule, model.version, variant, None)
