"""What training takes from outcomes of yes and no: the threshold, and a constant score."""

from __future__ import annotations

import numpy as np

from ..problem import fallback
from ..problem.schema import PROBLEM
from .decision import DecisionRule


def decision_rule(score: np.ndarray, label: np.ndarray) -> DecisionRule:
    """Return the threshold above which the designed share of the scores, float64 [n], lies.

    It takes no label: which share is treated does not depend on who would have been right.
    """
    return DecisionRule(float(np.quantile(score, 1 - PROBLEM.treated_share)))


def fallback_constants(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the constants of the fallback; `features` float32 [n, k], `label` [n]."""
    return fallback.fit(features, label)


def constant(label: np.ndarray) -> float:
    """Return the best score that is the same for everyone: the rate."""
    return float(label.mean())
