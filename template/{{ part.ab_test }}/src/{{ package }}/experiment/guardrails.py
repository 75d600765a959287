"""What a challenger must not break while it is tried."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil, floor, inf, sqrt

import numpy as np
import pandas as pd

from ..contracts import Criterion
from ..kind.arms import ShareLimit, newcombe, wilson
from ..kind.comparison import SHARE_LIMITS

SIGMAS = 3.0
"""How sure a look must be that a guardrail is broken; there are many looks."""
FALLBACK_MARGIN = 0.01
"""The challenger's fallback share may be so much larger than the champion's."""
LATENCY_MARGIN = 0.5
"""The challenger's 99th percentile may be that part of the latency budget slower."""


def guardrails(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    latency_budget_ms: float,
    watched: Collection[str],
) -> tuple[Criterion, ...]:
    """Say whether the challenger keeps to the margins of what the design watches.

    It must answer about as reliably and as fast as the champion, and decide within its bounds. Each
    value is a lower confidence bound of how much worse it is, so that a guardrail breaks only on
    evidence and may stop the test at any look (Kohavi, Tang and Xu, Trustworthy Online Controlled
    Experiments, 2020, chapters 15 and 21).

    Args:
        champion: its predictions: `fallback`, `decision`, `request_id`, `latency_ms`; outcomes
            don't matter.
        challenger: the same.
        latency_budget_ms: the design's.
        watched: names of `ExperimentDesign.guardrails`.
    """
    fallback = fallback_excess(champion, challenger)
    latency = latency_excess(champion, challenger)
    slower = LATENCY_MARGIN * latency_budget_ms
    rails = {
        "fallback-share": Criterion("fallback_share_excess", fallback, "<=", FALLBACK_MARGIN),
        **{name: _share_rail(challenger, limit) for name, limit in SHARE_LIMITS.items()},
        "latency": Criterion("p99_latency_excess_ms", latency, "<=", slower),
    }
    return tuple(rail for name, rail in rails.items() if name in watched)


def _share_rail(challenger: pd.DataFrame, limit: ShareLimit) -> Criterion:
    low, _ = wilson(float(limit.counted(challenger).mean()), len(challenger), SIGMAS)
    return Criterion(limit.excess, low - limit.designed, "<=", limit.margin)


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
