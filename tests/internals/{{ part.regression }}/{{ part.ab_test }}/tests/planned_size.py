"""How large a test of two means must be, by statsmodels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statsmodels.stats.power import normal_sample_size_one_tail

ASSUMED = "metric_std"
"""The answer that says how much the business metric varies."""


def planned_size(effect: float, ratio: float, answers: Mapping[str, Any]) -> float:
    """Return the challenger's outcomes, not rounded.

    Args:
        effect: the improvement that must be seen.
        ratio: how many outcomes the champion has for each of the challenger's.
        answers: the project's design.
    """
    deviation = answers[ASSUMED] * (1 + 1 / ratio) ** 0.5
    return normal_sample_size_one_tail(
        effect, answers["power"], answers["alpha"], std_null=deviation
    )
