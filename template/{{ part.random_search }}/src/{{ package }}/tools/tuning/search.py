"""Random search: each trial draws its parameters anew, whatever the others found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...contracts import Trial
from ...declare import OldSpace, Params, Space, drawn
from .objective import Objective, Plan
from .tried import tried


class Draw:
    """Draws parameters from a seeded generator."""

    def __init__(self, seed: int) -> None:
        """Begin at `seed`."""
        self._generator = np.random.default_rng(seed)

    def suggest_float(
        self, name: str, low: float, high: float, *, step: float | None = None, log: bool = False
    ) -> float:
        """Return a number from `low` to `high`, or of the steps from `low` on."""
        if step is not None:
            return low + step * int(self._generator.integers(int((high - low) / step + 1e-9) + 1))
        if log:
            return float(np.exp(self._generator.uniform(np.log(low), np.log(high))))
        return float(self._generator.uniform(low, high))

    def suggest_int(
        self, name: str, low: int, high: int, *, step: int = 1, log: bool = False
    ) -> int:
        """Return a whole number from `low` to `high`, or of the steps from `low` on."""
        if log:
            drawn = self.suggest_float(name, low - 0.5, high + 0.5, log=True)
            return int(np.clip(round(drawn), low, high))
        return low + step * int(self._generator.integers((high - low) // step + 1))


def search(
    space: Space | OldSpace,
    defaults: Params,
    objective: Objective,
    plan: Plan,
    progress: Callable[[int, int], None],
) -> tuple[Trial, ...]:
    """Try sets of parameters, `defaults` first.

    Args:
        progress: called after each trial with (done, total).
    """
    draw = Draw(plan.seed)
    others = (drawn(space, draw) for _ in range(plan.trials - 1))
    return tried([defaults, *others], objective, progress)
