"""Calibration: what training takes from outcomes of yes and no, and whether it still holds."""

from __future__ import annotations

from math import exp, inf, nan, sqrt

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri, pdtrik

from ..contracts import Matured, Scored
from ..problem import fallback
from ..problem.schema import PROBLEM
from .decision import DecisionRule
from .sight import FOUND, Look, effective_rows, rows_to_see, student

NAME = "calibration"
SHARE, DEVIATIONS = 0.25, 0.1
"""How far the positive outcomes may lie from what the scores say, as a share of the latter: a
quarter, or less where that is more than a tenth of the outcome's standard deviation."""


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


def calibration_look(matured: Matured, false_alarm: float) -> Look:
    """Compare how many outcomes are positive with the sum of the scores, as a share of that sum.

    A change of the base rate leaves a ranking as it was. Where positives are rare their number
    follows Poisson's law, and elsewhere it has less variance: both count in units of so many that
    the variance is one of each (quasi-Poisson: McCullagh and Nelder, Generalized Linear Models,
    1989, section 6.2). One entity's outcomes are alike, which makes the unit larger (clustered
    errors: Liang and Zeger, Biometrika 73, 1986). By how much is itself estimated, from as many as
    there are, each counted by its rows: Student's law allows for few, and of one nothing is seen.

    Args:
        matured: at least one row.
        false_alarm: probability that chance alone alarms.
    """
    label, score = matured.label, matured.score
    positives, expected = float(label.sum()), float(score.sum())
    rate = expected / len(label)
    asked = min(SHARE, DEVIATIONS * sqrt((1 - rate) / rate)) if 0 < rate < 1 else SHARE
    variance = float((score * (1 - score)).sum())
    if not 0 < variance < inf:
        return Look(nan, asked, False, inf, asked, len(label), nan, "scores are no probabilities")
    value = positives / expected - 1
    detail = f"mean label {label.mean():.4g}, mean score {score.mean():.4g}"
    rows, each = _worth(matured, false_alarm), expected * rate / variance
    needed = rows_to_see(asked, lambda rows: _visible(each * rows, asked, false_alarm))
    if not rows:
        return Look(value, nan, False, inf, asked, rows, needed, detail)
    mean = each * rows
    low, high = _limits(mean, asked, false_alarm)
    visible = _visible(mean, asked, false_alarm)
    limit = high / mean - 1 if value >= 0 else 1 - max(low, 0.0) / mean
    alarm = not low < positives / expected * mean < high
    return Look(value, limit, alarm, visible, asked, rows, max(rows, needed), detail)


def _worth(matured: Matured, false_alarm: float) -> float:
    """Return how many rows these are worth whose errors are no more alike than chance has it."""
    apart = matured.label - matured.score
    group = np.arange(len(apart)) if matured.group is None else matured.group
    times = np.bincount(group)
    if times.max() == 1:
        return float(len(apart))
    alike = float((np.bincount(group, apart) ** 2).sum() / max((apart**2).sum(), 1e-300))
    few = student(effective_rows(times) - 1, false_alarm / 2) / float(ndtri(false_alarm / 2))
    return len(apart) / (max(1.0, alike) * few**2)


def _limits(mean: float, asked: float, false_alarm: float) -> tuple[float, float]:
    """Return down to which number and up from which it is no chance, where `mean` is expected.

    Where they are plenty, a change as large as `asked` is found. The first is below 0 where chance
    may leave none at all.
    """
    none = exp(-mean) > false_alarm / 2
    low = -1.0 if none else min(pdtrik(false_alarm / 2, mean), pdtrik(FOUND, mean * (1 - asked)))
    high = max(pdtrik(1 - false_alarm / 2, mean), pdtrik(1 - FOUND, mean * (1 + asked))) + 1
    return float(low), float(high)


def _visible(mean: float, asked: float, false_alarm: float) -> float:
    """Return the least change of `mean`, as a share of it, that is found whichever way it goes."""
    low, high = _limits(mean, asked, false_alarm)
    fewer = 1 - float(gammainccinv(low + 1, FOUND)) / mean if low >= 0 else 0.0
    return max(fewer, float(gammaincinv(high, FOUND)) / mean - 1)
