"""Move the generated project's dependencies to the newest versions with which its tests pass.

`python -m refresh` exits with 0 when `template/constraints.txt` holds them, and CHANGELOG.md says
what moved; with 1 when the tests fail with them, after saying what moved and how they fail; with 2
when it can't be done. What it prints stays in `build/refresh/log.txt`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from internals import lay_over
from ml_scaffold.demo import prepare
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.progress import step
from refresh.pins import Pins, RefreshError, enter, moves, write
from refresh.trial import Project, Trial
from support import ROOT

KEPT = ROOT / "build" / "refresh"


def main(arguments: Sequence[str]) -> int:
    """Refresh this clone's template; return the exit code.

    Raises:
        RefreshError: the versions can't be resolved.
        ScaffoldError: the project can't be rendered.
    """
    parser = argparse.ArgumentParser(prog="make refresh", description=__doc__)
    parser.add_argument("--test", default="make lint test", help="a command in the project")
    parser.add_argument("--patience", type=float, default=40, help="minutes for one run of it")
    options = parser.parse_args(arguments)
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in (*KEPT.glob("*.log"), KEPT / "log.txt"):
        old.unlink(missing_ok=True)
    with step("rendering the default design"):
        prepare(ROOT, {}, KEPT / "project")
        lay_over(KEPT / "project")
    with (KEPT / "log.txt").open("w", encoding="utf-8") as log:

        def tell(line: str) -> None:
            for stream in (sys.stdout, log):
                print(line, file=stream, flush=True)

        green = refresh(
            Project(KEPT / "project", KEPT),
            ROOT / "template" / "constraints.txt",
            ROOT / "CHANGELOG.md",
            options.test,
            options.patience * 60,
            tell,
        )
    return 0 if green else 1


def refresh(
    project: Project,
    constraints: Path,
    changelog: Path,
    test: str,
    patience: float,
    tell: Callable[[str], None],
) -> bool:
    """Move `constraints` to the newest versions if `test` passes with them; return whether it did.

    Args:
        constraints: what the project was rendered with; its comments stay.
        changelog: gets an entry that says what moved.
        patience: seconds after which a run of the test has failed.
        tell: says a line to whoever waits, and to the log.

    Raises:
        RefreshError: the versions can't be resolved.
    """

    def run(pins: Pins, name: str) -> Trial:
        with step(f"running the tests with the {name} versions"):
            trial = project.run(test, pins, name, patience)
        tell(f"{name} versions: {trial.why}, {trial.seconds:.1f} s")
        return trial

    with step("resolving the newest versions"):
        old, new = project.pins, project.newest()
    moved = moves(old, new)
    if not moved:
        tell("nothing moved: all versions are the newest that pyproject.toml allows")
        return True
    tell(f"{len(moved)} packages moved:")
    for move in moved:
        tell(f"    {move}")
    trial = run(new, "newest")
    if trial.passed:
        write(constraints, new)
        enter(changelog, moved)
        tell(f"green: {constraints.name} holds the new versions, and {changelog.name} names them")
        return True
    if not run(old, "present").passed:
        tell("the tests fail with the present versions too, so none of the new ones is to blame")
    tell(f"red: {constraints.name} stays as it was; the end of {trial.output}:\n{trial.end()}")
    return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (RefreshError, ScaffoldError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
