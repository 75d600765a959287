"""How much worse a challenger is: lower confidence bounds, and what voids the test."""

from __future__ import annotations

from math import ceil, erfc, floor, inf, sqrt

import numpy as np
import pandas as pd

from ..stats.proportions import newcombe
from ..stats.units import units

SIGMAS = 3.0
"""How sure a look must be that a guardrail is broken; there are many looks."""


def fallback_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
    """Return by how much the fallback's share is larger in the challenger's arm, at least."""
    arms = (champion["fallback"].notna(), challenger["fallback"].notna())
    shares = (float(arms[0].mean()), float(arms[1].mean()))
    low, _ = newcombe(shares, (len(champion), len(challenger)), SIGMAS)
    return low


def latency_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
    """Return by how many milliseconds the challenger's 99th percentile is larger, at least."""
    _, at_most = quantile_bounds(_latencies(champion), 0.99)
    at_least, _ = quantile_bounds(_latencies(challenger), 0.99)
    return at_least - at_most


def _latencies(rows: pd.DataFrame) -> np.ndarray:
    return rows.groupby("request_id")["latency_ms"].max().to_numpy()


def quantile_bounds(values: np.ndarray, quantile: float) -> tuple[float, float]:
    """Return confidence bounds of a quantile, `SIGMAS` wide; infinite where too few values tell.

    The bounds are order statistics, whatever the distribution (Conover, Practical Nonparametric
    Statistics, 3rd edition 1999, section 3.2).
    """
    n = len(values)
    spread = SIGMAS * sqrt(n * quantile * (1 - quantile))
    low, high = floor(n * quantile - spread), ceil(n * quantile + spread)
    ordered = np.sort(values)
    return (
        float(ordered[low - 1]) if low >= 1 else -inf,
        float(ordered[high - 1]) if 1 <= high <= n else inf,
    )


def split_p_value(champion: pd.DataFrame, challenger: pd.DataFrame, share: float) -> float:
    """Return how likely a split as uneven as this is under the designed challenger `share`.

    A chi-square test with one degree of freedom on what was randomised, entities rather than rows
    (Fabijan et al., Diagnosing Sample Ratio Mismatch, KDD 2019).
    """
    observed = (units(champion).nunique(), units(challenger).nunique())
    total = sum(observed)
    expected = (total * (1 - share), total * share)
    if not total:
        return 1.0
    statistic = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    return erfc(sqrt(statistic / 2))
