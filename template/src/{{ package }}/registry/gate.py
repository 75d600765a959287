"""The gate: the conditions that a candidate must keep before it may serve. Pure, recorded whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from pydantic import Field

from ..contracts import Criterion, Decision, Evaluation
from ..declare import Metric
from ..design import Section
from ..kind.scores import TOLERANCE


class GateDesign(Section):
    """What a candidate is asked for.

    Attributes:
        success_threshold: of the primary metric on the test rows.
        baseline_margin: how much better than the baseline it must be.
        slice_tolerance: how much worse it may be on a slice than what serves now.
        latency_budget_ms: for the 99th percentile of scoring one row; absent without online
            serving.
    """

    success_threshold: float
    baseline: Literal["rule", "constant"]
    baseline_margin: float = Field(ge=0)
    slice_tolerance: float = Field(ge=0)
    latency_budget_ms: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What was measured of a candidate, and of what it would replace, on the same test rows."""

    candidate: Evaluation
    baseline: Evaluation
    champion: Evaluation | None
    reproduction_error: float
    latency_ms: float


def decide(version: int, evidence: Evidence, design: GateDesign, metric: Metric) -> Decision:
    """Judge a candidate by `metric`, the primary one.

    Who keeps a limit exactly passes. So equal to the champion is good enough: at the same score the
    model that was trained on newer rows is preferred.

    Raises:
        ValueError: the evaluations are not of the same rows.
    """
    candidate, champion = evidence.candidate, evidence.champion
    compared = [evidence.baseline] + ([champion] if champion else [])
    if any(other.rows_digest != candidate.rows_digest for other in compared):
        raise ValueError("the gate compares evaluations of the same rows only")
    margin = design.baseline_margin if metric.higher_is_better else -design.baseline_margin
    baseline = evidence.baseline.metrics[metric.name] + margin
    value = candidate.metrics[metric.name]
    as_good = partial(_as_good, metric)
    criteria = [
        as_good("success_threshold", value, design.success_threshold),
        as_good("better_than_baseline", value, baseline),
    ]
    if champion:
        criteria.append(as_good("not_worse_than_champion", value, champion.metrics[metric.name]))
    slack = -design.slice_tolerance if metric.higher_is_better else design.slice_tolerance
    standing = (champion or evidence.baseline).slices
    criteria += [
        as_good(f"slice_{name}", candidate.slices.get(name, float("nan")), other + slack)
        for name, other in standing.items()
    ]
    criteria.append(Criterion("reproduction", evidence.reproduction_error, "<=", TOLERANCE))
    if design.latency_budget_ms is not None:
        criteria.append(
            Criterion("latency_p99_ms", evidence.latency_ms, "<=", design.latency_budget_ms)
        )
    return Decision(version, tuple(criteria))


def _as_good(metric: Metric, name: str, value: float, threshold: float) -> Criterion:
    return Criterion(name, value, ">=" if metric.higher_is_better else "<=", threshold)
