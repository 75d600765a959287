"""What generating the default design costs: `ml-scaffold new` beside plain `copier copy`.

Both take the working tree as a release of a clone, as a user does, in a process of their own, in
turns. Beside them stands `ml-scaffold design`, the document alone. The goal is at most 4 s of CPU
for `ml-scaffold new`. Nothing here asserts: the clock of a shared machine proves nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commands import BIN, Cost, cost, in_turns, keep
from ml_scaffold.progress import step
from support import clone_with_releases, copy_template

ROUNDS = 5


def generated(command: list[str | Path], project: Path) -> Cost:
    """Return what a command costs that makes `project`, and remove that again."""
    spent = cost(command)
    shutil.rmtree(project)
    return spent


def main() -> None:
    """Time them, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as name, step(f"generating, {ROUNDS} rounds"):
        folder = Path(name)
        source = clone_with_releases(folder / "source", copy_template(folder / "template"))
        project, ours, theirs = folder / "project", BIN / "ml-scaffold", BIN / "copier"
        new = [ours, "new", project, "--design", "offers", "--template", source]
        copy = [theirs, "copy", "--defaults", "--quiet", source, project]
        ways: dict[str, Callable[[], Cost]] = {
            "ml-scaffold new": partial(generated, new, project),
            "copier copy": partial(generated, copy, project),
            "ml-scaffold design": partial(cost, [ours, "design", "offers"]),
        }
        costs = in_turns(ways, ROUNDS)
    keep("rendering", costs)
    for way, spent in costs.items():
        goal = " (goal: at most 4 s of CPU)" if way == "ml-scaffold new" else ""
        print(f"{way:<18} {spent}{goal}")


if __name__ == "__main__":
    main()
