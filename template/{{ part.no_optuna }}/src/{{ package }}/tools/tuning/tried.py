"""Trials of which none learns from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...contracts import Trial
from .objective import Objective


def tried(
    sets: Sequence[Mapping[str, Any]],
    objective: Objective,
    progress: Callable[[int, int], None],
) -> tuple[Trial, ...]:
    """Score each set of parameters, one after the other, and give none up.

    Args:
        progress: called after each with (done, total).
    """
    trials = []
    for number, params in enumerate(sets):
        means: list[float] = []

        def report(fold: int, mean: float, means: list[float] = means) -> bool:
            means.append(mean)
            return False

        score = objective(params, report)
        trials.append(Trial(number, dict(params), tuple(means), score, "complete"))
        progress(number + 1, len(sets))
    return tuple(trials)
