"""How long `ml-scaffold check` takes, and how much of that is its start-up.

The goal is under a second after start-up. What is printed is the cheapest of the rounds;
nothing here asserts.
"""

from __future__ import annotations

from functools import partial

from bench.commands import BIN, cost, in_turns, keep
from ml_scaffold.progress import step

ROUNDS = 7
WAYS = {"ml-scaffold check": ["check", "offers"], "start-up": ["--help"]}


def main() -> None:
    """Time both, print the figures, and keep them in `build/bench`."""
    with step(f"checking, {ROUNDS} rounds"):
        commands = {way: [BIN / "ml-scaffold", *each] for way, each in WAYS.items()}
        costs = in_turns({way: partial(cost, each) for way, each in commands.items()}, ROUNDS)
    keep("checking", costs)
    for way, spent in costs.items():
        print(f"{way:<18} {spent}")


if __name__ == "__main__":
    main()
