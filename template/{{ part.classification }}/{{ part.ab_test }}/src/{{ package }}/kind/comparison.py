"""The comparison of two arms by their shares of successes, and how many outcomes it takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import pandas as pd

from ..problem.schema import PROBLEM
from .arms import Comparison, ShareLimit, newcombe, units
from .decision import value

ASSUMED_FROM = ("champion.treated_precision",)
"""What `assumed_of_champion` takes of the metrics that the challenger's training records."""
SHARE_LIMITS = {
    "treated-share": ShareLimit(
        "treated_share_excess", lambda rows: rows["decision"] == 1, PROBLEM.treated_share, 0.1
    )
}
"""By their names in `ExperimentDesign.guardrails`: who treats more succeeds more."""


@dataclass(frozen=True)
class Tally:
    """All that the comparison needs of an arm's outcomes.

    Attributes:
        rows: how many outcomes there are.
        successes: how many of them are successes.
        rows_squared, product, successes_squared: sums over the units of n * n, n * s and s * s,
            where n are the unit's outcomes and s its successes. A unit is what was randomised.
    """

    rows: int
    successes: int
    rows_squared: int
    product: int
    successes_squared: int

    @classmethod
    def of(cls, outcomes: pd.DataFrame) -> Tally:
        """Count the outcomes of an arm: `entity`, `request_id`, `decision` and `label`, [n]."""
        each = value(outcomes).groupby(units(outcomes)).agg(["size", "sum"])
        n, s = each["size"], each["sum"]
        return cls(
            *(
                int(value)
                for value in (n.sum(), s.sum(), (n * n).sum(), (n * s).sum(), (s * s).sum())
            )
        )

    @property
    def mean(self) -> float:
        """Return the share of successes, 0 where there is no outcome."""
        return self.successes / max(1, self.rows)

    def variation(self, rate: float) -> float:
        """Return the sum over the units of their squared summed residuals from `rate`."""
        return self.successes_squared - 2 * rate * self.product + rate**2 * self.rows_squared


def compare(champion: Tally, challenger: Tally, alpha: float) -> Comparison:
    """Compare the success rates of two arms, neither empty, by a pooled z-test, one-sided.

    The textbook test (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd
    edition 2003, chapter 3) takes rows as independent, but one entity may have several. So its
    variance is inflated by the design effect (Kish, Survey Sampling, 1965): the variation between
    units over that between rows, as in the delta method of Deng, Knoblich and Lu (KDD 2018). With
    one row a unit the effect is 1 and the test is the textbook's.
    """
    arms = (champion, challenger)
    rows = champion.rows + challenger.rows
    pooled = (champion.successes + challenger.successes) / rows
    variance = pooled * (1 - pooled)
    between = sum(arm.variation(pooled) for arm in arms)
    effect = max(1.0, between / (rows * variance)) if variance else 1.0
    effective = (champion.rows / effect, challenger.rows / effect)
    difference = challenger.mean - champion.mean
    error = sqrt(variance * (1 / effective[0] + 1 / effective[1]))
    z = difference / error if error else 0.0
    normal = NormalDist()
    rates = (champion.mean, challenger.mean)
    low, high = newcombe(rates, effective, normal.inv_cdf(1 - alpha))
    return Comparison(difference, low, high, z, normal.cdf(-z), effect, effective)


def sample_size(
    base_rate: float, effect: float, *, alpha: float, power: float, ratio: float = 1.0
) -> float:
    """Return the outcomes needed in the challenger's arm, a real number, to be rounded up.

    One-sided test of two proportions with pooled variance (Fleiss, Levin and Paik, Statistical
    Methods for Rates and Proportions, 3rd edition 2003, chapter 4, without continuity correction):

        n = ((z_alpha * sd_null + z_power * sd_alternative) / effect) ** 2

    where sd_null^2 = p(1-p)(1 + 1/ratio), with p the rate of both arms together if the effect is
    real, and sd_alternative^2 = p1(1-p1) + p0(1-p0)/ratio.

    Args:
        base_rate: p0, the champion's success rate.
        effect: p1 - p0, positive.
        alpha: probability of a false promotion.
        power: probability of seeing the effect.
        ratio: outcomes in the champion's arm for each one in the challenger's.

    Raises:
        ValueError: the rates are not within (0, 1), or the effect is not positive.
    """
    improved = base_rate + effect
    if not (0 < base_rate < improved < 1):
        raise ValueError(
            f"a test needs rates within (0, 1) and a gain: {base_rate:.4g} to {improved:.4g}"
        )
    pooled = (improved + ratio * base_rate) / (1 + ratio)
    sd_null = sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    sd_alternative = sqrt(improved * (1 - improved) + base_rate * (1 - base_rate) / ratio)
    normal = NormalDist()
    z_alpha, z_power = normal.inv_cdf(1 - alpha), normal.inv_cdf(power)
    return ((z_alpha * sd_null + z_power * sd_alternative) / effect) ** 2


def assumed_of_champion(treated_precision: float) -> float:
    """Return the success rate that the champion had on the test rows of its challenger.

    Recorded by training, so that the plan does not depend on what its test finds.
    """
    return PROBLEM.treated_share * treated_precision
