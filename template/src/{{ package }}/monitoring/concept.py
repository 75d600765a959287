"""Concept drift: is the champion still as good, and as well calibrated, as when it was tested?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from ..contracts import Check
from ..problem.metric import PRIMARY, Metric
from .drift import MonitoringDesign, independent_rows, too_few

CALIBRATION_TOLERANCE = 0.1
"""How far mean label and mean score may lie apart, in standard deviations of the label."""
SIGMAS = 3.0
"""A difference within so many standard errors is put down to chance."""
RESAMPLES = 200


def concept_checks(
    matured: pd.DataFrame,
    test_metric: float,
    design: MonitoringDesign,
    test_rows: int | None = None,
    metric: Metric = PRIMARY,
) -> list[Check]:
    """Check the primary metric and the calibration on rows whose outcome is known.

    The metric is degraded when it is worse than the test's by more than the tolerance and by more
    than `SIGMAS` standard errors of the difference. Both figures are estimates: both errors count.

    Args:
        matured: `score` and `label` of the rows that the champion scored, as `outcomes.attach`
            gives.
        test_metric: the champion's primary metric on its test rows.
        design: the tolerance, in the metric's unit, and the least number of rows.
        test_rows: how many those were; if None, taken to be as many as `matured`.
        metric: what to compute; its direction is respected.
    """
    label, score = matured["label"].to_numpy(), matured["score"].to_numpy()
    doubt = too_few(independent_rows(matured), design)
    if not doubt and len(np.unique(label)) < 2:
        doubt = "no verdict: all outcomes are the same"
    if doubt:
        return [
            Check("concept", metric.name, np.nan, test_metric, False, doubt),
            Check("concept", "calibration", np.nan, CALIBRATION_TOLERANCE, False, doubt),
        ]
    return [
        _metric_check(matured, test_metric, test_rows or len(label), metric, design),
        _calibration_check(label, score),
    ]


def _metric_check(
    matured: pd.DataFrame,
    test_metric: float,
    test_rows: int,
    metric: Metric,
    design: MonitoringDesign,
) -> Check:
    label, score = matured["label"].to_numpy(), matured["score"].to_numpy()
    value = metric.compute(label, score)
    # A standard error shrinks with the root of the rows, so the test's follows from the window's.
    error = standard_error(label, score, metric) * sqrt(1 + len(label) / test_rows)
    slack = max(design.concept_tolerance, SIGMAS * error)
    limit = test_metric - slack if metric.higher_is_better else test_metric + slack
    worse = value < limit if metric.higher_is_better else value > limit
    detail = f"{len(label)} rows; {test_metric:.3f} on the test rows; standard error {error:.3f}"
    return Check("concept", metric.name, value, limit, bool(worse), detail)


def _calibration_check(label: np.ndarray, score: np.ndarray) -> Check:
    """Compare mean label and mean score: a change of the base rate leaves a ranking as it was."""
    spread = float(label.std())
    value = float(label.mean() - score.mean()) / spread
    error = float((label - score).std()) / sqrt(len(label)) / spread
    limit = max(CALIBRATION_TOLERANCE, SIGMAS * error)
    detail = f"mean label {label.mean():.3f}, mean score {score.mean():.3f}"
    return Check("concept", "calibration", value, limit, abs(value) > limit, detail)


def standard_error(label: np.ndarray, score: np.ndarray, metric: Metric = PRIMARY) -> float:
    """Return the standard error of `metric` on these rows, shape [n] each.

    Of ROC AUC by Hanley and McNeil (Radiology 143, 1982); of any other metric by a seeded bootstrap
    (Efron, Annals of Statistics 7, 1979).
    """
    if metric.name == "roc_auc":
        return _hanley_mcneil(metric.compute(label, score), int(label.sum()), len(label))
    draw = np.random.default_rng(0)
    samples = (draw.integers(len(label), size=len(label)) for _ in range(RESAMPLES))
    values = [
        metric.compute(label[sample], score[sample])
        for sample in samples
        if len(np.unique(label[sample])) > 1
    ]
    return float(np.std(values, ddof=1))


def _hanley_mcneil(auc: float, positives: int, rows: int) -> float:
    negatives = rows - positives
    both_positive = auc / (2 - auc) - auc**2
    both_negative = 2 * auc**2 / (1 + auc) - auc**2
    variance = auc * (1 - auc) + (positives - 1) * both_positive + (negatives - 1) * both_negative
    return sqrt(variance / (positives * negatives))
