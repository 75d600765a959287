"""What an update costs: `ml-scaffold update` beside plain `copier update`.

A project of the newest release, as its users have it, is brought to the working tree, in processes
of their own, in turns, each on a fresh copy. Its dependencies are not pinned anew, which is the
work of another tool. The goal is at most 10 s of CPU for `ml-scaffold update`. Nothing here
asserts: the clock of a shared machine proves nothing.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commands import BIN, Cost, cost, in_turns, keep
from ml_scaffold.progress import step
from ml_scaffold.scaffold import render
from support import DONE, clone_with_releases, commit_all, copy_template

ROUNDS = 3


def updated(start: Path, command: list[str | Path]) -> Cost:
    """Return what a command costs that updates a copy of the project in `start`."""
    with TemporaryDirectory() as folder:
        return cost(command, Path(shutil.copytree(start, Path(folder, "project"))))


def main() -> None:
    """Time both, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as name, step(f"updating, {ROUNDS} rounds"):
        folder = Path(name)
        source = clone_with_releases(folder / "source", copy_template(folder / "template"))
        start = folder / "project"
        render(str(source), DONE[-1], start, {})
        commit_all(start, "Start")
        ways = {
            "ml-scaffold update": [BIN / "ml-scaffold", "update", "--no-lock"],
            "copier update": [BIN / "copier", "update", "--defaults", "--quiet"],
        }
        costs = in_turns({way: partial(updated, start, each) for way, each in ways.items()}, ROUNDS)
    keep("update", costs)
    for way, spent in costs.items():
        goal = " (goal: at most 10 s of CPU)" if way == "ml-scaffold update" else ""
        print(f"{way:<18} {spent}, from {DONE[-1]}{goal}")


if __name__ == "__main__":
    main()
