"""Calibration: what training takes from outcomes that are amounts, and whether it still holds.

Split conformal prediction (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World,
2005; Lei et al., J. American Statistical Association 113, 2018): the quantiles of the residuals on
rows that the model was not fitted on hold for rows to come that are like these. A quantile with a
share q beyond it takes 1 / q - 1 rows at least, so that an interval at level 0.9 takes 19. Of
fewer it is the most extreme residual, passed more often than designed: of n, 1 in n + 1 times.
"""

from __future__ import annotations

from dataclasses import asdict
from math import ceil, floor, sqrt

import numpy as np

from ..contracts import Matured, Scored
from ..problem import fallback
from ..problem.schema import PROBLEM
from .decision import DecisionRule, lies_on, spread
from .sight import Look, effective_rows, normal, skewed, student

NAME = "interval_miscoverage"
TOLERANCE = 0.05
"""How far the share of outcomes outside their interval may lie from the designed one, or by half of
that one if it is less."""


def designed_shares() -> dict[str, float]:
    """Return the share of outcomes that is meant to lie below the interval's ends and the quantity.

    The interval leaves out as much below as above. The quantity to hold is the outcome's quantile
    at shortage / (shortage + surplus), the costs of one unit too few and of one too many, which has
    the least mean cost (the newsvendor: Arrow, Harris and Marschak, Econometrica 19, 1951).
    """
    outside = (1 - PROBLEM.interval_level) / 2
    shortage = PROBLEM.shortage_cost
    return {"lower": outside, "decision": shortage / (shortage + 1), "upper": 1 - outside}


def decision_rule(tested: Scored) -> DecisionRule:
    """Return the residuals' quantiles; the model was not fitted on the `tested` rows."""
    residual = np.sort((tested.label - tested.score) / spread(tested.score))
    share = designed_shares()
    return DecisionRule(
        lower_residual=_at_most(residual, share["lower"]),
        upper_residual=_at_least(residual, share["upper"]),
        decision_residual=_at_least(residual, share["decision"]),
    )


def _at_least(ordered: np.ndarray, share: float) -> float:
    """Return what the next value of the same kind stays below with probability `share` or more.

    With probability n / (n + 1) only, where that is less: [n] values say nothing of what is rarer.
    """
    rank = ceil(share * (len(ordered) + 1))
    return float(ordered[min(rank, len(ordered)) - 1])


def _at_most(ordered: np.ndarray, share: float) -> float:
    """Return what the next value of the same kind stays below with probability `share` or less.

    With probability 1 / (n + 1), where that is more: [n] values say nothing of what is rarer.
    """
    rank = floor(share * (len(ordered) + 1))
    return float(ordered[max(rank, 1) - 1])


def fallback_constants(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the constants of the fallback; `features` float32 [n, k], `label` [n].

    The quantiles of its own residuals are among them, for its intervals and its quantities. They
    are of the rows that it was fitted on: it has next to nothing to fit.
    """
    constants = fallback.fit(features, label)
    fitted = Scored(label, fallback.score(features, constants), None)
    return {**constants, **asdict(decision_rule(fitted))}


def constant(label: np.ndarray) -> float:
    """Return the best forecast that is the same for everyone: the median has the least error."""
    return float(np.median(label))


def calibration_look(matured: Matured, false_alarm: float) -> Look:
    """Compare the share of outcomes outside their interval with what the design leaves out.

    Too few outside is found as well: such intervals, and the quantities with them, are too large.
    An outcome on an end counts for whichever side the design needs. Amounts are often whole
    numbers, many of them alike, and an interval that ends among these can't leave out just the
    designed share; nor can one that is cut off at 0. The value is by how much the designed share is
    missed, 0 if it lies between the share outside and the share outside or on an end.

    The ends are estimates too: what is outside in the long run depends on the n rows that they were
    taken from, by the law of Beta(k, n + 1 - k) with k / (n + 1) outside by design (Vovk,
    Conditional validity of inductive conformal predictors, ACML 2012): those are the residuals of
    the champion's test rows. Both errors count.

    Args:
        matured: at least one row.
        false_alarm: probability that chance alone alarms.
    """
    promised = 1 - PROBLEM.interval_level
    label, lower, upper = matured.label, matured.answers["lower"], matured.answers["upper"]
    on_an_end = lies_on(label, lower) | lies_on(label, upper)
    outside = ((label < lower) | (label > upper)) & ~on_an_end
    too_many = bool(outside.mean() > promised)
    counted = outside if too_many else outside | on_an_end
    excess = float(counted.mean()) - promised
    value = excess if too_many else min(0.0, excess)
    rows, asked = len(label), min(TOLERANCE, promised / 2)
    # One entity's outcomes are alike: what counts is how entities differ (clustered errors: Liang
    # and Zeger, Biometrika 73, 1986).
    group = np.arange(rows) if matured.group is None else matured.group
    apart = counted - promised
    alike = max(1.0, float((np.bincount(group, apart) ** 2).sum() / (apart**2).sum()))
    groups = effective_rows(np.bincount(group)) / rows
    of_ends = promised * (1 - promised) / (matured.test_rows + 2)

    def error(change: float, rows: float) -> float:
        share = min(promised + change, 0.5)
        return sqrt(share * (1 - share) * alike / rows + of_ends)

    def chance(change: float, rows: float) -> float:
        skewness = (1 - 2 * promised) / sqrt(promised * (1 - promised) * rows / alike)
        quantile = student(groups * rows - 1, false_alarm / 2)
        return skewed(quantile, skewness) * error(0.0, rows)

    sight = normal(rows, asked, chance, error)
    detail = (
        f"{float(outside.mean()):.3f} outside their interval, {float(on_an_end.mean()):.3f} on an"
        f" end, {promised:.2f} outside by design"
    )
    alarm = abs(value) > sight.limit
    return Look(value, sight.limit, alarm, sight.visible, asked, rows, sight.needed, detail)
