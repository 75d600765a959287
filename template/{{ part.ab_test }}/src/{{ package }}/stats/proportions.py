"""Confidence intervals of shares, which hold for few rows and for shares of 0 and 1."""

from __future__ import annotations

from math import sqrt


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
