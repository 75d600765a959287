"""The gate: the conditions that a candidate must keep before it may serve. Pure, recorded whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from pydantic import Field

from ..contracts import Criterion, Decision, Evaluation, Leads
from ..declare import Metric
from ..design import Section
from ..kind.scores import TOLERANCE

PASSED_BY_CHANCE = "a model no better than the baseline keeps the margin"
REFUSED_BY_CHANCE = "a model as good as the champion is refused for being worse"
DRAWS = 20_000
"""How many tests are drawn to see how often chance would decide."""


class GateDesign(Section):
    """What a candidate is asked for.

    Attributes:
        success_threshold: of the primary metric on the test rows.
        baseline_margin: how much better than the baseline it must be.
        slice_tolerance: how much worse it may be on a slice than what serves now.
        error: in which share of tests chance may let a model pass that is no better than the
            baseline, and in which it may refuse one that is as good as the champion.
        model_latency_ms: for the 99th percentile of scoring one row, the model's share of the SLA;
            absent without online serving.
    """

    success_threshold: float
    baseline: Literal["rule", "constant"]
    baseline_margin: float = Field(ge=0)
    slice_tolerance: float = Field(ge=0)
    error: float = Field(gt=0, lt=0.5)
    model_latency_ms: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What was measured of a candidate, and of what it would replace, on the same test rows.

    Attributes:
        leads: how far chance moves the candidate's lead over `baseline` and over `champion`, by
            these names.
    """

    candidate: Evaluation
    baseline: Evaluation
    champion: Evaluation | None
    leads: Mapping[str, Leads]
    reproduction_error: float
    model_latency_ms: float


def decide(version: int, evidence: Evidence, design: GateDesign, metric: Metric) -> Decision:
    """Judge a candidate by `metric`, the primary one.

    Who keeps a limit exactly passes. The margin over the baseline is the designed one, or as much
    as chance gives to a model that is no better, where that is more. Behind the champion a
    candidate may fall as far as chance takes one that is as good; on a slice as far as is
    tolerated, where that is more. So of two as good the one that saw newer rows is preferred.

    Raises:
        ValueError: the evaluations are not of the same rows.
    """
    candidate, champion = evidence.candidate, evidence.champion
    compared = [evidence.baseline] + ([champion] if champion else [])
    if any(other.rows_digest != candidate.rows_digest for other in compared):
        raise ValueError("the gate compares evaluations of the same rows only")
    sign = 1 if metric.higher_is_better else -1
    value, baseline = candidate.metrics[metric.name], evidence.baseline.metrics[metric.name]
    as_good = partial(_as_good, metric)
    (margin, *_), passed = _room(evidence.leads["baseline"], design.error, design.baseline_margin)
    criteria = [
        as_good("success_threshold", value, design.success_threshold),
        as_good("better_than_baseline", value, baseline + sign * margin),
    ]
    chances = {PASSED_BY_CHANCE: passed}
    name, standing, least = (
        ("champion", champion, 0.0) if champion else ("baseline", evidence.baseline, np.inf)
    )
    leads = evidence.leads[name]
    (behind, *tolerated), refused = _room(leads, design.error, least, design.slice_tolerance)
    if champion:
        chances[REFUSED_BY_CHANCE] = refused
        least_value = champion.metrics[metric.name] - sign * behind
        criteria.append(as_good("not_worse_than_champion", value, least_value))
    slack = dict(zip(leads.slices, tolerated, strict=True))
    criteria += [
        as_good(
            f"slice_{name}", candidate.slices.get(name, float("nan")), other - sign * slack[name]
        )
        for name, other in standing.slices.items()
    ]
    criteria.append(Criterion("reproduction", evidence.reproduction_error, "<=", TOLERANCE))
    if design.model_latency_ms is not None:
        share, limit = evidence.model_latency_ms, design.model_latency_ms
        criteria.append(Criterion("model_latency_p99_ms", share, "<=", limit))
    return Decision(version, tuple(criteria), chances)


def _room(
    leads: Leads, error: float, least: float, least_on_slices: float = np.inf
) -> tuple[list[float], float]:
    """Return how far chance may take a lead that is none, on all rows and on each slice.

    That is `least`, or so many standard errors that all of them together are exceeded in the share
    `error` of tests only; and the share in which they are. The standard errors are estimates, so
    the distribution is Student's, of all leads at once, which resemble each other (Westfall and
    Young, Resampling-Based Multiple Testing, 1993, on the largest of several).
    """
    floors = np.array([least, *(least_on_slices for _ in leads.slices)])
    if not np.isfinite(leads.covariance).all() or not leads.freedom:
        return [np.nan for _ in floors], np.nan
    errors = np.sqrt(np.diag(leads.covariance))
    draw = np.random.default_rng(0)
    variances, axes = np.linalg.eigh(leads.covariance)
    normal = draw.normal(size=(DRAWS, len(floors))) * np.sqrt(np.maximum(variances, 0)) @ axes.T
    lead = normal / np.sqrt(draw.chisquare(leads.freedom, DRAWS) / leads.freedom)[:, None]
    in_errors = np.divide(lead, errors, out=np.zeros_like(lead), where=errors > 0)
    largest = np.where(lead > floors, in_errors, 0).max(axis=1)
    room = np.maximum(floors, np.quantile(largest, 1 - error) * errors)
    return room.tolist(), float((lead > room).any(axis=1).mean())


def _as_good(metric: Metric, name: str, value: float, threshold: float) -> Criterion:
    return Criterion(name, value, ">=" if metric.higher_is_better else "<=", threshold)
