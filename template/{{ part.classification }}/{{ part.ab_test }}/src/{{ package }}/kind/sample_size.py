"""How many outcomes it takes to tell two success rates apart."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist

from ..problem.schema import PROBLEM


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


def assumed_of_champion(recorded: Mapping[str, float]) -> float:
    """Return the success rate that the champion had on the test rows of its challenger.

    Args:
        recorded: the metrics of the challenger's training, so that the plan does not depend on what
            its test finds.
    """
    return PROBLEM.treated_share * recorded["champion.treated_precision"]
