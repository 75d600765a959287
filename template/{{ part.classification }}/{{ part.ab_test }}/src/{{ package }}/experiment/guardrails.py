"""What a challenger must not break while it is tried."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from ..contracts import Criterion
from ..problem.schema import PROBLEM
from .excess import SIGMAS
from .proportions import wilson
from .rails import fallback_rail, latency_rail

TREATED_MARGIN = 0.1
"""The challenger may treat so many more rows than designed: treating more succeeds more."""


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
        "fallback-share": fallback_rail(champion, challenger),
        "treated-share": Criterion(
            "treated_share_excess", _treated_excess(challenger), "<=", TREATED_MARGIN
        ),
        "latency": latency_rail(champion, challenger, latency_budget_ms),
    }
    return tuple(rail for name, rail in rails.items() if name in watched)


def _treated_excess(challenger: pd.DataFrame) -> float:
    low, _ = wilson(float(challenger["decision"].mean()), len(challenger), SIGMAS)
    return low - PROBLEM.treated_share
