"""The arms of an A/B test, whatever their outcomes are: who is in one, and what they amount to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import pandas as pd


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


@dataclass(frozen=True)
class ShareLimit:
    """A share of its decisions that a challenger may not exceed: a guardrail.

    Attributes:
        excess: what the share beyond the designed one is called.
        counted: which of an arm's predictions are counted, bool [n].
        designed: the share of them by design.
        margin: by how much it may be exceeded.
    """

    excess: str
    counted: Callable[[pd.DataFrame], pd.Series]
    designed: float
    margin: float


def units(rows: pd.DataFrame) -> pd.Series:
    """Return what was randomised: each row's entity, or its request where it names none."""
    entity = rows["entity"]
    if entity.notna().all():
        return entity
    return entity.where(entity.notna(), "request " + rows["request_id"].astype(str))


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
