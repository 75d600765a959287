"""Grid search: evenly spaced values of each parameter, all with all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from ...contracts import Trial
from ...declare import DeclarationError, OldSpace, Params, Range, Space
from .objective import Objective, Plan
from .tried import tried


def search(
    space: Space | OldSpace,
    defaults: Params,
    objective: Objective,
    plan: Plan,
    progress: Callable[[int, int], None],
) -> tuple[Trial, ...]:
    """Try `defaults`, and a grid of as many sets of parameters as the plan has room for.

    Args:
        progress: called after each trial with (done, total).

    Raises:
        DeclarationError: the space is a function, of which nobody knows the ends.
    """
    if not isinstance(space, Mapping):
        raise DeclarationError(
            "problem/model.py draws parameters by a function, and a grid needs their ends: make"
            " `space` a mapping of names to `Range`, or `make redesign tuner=optuna`"
        )
    sets = [defaults, *grid(space, defaults, plan.trials - 1)]
    return tried(sets, objective, progress)


def grid(space: Space, defaults: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """Return at most `most` sets of parameters: the first parameters get the more values.

    A parameter for which there is no room keeps its default.
    """
    counts = dict.fromkeys(space, 1)
    while True:
        growing = [name for name in space if _size({**counts, name: counts[name] + 1}) <= most]
        if not growing:
            break
        counts[min(growing, key=lambda name: counts[name])] += 1
    values = {
        name: points(each, counts[name]) if counts[name] > 1 else [defaults[name]]
        for name, each in space.items()
    }
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def points(each: Range, number: int) -> Sequence[float]:
    """Return the middles of `number` even parts of a range, as the range has numbers."""
    shares = (np.arange(number) + 0.5) / number
    low, high = (np.log(each.low), np.log(each.high)) if each.log else (each.low, each.high)
    found = low + shares * (high - low)
    found = np.exp(found) if each.log else found
    if each.step is not None:
        found = each.low + each.step * np.round((found - each.low) / each.step)
    numbers = np.round(found).astype(int) if each.whole else found
    return list(dict.fromkeys(numbers.tolist()))


def _size(counts: Mapping[str, int]) -> int:
    return prod(counts.values())
