"""What a comparison of two arms amounts to, whatever their outcomes are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Challenger against champion, by the mean of the business metric.

    Attributes:
        difference: of the means, challenger's less champion's.
        low, high: its confidence interval at level 1 - 2 alpha, which is the one-sided test's dual.
        z, p_value: of the one-sided test of "the challenger is better"; z is positive where it is.
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
