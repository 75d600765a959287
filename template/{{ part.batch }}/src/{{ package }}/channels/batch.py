"""Batch serving: the same artifact, fallback and prediction log as the service, over many rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..artifact import ArtifactError
from ..artifact.pointer import Pointer
from ..declare import TOO_LARGE
from ..ops.clock import now
from ..ops.log import get
from ..ops.paths import PACKAGE
from ..prediction_log.schema import Entry
from ..prediction_log.scored import Cause, Scored
from ..prediction_log.writer import LogWriter
from ..problem.schema import FEATURES
from .model import Fallback, Model, load_model, read_fallback, stamp

CHUNK = 10_000
"""Rows scored and logged at a time."""


@dataclass(frozen=True)
class Champion:
    """What scores a batch: the model, or else the fallback and the reason why."""

    model: Model | None
    cause: Cause | None
    fallback: Fallback


def open_champion(folder: Path) -> Champion:
    """Load the champion that the pointer in `folder` names; without one, the fallback."""
    log = get("serving")
    try:
        served = Pointer.read(folder).champion
    except ArtifactError as error:
        log.error("pointer_unreadable", error=str(error))
        return Champion(None, "corrupt", Fallback.of(None))
    if served is None:
        log.warning("no_model", folder=str(folder))
        return Champion(None, "missing", Fallback.of(None))
    try:
        model = load_model(folder, served)
    except ArtifactError as error:
        log.error("artifact_rejected", version=served.version, error=str(error))
        cause = "corrupt" if stamp(folder / served.folder) else "missing"
        return Champion(None, cause, read_fallback(folder, served) or Fallback.of(None))
    return Champion(model, None, model.fallback)


def score_and_log(
    champion: Champion,
    entities: Sequence[str],
    features: np.ndarray,
    request_id: str,
    log: LogWriter,
) -> Scored:
    """Return the answers to `features`, and append a record for each row to `log`.

    A chunk that the model can't score is answered by the fallback, cause `error`.

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
    parts = []
    for start in range(0, max(1, len(features)), CHUNK):
        chunk, ids = features[start : start + CHUNK], entities[start : start + CHUNK]
        began = time.perf_counter()
        scored = _score(champion, chunk)
        latency_ms = (time.perf_counter() - began) * 1000
        log.write([Entry(request_id, now(), "batch", PACKAGE, ids, chunk, scored, latency_ms)])
        parts.append(scored)
    return Scored.concat(parts)


def _score(champion: Champion, features: np.ndarray) -> Scored:
    model = champion.model
    if model is None or len(features) == 0:
        cause = champion.cause or "missing"
        return champion.fallback.answer(features, None, "champion", cause)
    try:
        scores = model.score(features)
    except Exception as error:
        get("serving").error("scoring_failed", version=model.version, error=repr(error))
        return champion.fallback.answer(features, model.version, "champion", "error")
    return Scored.alike(scores, model.decision_rule, model.version, "champion", None)
