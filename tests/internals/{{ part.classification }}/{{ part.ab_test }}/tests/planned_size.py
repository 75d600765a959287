"""How large a test of two shares must be, by statsmodels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

ASSUMED = "base_rate"
"""The answer that says what the champion reaches."""


def planned_size(effect: float, ratio: float, answers: Mapping[str, Any]) -> float:
    """Return the challenger's outcomes, not rounded.

    Args:
        effect: the improvement that must be seen.
        ratio: how many outcomes the champion has for each of the challenger's.
        answers: the project's design.
    """
    return samplesize_proportions_2indep_onetail(
        effect,
        answers[ASSUMED],
        answers["power"],
        ratio=ratio,
        alpha=answers["alpha"],
        alternative="larger",
    )
