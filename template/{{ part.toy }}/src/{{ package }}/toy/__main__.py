"""`python -m <package>.toy`: lives through the story of the toy world."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..story.history import History
from ..story.run import run


def main() -> None:
    """Tell the story of the toy world that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--reports", type=Path, required=True)
    arguments = parser.parse_args()

    def history() -> History:
        from .history import ToyHistory  # not above: the first server starts while this loads

        return ToyHistory(arguments.seed, arguments.size)

    run("demo", history, arguments.seed, arguments.reports)


main()
