"""Comparing the success rates of two arms."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import pandas as pd


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
        """Count the outcomes of an arm: `entity`, `request_id` and `success` (0 or 1), [n]."""
        each = outcomes["success"].groupby(units(outcomes)).agg(["size", "sum"])
        n, s = each["size"], each["sum"]
        return cls(
            *(
                int(value)
                for value in (n.sum(), s.sum(), (n * n).sum(), (n * s).sum(), (s * s).sum())
            )
        )

    @property
    def rate(self) -> float:
        """Return the share of successes, 0 where there is no outcome."""
        return self.successes / max(1, self.rows)

    def variation(self, rate: float) -> float:
        """Return the sum over the units of their squared summed residuals from `rate`."""
        return self.successes_squared - 2 * rate * self.product + rate**2 * self.rows_squared


@dataclass(frozen=True)
class Comparison:
    """Challenger against champion.

    Attributes:
        difference: of the success rates, challenger's less champion's.
        low, high: its confidence interval at level 1 - 2 alpha, which is the one-sided test's dual.
        z, p_value: of the one-sided test of "the challenger is better".
        design_effect: how many outcomes tell as much as one independent outcome would, at least 1.
        effective: independent outcomes' worth of each arm, champion's first.
    """

    difference: float
    low: float
    high: float
    z: float
    p_value: float
    design_effect: float
    effective: tuple[float, float]


def units(rows: pd.DataFrame) -> pd.Series:
    """Return what was randomised: each row's entity, or its request where it names none."""
    entity = rows["entity"]
    if entity.notna().all():
        return entity
    return entity.where(entity.notna(), "request " + rows["request_id"].astype(str))


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
    difference = challenger.rate - champion.rate
    error = sqrt(variance * (1 / effective[0] + 1 / effective[1]))
    z = difference / error if error else 0.0
    normal = NormalDist()
    rates = (champion.rate, challenger.rate)
    low, high = newcombe(rates, effective, normal.inv_cdf(1 - alpha))
    return Comparison(difference, low, high, z, normal.cdf(-z), effect, effective)


def newcombe(
    rates: tuple[float, float], rows: tuple[float, float], z: float
) -> tuple[float, float]:
    """Return the confidence interval of `rates[1] - rates[0]`, z standard errors to each side.

    Method 10 of Newcombe (Statistics in Medicine 17, 1998): from the Wilson intervals of both
    rates, so it holds for few rows and for rates of 0 and 1.
    """
    (low0, high0), (low1, high1) = (wilson(r, n, z) for r, n in zip(rates, rows, strict=True))
    difference = rates[1] - rates[0]
    return (
        difference - sqrt((rates[1] - low1) ** 2 + (high0 - rates[0]) ** 2),
        difference + sqrt((high1 - rates[1]) ** 2 + (rates[0] - low0) ** 2),
    )


def wilson(rate: float, rows: float, z: float) -> tuple[float, float]:
    """Return the score interval of a rate (Wilson, J. Am. Statistical Association 22, 1927)."""
    centre = rate + z**2 / (2 * rows)
    half = z * sqrt(rate * (1 - rate) / rows + z**2 / (4 * rows**2))
    return (centre - half) / (1 + z**2 / rows), (centre + half) / (1 + z**2 / rows)
