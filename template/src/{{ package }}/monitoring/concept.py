"""Concept drift: is the champion still as good, and as well calibrated, as when it was tested?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from ..contracts import Check, Matured
from ..declare import Metric
from ..kind.calibration import calibration_check, no_verdict
from ..kind.decision import ANSWERS
from ..kind.entities import entity_codes
from ..kind.scores import standard_error
from .drift import MonitoringDesign, independent_rows, too_few

SIGMAS = 3.0
"""A difference within so many standard errors is put down to chance."""


def concept_checks(
    matured: pd.DataFrame,
    test_metric: float,
    design: MonitoringDesign,
    test_rows: int | None,
    metric: Metric,
) -> list[Check]:
    """Check a metric and the calibration on rows whose outcome is known.

    The metric is degraded when it is worse than the test's by more than the tolerance and by more
    than `SIGMAS` standard errors of the difference. Both figures are estimates: both errors count.

    Args:
        matured: the rows that the champion scored and what became of them, as `outcomes.attach`
            gives.
        test_metric: what `metric` was on the champion's test rows.
        design: the tolerance, in the metric's unit, and the least number of rows.
        test_rows: how many those were; if None, taken to be as many as `matured`.
        metric: the primary one.
    """
    label = matured["label"].to_numpy()
    doubt = too_few(independent_rows(matured), design)
    if not doubt and len(np.unique(label)) < 2:
        doubt = "no verdict: all outcomes are the same"
    if doubt:
        return [
            Check("concept", metric.name, np.nan, test_metric, False, doubt),
            no_verdict(doubt),
        ]
    known = Matured(
        label,
        matured["score"].to_numpy(),
        entity_codes(matured),
        {name: matured[name].to_numpy() for name in ANSWERS},
        test_rows or len(label),
    )
    return [_metric_check(known, test_metric, metric, design), calibration_check(known)]


def _metric_check(
    matured: Matured, test_metric: float, metric: Metric, design: MonitoringDesign
) -> Check:
    rows = len(matured.label)
    value = metric.compute(matured.label, matured.score)
    # A standard error shrinks with the root of the rows, so the test's follows from the window's.
    error = standard_error(matured, metric) * sqrt(1 + rows / matured.test_rows)
    slack = max(design.concept_tolerance, SIGMAS * error)
    limit = test_metric - slack if metric.higher_is_better else test_metric + slack
    worse = value < limit if metric.higher_is_better else value > limit
    detail = f"{rows} rows; {test_metric:.3f} on the test rows; standard error {error:.3f}"
    return Check("concept", metric.name, value, limit, bool(worse), detail)
