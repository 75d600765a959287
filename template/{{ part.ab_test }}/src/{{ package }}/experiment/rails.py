"""The guardrails of every problem: a challenger must answer as reliably and as fast."""

from __future__ import annotations

import pandas as pd

from ..contracts import Criterion
from .excess import fallback_excess, latency_excess

FALLBACK_MARGIN = 0.01
"""The challenger's fallback share may be so much larger than the champion's."""
LATENCY_MARGIN = 0.5
"""The challenger's 99th percentile may be that part of the latency budget slower."""


def fallback_rail(champion: pd.DataFrame, challenger: pd.DataFrame) -> Criterion:
    """Say whether the fallback answers about as seldom in the challenger's arm.

    Args:
        champion: its predictions, with `fallback`.
        challenger: the same.
    """
    excess = fallback_excess(champion, challenger)
    return Criterion("fallback_share_excess", excess, "<=", FALLBACK_MARGIN)


def latency_rail(
    champion: pd.DataFrame, challenger: pd.DataFrame, latency_budget_ms: float
) -> Criterion:
    """Say whether the challenger answers about as fast.

    Args:
        champion: its predictions, with `request_id` and `latency_ms`.
        challenger: the same.
        latency_budget_ms: the design's.
    """
    excess = latency_excess(champion, challenger)
    return Criterion("p99_latency_excess_ms", excess, "<=", LATENCY_MARGIN * latency_budget_ms)
