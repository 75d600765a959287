"""What a challenger must not break while it is tried, and what voids the test."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil, erfc, floor, inf, sqrt

import numpy as np
import pandas as pd

from ..contracts import Criterion
from ..problem.schema import PROBLEM
from .compare import newcombe, units, wilson

SIGMAS = 3.0
"""How sure a look must be that a guardrail is broken; there are many looks."""
FALLBACK_MARGIN = 0.01
"""The challenger's fallback share may be so much larger than the champion's."""
TREATED_MARGIN = 0.1
"""The challenger may treat so many more rows than designed: treating more succeeds more."""
LATENCY_MARGIN = 0.5
"""The challenger's 99th percentile may be that part of the latency budget slower."""


def guardrails(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    latency_budget_ms: float,
    watched: Collection[str],
) -> tuple[Criterion, ...]:
    """Say whether the challenger keeps to the margins of what the design watches.

    It must answer about as reliably and as fast as the champion, and not treat far more rows than
    designed. Each value is a lower confidence bound of how much worse it is, so that a guardrail
    breaks only on evidence and may stop the test at any look (Kohavi, Tang and Xu, Trustworthy
    Online Controlled Experiments, 2020, chapters 15 and 21).

    Args:
        champion: its predictions: `fallback`, `decision`, `request_id`, `latency_ms`; outcomes
            don't matter.
        challenger: the same.
        latency_budget_ms: the design's.
        watched: names of `ExperimentDesign.guardrails`.
    """
    rails = {
        "fallback-share": Criterion(
            "fallback_share_excess", _fallback_excess(champion, challenger), "<=", FALLBACK_MARGIN
        ),
        "treated-share": Criterion(
            "treated_share_excess", _treated_excess(challenger), "<=", TREATED_MARGIN
        ),
        "latency": Criterion(
            "p99_latency_excess_ms",
            _latency_excess(champion, challenger),
            "<=",
            LATENCY_MARGIN * latency_budget_ms,
        ),
    }
    return tuple(rail for name, rail in rails.items() if name in watched)


def _fallback_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
    arms = (champion["fallback"].notna(), challenger["fallback"].notna())
    shares = (float(arms[0].mean()), float(arms[1].mean()))
    low, _ = newcombe(shares, (len(champion), len(challenger)), SIGMAS)
    return low


def _treated_excess(challenger: pd.DataFrame) -> float:
    low, _ = wilson(float(challenger["decision"].mean()), len(challenger), SIGMAS)
    return low - PROBLEM.treated_share


def _latency_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
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
