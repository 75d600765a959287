"""Sight: where chance ends, and which change a number of rows shows.

A check alarms beyond what chance explains. Where its rows are plenty it alarms from as little below
its designed limit on that a change of just that size is found; where they are few, what they show
is larger than that limit, and that nothing was found means nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt

import numpy as np
from scipy.special import chdtri, chndtrinc, chndtrix, ndtri, stdtrit

ALONE, POOLED = 0.006, 0.002
"""Probabilities that chance alone alarms in any check of a kind: in a look at a window alone, and
in one at it together with past ones."""
FOUND = 0.975
"""Probability that a window shows a change as large as what is visible in it."""
ROUNDING = 1e-6
MOST_ROWS = 1e9
"""What would take more is called out of sight."""


@dataclass(frozen=True)
class Look:
    """What some rows show of one quantity.

    Attributes:
        value: what was found, in the check's own unit; NaN of no rows.
        threshold: a value beyond it is an alarm.
        visible: a change of this size is found with the probability `FOUND`, in the same unit.
        asked: what is to be visible for a verdict: the design's own limit.
        rows: how many rows it rests on that are worth one each.
        needed: with how many `asked` is visible; infinite if with no number, NaN if unknown.
    """

    value: float
    threshold: float
    alarm: bool
    visible: float
    asked: float
    rows: float
    needed: float
    detail: str = ""

    @property
    def sees(self) -> bool:
        """Say whether a change as large as the design's limit would have been found."""
        return self.visible <= self.asked * (1 + ROUNDING)


@dataclass(frozen=True)
class Sight:
    """Where an alarm begins (`limit`), what is `visible`, and the rows `needed` to see enough."""

    limit: float
    visible: float
    needed: float


def normal(
    rows: float,
    designed: float,
    chance: Callable[[float, float], float],
    error: Callable[[float, float], float],
    asked: float | None = None,
) -> Sight:
    """Return what is seen of a change whose estimate is normally distributed.

    Args:
        rows: how many there are, above 0.
        designed: a change as large as this is to be found where rows are plenty.
        chance: of a change and of a number of rows, below what an estimate is put down to chance;
            of no change it is exceeded as rarely as asked.
        error: of the same, the standard error of the estimate.
        asked: what is to be visible for a verdict; `designed` if None.
    """
    quantile = float(ndtri(FOUND))

    def at(n: float) -> tuple[float, float]:
        plenty = designed - quantile * error(designed, n)
        limit = visible = max(chance(0.0, n), plenty)
        for _ in range(20):  # both grow with the change, and less than it does
            visible = max(chance(visible, n), plenty) + quantile * error(visible, n)
        return limit, visible

    limit, visible = at(rows)
    asked = asked or designed
    enough = rows if visible <= asked else rows_to_see(asked, lambda n: at(n)[1])
    return Sight(limit, visible, enough)


def chi_square(
    rows: float, beside: float, designed: float, freedom: int, false_alarm: float
) -> Sight:
    """Return what is seen of a divergence of two samples, as of their population stability.

    Times the harmonic sum of both numbers of rows it is distributed as chi-square, and where the
    populations differ as the noncentral one whose noncentrality is the true divergence, so
    multiplied (Cochran, Annals of Mathematical Statistics 23, 1952).

    Args:
        rows, beside: of the two samples, above 0.
        freedom: degrees of freedom, bins less one.
    """
    critical = float(chdtri(freedom, false_alarm))
    faint = float(chndtrinc(critical, freedom, 1 - FOUND))
    unit = 1 / rows + 1 / beside
    plenty = faint * unit <= designed
    limit = float(chndtrix(1 - FOUND, freedom, designed / unit)) if plenty else critical
    room = designed / faint - 1 / beside
    visible = designed if plenty else faint * unit
    return Sight(limit * unit, visible, 1 / room if room > 0 else inf)


def effective_rows(times: np.ndarray, alone: int = 0) -> float:
    """Return how many rows are worth one each, where the rows of an entity are all alike.

    Those who are there often weigh more, so it may be fewer than there are entities: the square of
    the sum of the weights over the sum of their squares (Kish, Survey Sampling, 1965, section 8.2).

    Args:
        times: how often each entity is there, [n].
        alone: rows that are nobody's but their own.
    """
    weights = times.astype(np.float64)
    return float((weights.sum() + alone) ** 2 / max(1.0, (weights**2).sum() + alone))


def skewed(quantile: float, skewness: float) -> float:
    """Return a quantile of the normal distribution as that of one with some skewness.

    Of both tails it is the longer one's (Cornish and Fisher, Revue de l'Institut International de
    Statistique 5, 1938).
    """
    return quantile + (quantile**2 - 1) / 6 * abs(skewness)


def student(freedom: float, false_alarm: float) -> float:
    """Return what a ratio of an estimate to its estimated error exceeds; infinite without freedom.

    Student's t with few degrees of `freedom` has far more in its tails than the normal law.
    """
    return -float(stdtrit(freedom, false_alarm)) if freedom > 0 else inf


def rows_to_see(asked: float, visible: Callable[[float], float]) -> float:
    """Return with how many rows a change of `asked` is visible; infinite if with no number."""
    asked *= 1 + ROUNDING
    if not isfinite(asked) or not visible(MOST_ROWS) <= asked:
        return inf
    low, high = 1.0, MOST_ROWS
    while high > 1.001 * low:
        middle = sqrt(low * high)
        low, high = (low, middle) if visible(middle) <= asked else (middle, high)
    return float(ceil(high))
