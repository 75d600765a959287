"""Move the generated project's dependencies to the newest versions with which its tests pass.

`python -m refresh` exits with 0 when `template/constraints.txt` holds them, and CHANGELOG.md says
what moved; with 1 when the tests fail with them, after saying which packages break them; with 2
when it can't be done. What it prints stays in `build/refresh/log.txt`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from internals import lay_over
from ml_scaffold.demo import prepare
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.progress import step
from refresh.campaign import Limits, refresh
from refresh.pins import RefreshError
from refresh.trial import Project
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
    parser.add_argument("--trials", type=int, default=40, help="at most as many runs of it")
    parser.add_argument("--minutes", type=float, default=240, help="for all of it")
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
            Limits(options.trials, options.minutes * 60, options.patience * 60),
            tell,
        )
    return 0 if green else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (RefreshError, ScaffoldError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
