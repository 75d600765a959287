"""What a challenger must not break while it is tried."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from ..contracts import Criterion
from ..kind.guardrails import decision_rails
from .excess import SIGMAS, fallback_excess, latency_excess

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
        **decision_rails(challenger, SIGMAS),
        "latency": Criterion("p99_latency_excess_ms", latency, "<=", slower),
    }
    return tuple(rail for name, rail in rails.items() if name in watched)
