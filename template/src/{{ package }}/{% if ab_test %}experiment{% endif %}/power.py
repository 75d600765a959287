"""How many outcomes a test needs before it may speak."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from ..experiment_design import ExperimentDesign


@dataclass(frozen=True)
class Plan:
    """The size of a test, fixed before it starts.

    Attributes:
        champion, challenger: outcomes needed in each arm.
        base_rate: the champion's success rate when the test was planned.
        minimum_effect: absolute gain in the success rate that the test sees with probability
            `power`.
        alpha: probability of promoting a challenger that is no better.
    """

    champion: int
    challenger: int
    base_rate: float
    minimum_effect: float
    alpha: float
    power: float

    @property
    def total(self) -> int:
        """Return the outcomes needed in both arms together."""
        return self.champion + self.challenger

    def progress(self, effective: tuple[float, float]) -> float:
        """Return the outcomes so far over the planned ones, in the arm that has further to go.

        `effective` are independent outcomes' worth, champion's first.
        """
        return min(effective[0] / self.champion, effective[1] / self.challenger)

    def information(self, effective: tuple[float, float]) -> float:
        """Return the inverse variance of the difference so far over the planned one, at most 1."""
        if not all(effective):
            return 0.0
        planned = 1 / self.champion + 1 / self.challenger
        return min(1.0, planned / (1 / effective[0] + 1 / effective[1]))

    def days(self, outcomes_a_day: float) -> int:
        """Return for how many days the traffic must be split; the last labels come later.

        Raises:
            ValueError: there are no outcomes.
        """
        if not outcomes_a_day > 0:
            raise ValueError(f"a test needs traffic, not {outcomes_a_day} outcomes a day")
        return ceil(self.total / outcomes_a_day)


def plan(base_rate: float, design: ExperimentDesign) -> Plan:
    """Return the size of the test that `design` asks for.

    Args:
        base_rate: the champion's success rate so far.
        design: the share of traffic, the error probabilities and the least effect worth seeing.

    Raises:
        ValueError: `base_rate` is not within (0, 1), or leaves no room for the effect.
    """
    challenger = sample_size(
        base_rate,
        design.minimum_effect,
        alpha=design.alpha,
        power=design.power,
        ratio=(1 - design.challenger_share) / design.challenger_share,
    )
    champion = challenger * (1 - design.challenger_share) / design.challenger_share
    return Plan(
        ceil(champion),
        ceil(challenger),
        base_rate,
        design.minimum_effect,
        design.alpha,
        design.power,
    )


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
