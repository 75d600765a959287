"""Calibration: what training takes from outcomes of yes and no, and whether it still holds."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..contracts import Check, Matured, Scored
from ..problem import fallback
from ..problem.schema import PROBLEM
from .decision import DecisionRule

NAME = "calibration"
TOLERANCE = 0.1
"""How far mean label and mean score may lie apart, in standard deviations of the label."""
SIGMAS = 3.0
"""A difference within so many standard errors is put down to chance."""


def decision_rule(tested: Scored) -> DecisionRule:
    """Return the threshold above which the designed share of the scores lies.

    No label counts: which share is treated does not depend on who would have been right.
    """
    return DecisionRule(float(np.quantile(tested.score, 1 - PROBLEM.treated_share)))


def fallback_constants(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the constants of the fallback; `features` float32 [n, k], `label` [n]."""
    return fallback.fit(features, label)


def constant(label: np.ndarray) -> float:
    """Return the best score that is the same for everyone: the rate."""
    return float(label.mean())


def calibration_check(matured: Matured) -> Check:
    """Compare mean label and mean score: a change of the base rate leaves a ranking as it was.

    Both labels must be among the rows.
    """
    label, score = matured.label, matured.score
    deviation = float(label.std())
    value = float(label.mean() - score.mean()) / deviation
    error = float((label - score).std()) / sqrt(len(label)) / deviation
    limit = max(TOLERANCE, SIGMAS * error)
    detail = f"mean label {label.mean():.3f}, mean score {score.mean():.3f}"
    return Check("concept", NAME, value, limit, abs(value) > limit, detail)
