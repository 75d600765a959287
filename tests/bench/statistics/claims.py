"""A claim, what was measured of it, and whether it holds; parts print theirs for the runner.

A part runs in the Python of a generated project, and reports each claim as a line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from time import monotonic
from typing import Any

SIGNIFICANT = 0.05
"""A count is above its bound where chance would reach it more rarely than this."""


@dataclass(frozen=True)
class Claim:
    """What is claimed, in words, with what was measured and what bounds it."""

    what: str
    measured: str
    bound: str
    holds: bool

    def tell(self) -> None:
        """Print it as a line of JSON, for the runner."""
        print(json.dumps(asdict(self)), flush=True)


def at_most(what: str, count: int, runs: int, share: float) -> Claim:
    """Claim that a share of runs is at most `share`, by a one-sided binomial test."""
    chance = import_module("scipy.special").bdtrc(count - 1, runs, share) if count else 1.0
    holds = bool(chance >= SIGNIFICANT)
    return Claim(what, f"{count} of {runs:,}", f"at most {share:.3g}", holds)


def at_least(what: str, count: int, runs: int, share: float) -> Claim:
    """Claim that a share of runs is at least `share`."""
    return Claim(what, f"{count} of {runs:,}", f"at least {share:.3g}", count >= share * runs)


def no_more(what: str, value: float, bound: float) -> Claim:
    """Claim that a figure is at most `bound`."""
    return Claim(what, f"{value:.3g}", f"at most {bound:.3g}", value <= bound)


def counted(runs: int, what: str) -> Iterator[int]:
    """Yield the numbers of the runs, and say on stderr every few seconds how many are done."""
    told = monotonic()
    for run in range(runs):
        if monotonic() - told > 5:
            told = monotonic()
            print(f"   {what}: {run} of {runs}", file=sys.stderr, flush=True)
        yield run


def tell(claims: Iterable[Claim]) -> Any:
    """Print each claim as soon as it is known."""
    for claim in claims:
        claim.tell()
