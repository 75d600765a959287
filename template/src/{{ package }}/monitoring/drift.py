"""Data and prediction drift: the window's features and scores against those of training."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from ..artifact import Manifest
from ..artifact.scorer import OUTPUT
from ..contracts import Check
from ..design import Section
from .counts import Counts
from .psi import Histogram, stability

FALSE_ALARMS = 1e-3
"""Probability that chance alone raises any drift alarm in a window of rows without drift."""
MISSING_TOLERANCE = 0.05
"""By how much the share of missing values may change."""
SIGMAS = 4.0
"""A change of a share within so many standard errors is put down to chance."""


class MonitoringDesign(Section):
    """What counts as drift.

    Attributes:
        drift_threshold: a feature's PSI above it is an alarm; by custom 0.1 is a small change, 0.25
            a large one.
        prediction_drift_threshold: the same of the score.
        concept_tolerance: how much worse than tested the primary metric may be.
        fallback_alarm_share: of the rows, that the fallback may answer.
        latency_p50_ms: the longest median time of scoring a row; None without a service.
        minimum_rows: fewer independent rows get no verdict.
    """

    drift_threshold: float = Field(gt=0)
    prediction_drift_threshold: float = Field(gt=0)
    concept_tolerance: float = Field(gt=0)
    fallback_alarm_share: float = Field(gt=0, lt=1)
    latency_p50_ms: float | None = Field(default=None, gt=0)
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


def scored_by(manifest: Manifest, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that this model version scored, without those the fallback answered."""
    return rows[rows["fallback"].isna() & (rows["version"] == manifest.version).fillna(False)]


def independent_rows(rows: pd.DataFrame) -> int:
    """Return how many rows are worth one each: an entity asked for again tells nothing new."""
    return int(rows["entity"].nunique() + rows["entity"].isna().sum())


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
    tolerance = max(MISSING_TOLERANCE, SIGMAS * error)
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
