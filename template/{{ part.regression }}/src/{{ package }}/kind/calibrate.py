"""What training takes from outcomes that are amounts: residual quantiles, and a constant forecast.

Split conformal prediction (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World,
2005; Lei et al., J. American Statistical Association 113, 2018): the quantiles of the residuals on
rows that the model was not fitted on hold for rows to come that are like these. A quantile with a
share q beyond it takes 1 / q - 1 rows at least, so that an interval at level 0.9 takes 19. Of
fewer it is the most extreme residual, passed more often than designed: of n, 1 in n + 1 times.
"""

from __future__ import annotations

from dataclasses import asdict
from math import ceil, floor

import numpy as np

from ..problem import fallback
from ..problem.schema import PROBLEM
from .decision import DecisionRule, spread


def designed_shares() -> dict[str, float]:
    """Return the share of outcomes that is meant to lie below the interval's ends and the quantity.

    The interval leaves out as much below as above. The quantity to hold is the outcome's quantile
    at shortage / (shortage + surplus), the costs of one unit too few and of one too many, which has
    the least mean cost (the newsvendor: Arrow, Harris and Marschak, Econometrica 19, 1951).
    """
    outside = (1 - PROBLEM.interval_level) / 2
    shortage = PROBLEM.shortage_cost
    return {"lower": outside, "decision": shortage / (shortage + 1), "upper": 1 - outside}


def decision_rule(score: np.ndarray, label: np.ndarray) -> DecisionRule:
    """Return the residuals' quantiles; `score` and `label`, float64 [n], of rows not fitted on."""
    residual = np.sort((label - score) / spread(score))
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
    return {**constants, **asdict(decision_rule(fallback.score(features, constants), label))}


def constant(label: np.ndarray) -> float:
    """Return the best forecast that is the same for everyone: the median has the least error."""
    return float(np.median(label))
