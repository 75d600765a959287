"""How many outcomes it takes to tell two mean costs apart."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist

from pydantic import Field

from ..design import Section, section


class BusinessMetricDesign(Section):
    """What is known of the business metric: the standard deviation of one prediction's cost."""

    standard_deviation: float = Field(gt=0)


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


def assumed_of_champion(recorded: Mapping[str, float]) -> float:
    """Return the designed standard deviation: no metric that training records tells it."""
    return section("business_metric", BusinessMetricDesign).standard_deviation
