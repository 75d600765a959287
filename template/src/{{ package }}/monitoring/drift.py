"""Drift: a window against training, by its features, its scores, and what became of them.

Concept drift asks whether the champion is still as good, and as well calibrated, as when tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from ..artifact import Manifest
from ..artifact.scorer import OUTPUT
from ..contracts import Check, Matured
from ..declare import Metric
from ..design import Section
from ..kind import calibration
from ..kind.decision import ANSWERS
from ..kind.scores import standard_error
from .counts import Counts
from .psi import Histogram, stability

FALSE_ALARMS = 1e-3
"""Probability that chance alone raises any drift alarm in a window of rows without drift."""
MISSING_TOLERANCE = 0.05
"""By how much the share of missing values may change."""
SIGMAS_OF_SHARE = 4.0
"""A change of a share within so many standard errors is put down to chance."""
SIGMAS_OF_METRIC = 3.0
"""The same of a metric: there are many shares, and one metric."""


class MonitoringDesign(Section):
    """What counts as drift.

    Attributes:
        drift_threshold: a feature's PSI above it is an alarm; by custom 0.1 is a small change, 0.25
            a large one.
        prediction_drift_threshold: the same of the score.
        concept_tolerance: how much worse than tested the primary metric may be.
        fallback_alarm_share: of the rows, that the fallback may answer.
        latency_p50_ms: in which half of the requests are answered, whole; None without a service.
        latency_p99_ms: the same of 99 in a hundred.
        minimum_rows: fewer independent rows get no verdict.
    """

    drift_threshold: float = Field(gt=0)
    prediction_drift_threshold: float = Field(gt=0)
    concept_tolerance: float = Field(gt=0)
    fallback_alarm_share: float = Field(gt=0, lt=1)
    latency_p50_ms: float | None = Field(default=None, gt=0)
    latency_p99_ms: float | None = Field(default=None, gt=0)
    minimum_rows: int = Field(ge=1)


def data_checks(seen: Counts, design: MonitoringDesign, reference_rows: int) -> list[Check]:
    """Check the distribution and the missing share of each feature, whoever answered.

    Args:
        seen: what was asked in the window.
        design: the thresholds and the least number of rows.
        reference_rows: how many rows the manifest's references rest on, at least.
    """
    sizes = len(seen.asked), reference_rows
    chance = FALSE_ALARMS / (len(seen.features) + 1)
    return [
        check
        for name, histogram in seen.features.items()
        for check in _compare("data", name, histogram, sizes, design, chance)
    ]


def prediction_checks(seen: Counts, design: MonitoringDesign, reference_rows: int) -> list[Check]:
    """Check the distribution of the champion's own scores."""
    sizes = len(seen.scored), reference_rows
    chance = FALSE_ALARMS / (len(seen.features) + 1)
    first, *_ = _compare("prediction", OUTPUT, seen.scores, sizes, design, chance)
    return [first]


def concept_checks(
    matured: pd.DataFrame,
    test_metric: float,
    design: MonitoringDesign,
    test_rows: int,
    metric: Metric,
) -> list[Check]:
    """Check a metric and the calibration on rows whose outcome is known.

    The metric is degraded when it is worse than the test's by more than the tolerance and by more
    than `SIGMAS_OF_METRIC` standard errors of the difference. Both figures are estimates: both
    errors count.

    Args:
        matured: the rows that the champion scored and what became of them, as `outcomes.attach`
            gives.
        test_metric: what `metric` was on the champion's test rows.
        design: the tolerance, in the metric's unit, and the least number of rows.
        test_rows: how many those were.
        metric: the primary one.
    """
    label = matured["label"].to_numpy()
    group = entity_codes(matured)
    doubt = too_few(len(np.unique(group)), design)
    if not doubt and len(np.unique(label)) < 2:
        doubt = "no verdict: all outcomes are the same"
    if doubt:
        return [
            Check("concept", metric.name, np.nan, test_metric, False, doubt),
            Check("concept", calibration.NAME, np.nan, calibration.TOLERANCE, False, doubt),
        ]
    known = Matured(
        label,
        matured["score"].to_numpy(),
        group,
        {name: matured[name].to_numpy() for name in ANSWERS},
        test_rows,
    )
    return [_metric_check(known, test_metric, metric, design), calibration.calibration_check(known)]


def _metric_check(
    matured: Matured, test_metric: float, metric: Metric, design: MonitoringDesign
) -> Check:
    rows = len(matured.label)
    value = metric.compute(matured.label, matured.score)
    # A standard error shrinks with the root of the rows, so the test's follows from the window's.
    error = standard_error(matured, metric) * sqrt(1 + rows / matured.test_rows)
    slack = max(design.concept_tolerance, SIGMAS_OF_METRIC * error)
    limit = test_metric - slack if metric.higher_is_better else test_metric + slack
    worse = value < limit if metric.higher_is_better else value > limit
    detail = f"{rows} rows; {test_metric:.3f} on the test rows; standard error {error:.3f}"
    return Check("concept", metric.name, value, limit, bool(worse), detail)


def scored_by(manifest: Manifest, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that this model version scored, without those the fallback answered."""
    return rows[rows["fallback"].isna() & (rows["version"] == manifest.version).fillna(False)]


def entity_codes(rows: pd.DataFrame) -> np.ndarray:
    """Return whose each row is, int64 [n]: entities count from 0, and a nameless row is its own.

    The rows of one entity are alike: one asked for again tells nothing new.

    Args:
        rows: with `entity`, an id or None.
    """
    codes, entities = pd.factorize(rows["entity"])
    nameless = codes < 0
    codes[nameless] = len(entities) + np.arange(nameless.sum())
    return codes


def too_few(rows: float, design: MonitoringDesign) -> str:
    """Return why there is no verdict, or nothing where the rows are enough."""
    if rows >= design.minimum_rows:
        return ""
    return f"no verdict: {rows:.0f} of the {design.minimum_rows} independent rows needed"


def _compare(
    kind: Literal["data", "prediction"],
    name: str,
    seen: Histogram,
    sizes: tuple[int, int],
    design: MonitoringDesign,
    false_alarm: float,
) -> Sequence[Check]:
    rows, reference_rows = sizes
    reference = seen.reference
    threshold = design.drift_threshold if kind == "data" else design.prediction_drift_threshold
    if not rows:
        nothing = too_few(0, design)
        missing = Check(kind, f"missing({name})", np.nan, MISSING_TOLERANCE, False, nothing)
        return Check(kind, f"psi({name})", np.nan, threshold, False, nothing), missing
    found = stability(seen, rows, reference_rows, false_alarm)
    limit = max(threshold, found.chance)
    doubt = too_few(rows * (1 - reference.missing_share - found.missing_change), design)
    moved = Check(
        kind,
        f"psi({name})",
        found.index,
        limit,
        alarm=not doubt and found.index > limit,
        detail=doubt or f"{len(reference.shares)} bins; chance alone reaches {found.chance:.3f}",
    )
    before, now = reference.missing_share, reference.missing_share + found.missing_change
    error = sqrt(now * (1 - now) / rows + before * (1 - before) / max(1, reference_rows))
    tolerance = max(MISSING_TOLERANCE, SIGMAS_OF_SHARE * error)
    doubt = too_few(rows, design)
    missing = Check(
        kind,
        f"missing({name})",
        found.missing_change,
        tolerance,
        alarm=not doubt and abs(found.missing_change) > tolerance,
        detail=doubt or f"missing share {now:.3f}, in training {before:.3f}",
    )
    return moved, missing
