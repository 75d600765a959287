"""What a tuner is given; it gives back a `Trial` for each set of parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class Objective(Protocol):
    """Scores a set of parameters, fold after fold."""

    def __call__(
        self, params: Mapping[str, Any], report: Callable[[int, float], bool]
    ) -> float | None:
        """Return the score of `params`, or None where it was given up.

        Args:
            report: told the number of each fold and the mean score so far; True where it isn't
                worth going on.
        """
        ...


@dataclass(frozen=True)
class Plan:
    """How a tuner is to search.

    Attributes:
        trials: how many sets of parameters to try.
        maximise: whether a higher score is better.
        name: the study's, where a tuner keeps it; none of that name may be kept yet.
        journal: the file in which it is kept. No other process may be searching into it.
    """

    trials: int
    seed: int
    maximise: bool
    name: str
    journal: Path
