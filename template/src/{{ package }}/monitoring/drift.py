"""Data and prediction drift: the window's features and scores against those of training."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from pydantic import Field
from scipy.special import ndtri

from ..artifact import Manifest
from ..artifact.scorer import OUTPUT
from ..design import Section
from ..kind.sight import ALONE, Look, Sight, chi_square, normal, skewed
from .counts import Counts
from .psi import Histogram, psi, shift, smoothed

MISSING_TOLERANCE = 0.05
"""By how much the share of missing values may change."""


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
    """

    drift_threshold: float = Field(gt=0)
    prediction_drift_threshold: float = Field(gt=0)
    concept_tolerance: float = Field(gt=0)
    fallback_alarm_share: float = Field(gt=0, lt=1)
    latency_p50_ms: float | None = Field(default=None, gt=0)
    latency_p99_ms: float | None = Field(default=None, gt=0)


def data_looks(
    seen: Counts, design: MonitoringDesign, reference_rows: float, false_alarms: float = ALONE
) -> Mapping[str, Look]:
    """Look at the distribution and the missing share of each feature, whoever answered.

    Args:
        seen: what was asked.
        design: the threshold.
        reference_rows: how many rows the manifest's references rest on, at least.
        false_alarms: probability that chance alone alarms in any of them.
    """
    rows = seen.asked.effective()
    chance = false_alarms / (3 * len(seen.features))
    looks = {}
    for name, histogram in seen.features.items():
        looks |= _of_values(name, histogram, rows, reference_rows, design.drift_threshold, chance)
        looks[f"missing({name})"] = _of_missing(histogram, rows, reference_rows, chance)
    return looks


def prediction_looks(
    seen: Counts, design: MonitoringDesign, reference_rows: float, false_alarms: float = ALONE
) -> Mapping[str, Look]:
    """Look at the distribution of the champion's own scores."""
    threshold, chance = design.prediction_drift_threshold, false_alarms / 2
    rows = seen.scored.effective()
    return _of_values(OUTPUT, seen.scores, rows, reference_rows, threshold, chance)


def scored_by(manifest: Manifest, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that this model version scored, without those the fallback answered."""
    return rows[rows["fallback"].isna() & (rows["version"] == manifest.version).fillna(False)]


def _of_values(
    name: str,
    seen: Histogram,
    rows: float,
    reference_rows: float,
    threshold: float,
    false_alarm: float,
) -> Mapping[str, Look]:
    """Look at the PSI of the present values, and at the shift of their ranks.

    A normal variable that moves by d standard deviations has a PSI of d squared. A shift is an
    alarm from half of that on whose PSI is the threshold, where the rows show as little.
    """
    reference = seen.reference
    if len(reference.shares) < 2:  # it was always missing
        return {}
    rows = rows * seen.present / max(1, seen.rows)
    beside = max(1.0, reference_rows * (1 - reference.missing_share))
    expected = smoothed(np.asarray(reference.shares), beside)
    actual = smoothed(seen.shares(), rows) if rows else expected
    index = psi(expected, actual)
    moved, skewness = shift(expected, actual, rows, beside)
    stable = chi_square(max(rows, 1.0), beside, threshold, len(expected) - 1, false_alarm)

    def error(change: float, rows: float) -> float:
        return sqrt((1 + change * abs(skewness)) / rows + 1 / beside)

    def chance(change: float, rows: float) -> float:
        return _quantile(false_alarm, skewness, rows, beside) * error(0.0, rows)

    large = sqrt(threshold)
    still = normal(max(rows, 1.0), large / 2, chance, error, large)
    return {
        f"psi({name})": _look(index, stable, threshold, rows, f"{len(expected)} bins"),
        f"shift({name})": _look(moved, still, large, rows, "in standard deviations of the ranks"),
    }


def _of_missing(seen: Histogram, rows: float, reference_rows: float, false_alarm: float) -> Look:
    """Look at the share of missing values: one of two values, so as at a shift."""
    before = seen.reference.missing_share
    now = 1 - seen.present / max(1, seen.rows)
    beside = max(1.0, reference_rows)
    rare = 0.5 / (beside + 1)
    start = min(max(before, rare), 1 - rare)
    away = 1 if start <= 0.5 else -1  # to where shares scatter more

    def variance(share: float) -> float:
        share = min(max(share, rare), 1 - rare)
        return share * (1 - share)

    def error(change: float, rows: float) -> float:
        return sqrt(variance(start + away * change) / rows + variance(start) / beside)

    def chance(change: float, rows: float) -> float:
        """Take both sides together, as if they differed by what chance just does not reach."""
        least = 0.0
        for _ in range(30):
            both = variance(start + away * least * rows / (rows + beside))
            skewness = sqrt(max(0.0, 1 - 4 * both) / both)
            quantile = _quantile(false_alarm, skewness, rows, beside)
            least = min(1.0, quantile * sqrt(both * (1 / rows + 1 / beside)))
        return least

    sight = normal(max(rows, 1.0), MISSING_TOLERANCE, chance, error)
    detail = f"missing share {now:.3f}, in training {before:.3f}"
    return _look(now - before, sight, MISSING_TOLERANCE, rows, detail)


def _quantile(false_alarm: float, skewness: float, rows: float, beside: float) -> float:
    """Return how many standard errors of a difference of two means chance alone exceeds."""
    of_means = skewness * abs(rows**-2 - beside**-2) / (1 / rows + 1 / beside) ** 1.5
    return skewed(-float(ndtri(false_alarm / 2)), of_means)


def _look(value: float, sight: Sight, asked: float, rows: float, detail: str) -> Look:
    if not rows:
        return Look(nan, sight.limit, False, inf, asked, 0.0, sight.needed)
    alarm = abs(value) > sight.limit
    return Look(value, sight.limit, alarm, sight.visible, asked, rows, sight.needed, detail)
