"""Predict: each row goes to its variant's model; where that can't answer, the fallback does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from ...design import Section, section
from ...ops.log import get
from ...prediction_log.scored import Cause, Scored, Variant
from ..router import assigned_variant
from . import metrics
from .lane import LateError
from .watcher import Lineup

LOG_SECONDS = 1.0
"""How often fallbacks of one cause are logged, so that an outage does not fill the disk."""


class ServingDesign(Section):
    """What the service was designed for.

    Attributes:
        timeout_ms: how long a model may take to score a request before the fallback answers in its
            place; below the SLA, so that this answer keeps it.
        peak_requests_per_second: that are expected at most.
    """

    timeout_ms: float = Field(gt=0)
    peak_requests_per_second: int = Field(ge=1)


TIMEOUT = section("serving", ServingDesign).timeout_ms / 1000
_silent_until: dict[Cause, float] = {}


async def predict(lineup: Lineup, features: np.ndarray, units: Sequence[str]) -> Scored:
    """Return the answers to `features`, float32 [n, k] in schema order.

    `units` [n] are what the split sticks to: the entity's id, or else our id of the request.
    """
    versions = lineup.champion_version, lineup.challenger_version
    variants = [assigned_variant(unit, *versions) for unit in units]
    parts, order = [], []
    for variant in sorted(set(variants)):
        rows = [index for index, name in enumerate(variants) if name == variant]
        whole = len(rows) == len(variants)
        parts.append(await _predict_alike(lineup, variant, features if whole else features[rows]))
        order += rows
    scored = Scored.concat(parts)
    if len(parts) > 1:
        scored = scored.take(np.argsort(order).tolist())
    _count(scored)
    return scored


async def _predict_alike(lineup: Lineup, variant: Variant, features: np.ndarray) -> Scored:
    active = lineup.active(variant)
    if active is None:
        _tell(lineup.cause, None, "")
        return lineup.fallback.answer(features, None, variant, lineup.cause)
    model, cause = active.model, None
    try:
        scores = await active.lane.score(features, TIMEOUT)
        return Scored.alike(scores, model.decision_rule, model.version, variant, None)
    except LateError as error:
        cause, why = "slow", str(error)
    except Exception as error:
        cause, why = "error", repr(error)
    _tell(cause, model.version, why)
    return lineup.fallback.answer(features, model.version, variant, cause)


def _count(scored: Scored) -> None:
    kinds = Counter(zip(scored.version, scored.variant, scored.fallback, strict=True))
    for (version, variant, fallback), rows in kinds.items():
        metrics.ROWS.labels(version or "none", variant, fallback or "none").inc(rows)


def _tell(cause: Cause, version: int | None, why: str) -> None:
    clock = time.monotonic()
    if clock >= _silent_until.get(cause, 0.0):
        _silent_until[cause] = clock + LOG_SECONDS
        get("serving").warning("fallback_answered", cause=cause, version=version, why=why)
