"""Break the guards of generated projects one by one, and see that their tests notice.

`python -m mutants [NAME ...]` prints a line for each mutant as it goes, and exits with 1 unless a
test's assertion caught every one of them. `python -m mutants --changed` takes those whose guard, or
a test of it, is not as last released.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import changes
from bench.project import FOLDER, KEPT, install
from designs import REFERENCE
from internals import lay_over
from ml_scaffold.progress import step
from mutants.campaign import broken, unbroken
from mutants.copies import Copy, CopyError, Run
from mutants.table import DEFAULT, Mutant, TableError, check, chosen, read, touched
from support import ROOT

CHANGED = "--changed"
COPIES = 2
SHOWN = 30
"""Lines of pytest's output that are shown of a run that came to something else."""
LINE = "{:>7}  {:<46} {:<46} {:<14} {:>7}"


def main(names: Sequence[str]) -> int:
    """Judge the mutants of these names, all where none is given; return the exit code.

    Where nothing changed, `--changed` has nothing to judge.

    Raises:
        TableError: a name is unknown, or the table does not fit the project.
        CopyError: the tests ran something else than the copy.
    """
    mutants = changed() if names == [CHANGED] else chosen(read(), names)
    if not mutants:
        print("no guard has changed since the newest release, and no test of one")
        return 0
    verdicts: Counter[str] = Counter()
    began = time.monotonic()
    for design in dict.fromkeys(mutant.design for mutant in mutants):
        of_design = [mutant for mutant in mutants if mutant.design == design]
        project, package = subject(design)
        check(of_design, project)
        folder = ROOT / "build" / "mutants"
        copies = [Copy.of(project, folder / f"copy-{n}", package) for n in range(1, COPIES + 1)]
        with step(f"running the same tests of {design} while nothing is broken"):
            failed = [run for _, run in unbroken(copies, of_design) if run.verdict != "survived"]
        if failed:
            for run in failed:
                show("without a mutant", run)
            return 1
        verdicts += tell(broken(copies, of_design), len(of_design), package)
    counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    print(f"{counts}; {time.monotonic() - began:.0f} s")
    return 0 if verdicts.keys() == {"killed"} else 1


def changed() -> list[Mutant]:
    """Return the mutants that say something of what changed since the newest release."""
    files = changes.changed()
    return [
        mutant
        for mutant in read()
        if touched([mutant], changes.paths(files, REFERENCE[mutant.design]["package"]))
    ]


def subject(design: str) -> tuple[Path, str]:
    """Return the installed project of a reference design, and the name of its package.

    The tests of our internals are in it.

    Raises:
        TableError: there is no such design, or none that can be generated.
    """
    if design not in REFERENCE:
        raise TableError(f"no design {design} can be generated; there are {', '.join(REFERENCE)}")
    answers, folder = REFERENCE[design], KEPT / design
    if design == DEFAULT:  # which benches share
        answers, folder = {}, FOLDER
    install(answers, folder)
    lay_over(folder)
    return folder, REFERENCE[design]["package"]


def tell(judged: Iterable[tuple[Mutant, Run]], total: int, package: str) -> Counter[str]:
    """Print a line for each mutant, and below it what is wrong; return how many came to what."""
    print(LINE.format("", "mutant", "file", "verdict", "seconds"))
    verdicts: Counter[str] = Counter()
    for mutant, run in judged:
        verdicts[run.verdict] += 1
        number, file = f"{verdicts.total()}/{total}", mutant.file.removeprefix(f"src/{package}/")
        line = LINE.format(number, mutant.name, file, run.verdict, f"{run.seconds:.1f}")
        print(f"{line}  {run.test or ' '.join(mutant.tests)}", flush=True)
        if run.verdict != "killed":
            show(mutant.name, run)
    return verdicts


def show(what: str, run: Run) -> None:
    """Print why a run came to what it did, and the end of its output."""
    end = "\n".join(run.output.splitlines()[-SHOWN:])
    print(f"{what} {run.verdict}: {run.why}\n{end}\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # the tests got it too, and have ended
        sys.exit(130)
    except (TableError, CopyError) as error:
        sys.exit(str(error))
