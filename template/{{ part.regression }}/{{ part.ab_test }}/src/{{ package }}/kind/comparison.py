"""The comparison of two arms by their mean costs, and how many outcomes it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import pandas as pd
from pydantic import Field

from ..design import Section, section
from .arms import Comparison, ShareLimit, units
from .decision import value

ASSUMED_FROM = ()
"""What `assumed_of_champion` takes of the metrics that training records: none tells it."""
SHARE_LIMITS: Mapping[str, ShareLimit] = {}
"""By their names in `ExperimentDesign.guardrails`: quantities have no such limit."""


class BusinessMetricDesign(Section):
    """What is known of the business metric: the standard deviation of one prediction's cost."""

    standard_deviation: float = Field(gt=0)


@dataclass(frozen=True)
class Tally:
    """All that the comparison needs of an arm's outcomes.

    Attributes:
        rows: how many outcomes there are.
        total, squares: the sums of their costs and of the costs' squares.
        rows_squared, product, total_squared: sums over the units of n * n, n * c and c * c, where
            n are the unit's outcomes and c the sum of their costs. A unit is what was randomised.
    """

    rows: int
    total: float
    squares: float
    rows_squared: int
    product: float
    total_squared: float

    @classmethod
    def of(cls, outcomes: pd.DataFrame) -> Tally:
        """Sum the outcomes of an arm: `entity`, `request_id`, `decision` and `label`, [n]."""
        cost = value(outcomes)
        each = cost.groupby(units(outcomes)).agg(["size", "sum"])
        n, c = each["size"], each["sum"]
        return cls(
            rows=int(n.sum()),
            total=float(c.sum()),
            squares=float((cost * cost).sum()),
            rows_squared=int((n * n).sum()),
            product=float((n * c).sum()),
            total_squared=float((c * c).sum()),
        )

    @property
    def mean(self) -> float:
        """Return the mean cost, 0 where there is no outcome."""
        return self.total / max(1, self.rows)

    @property
    def variance(self) -> float:
        """Return the variance of the costs, row by row."""
        return max(0.0, self.squares / self.rows - self.mean**2)

    @property
    def variation(self) -> float:
        """Return the sum over the units of their squared summed residuals from the mean."""
        mean = self.mean
        return self.total_squared - 2 * mean * self.product + mean**2 * self.rows_squared

    @property
    def effective(self) -> float:
        """Return how many independent outcomes the arm's are worth: its rows over its effect.

        The design effect (Kish, Survey Sampling, 1965), 1 at least, is the variation between units
        over that between rows, as in the delta method of Deng, Knoblich and Lu (KDD 2018).
        """
        within = self.rows * self.variance
        return self.rows / max(1.0, self.variation / within) if within else float(self.rows)


def compare(champion: Tally, challenger: Tally, alpha: float) -> Comparison:
    """Compare the mean costs of two arms, neither empty, by a z-test, one-sided.

    The variances of the arms need not be equal (Welch, Biometrika 34, 1947; of many rows t is z).
    The textbook test takes rows as independent, but one entity may have several. So an arm counts
    as many outcomes as its own are worth: entities may be alike in one arm and differ in the other.
    """
    arms = (champion, challenger)
    effective = (champion.effective, challenger.effective)
    effect = (champion.rows + challenger.rows) / sum(effective)
    error = sqrt(sum(arm.variance / rows for arm, rows in zip(arms, effective, strict=True)))
    difference = challenger.mean - champion.mean
    z = -difference / error if error else 0.0  # a lower cost is better
    normal = NormalDist()
    half = normal.inv_cdf(1 - alpha) * error
    return Comparison(
        difference, difference - half, difference + half, z, normal.cdf(-z), effect, effective
    )


def sample_size(
    deviation: float, effect: float, *, alpha: float, power: float, ratio: float = 1.0
) -> float:
    """Return the outcomes needed in the challenger's arm, a real number, to be rounded up.

    One-sided test of two means with known, equal variance (Chow, Shao and Wang, Sample Size
    Calculations in Clinical Research, 2nd edition 2008, section 3.2):

        n = ((z_alpha + z_power) * sd / effect) ** 2

    where sd^2 = deviation^2 * (1 + 1/ratio).

    Args:
        deviation: standard deviation of the cost of one prediction.
        effect: by how much the mean cost falls, positive.
        alpha: probability of a false promotion.
        power: probability of seeing the effect.
        ratio: outcomes in the champion's arm for each one in the challenger's.

    Raises:
        ValueError: the deviation or the effect is not positive.
    """
    if not (deviation > 0 and effect > 0):
        raise ValueError(f"a test needs costs that vary and a gain: {deviation:.4g}, {effect:.4g}")
    normal = NormalDist()
    z_alpha, z_power = normal.inv_cdf(1 - alpha), normal.inv_cdf(power)
    return ((z_alpha + z_power) * deviation * sqrt(1 + 1 / ratio) / effect) ** 2


def assumed_of_champion() -> float:
    """Return the designed standard deviation of the cost of one prediction."""
    return section("business_metric", BusinessMetricDesign).standard_deviation
