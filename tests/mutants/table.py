"""The table of mutants: for each guard of the generated project, an edit that breaks it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GUARDS = Path(__file__).with_name("guards")
"""A file of mutants for each stage of the project."""
KEYS = {"file", "text", "instead", "tests"}
DEFAULT = "offers"
"""The reference design that is broken unless a row names another as its `design`."""


class TableError(Exception):
    """The table does not fit the project; the message names each row that must be mended."""


@dataclass(frozen=True)
class Mutant:
    """An edit that breaks one guard of a project, and the tests that must notice.

    Attributes:
        name: what is broken.
        file: where, from the project's root.
        text: what stands there exactly once.
        instead: what the mutant has in its place.
        tests: what pytest is asked to run, as `file::function`, the fewer the better.
        design: the reference design whose project it is.
    """

    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]
    design: str = DEFAULT


def read(folder: Path = GUARDS) -> list[Mutant]:
    """Return the mutants of all files in `folder`, file by file.

    Raises:
        TableError: a row has other keys than `KEYS` and `design`, or a name stands in two files.
    """
    mutants: dict[str, Mutant] = {}
    for path in sorted(folder.glob("*.toml")):
        for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in mutants:
                raise TableError(f"{path.name}: {name} stands in another file too")
            mutants[name] = _mutant(f"{path.name}: {name}", name, row)
    return list(mutants.values())


def _mutant(where: str, name: str, row: dict[str, Any]) -> Mutant:
    if row.keys() - {"design"} != KEYS:
        raise TableError(
            f"{where} must have the keys {', '.join(sorted(KEYS))}, may have design, and no other"
        )
    tests, design = tuple(row["tests"]), row.get("design", DEFAULT)
    return Mutant(name, row["file"], row["text"], row["instead"], tests, design)


def chosen(mutants: Sequence[Mutant], names: Sequence[str]) -> list[Mutant]:
    """Return the mutants of these names, all where none is given.

    Raises:
        TableError: there is none of that name.
    """
    known = {mutant.name: mutant for mutant in mutants}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise TableError(f"no mutant is called {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] or list(mutants)


def touched(mutants: Sequence[Mutant], changed: Collection[str]) -> list[Mutant]:
    """Return the mutants whose file, or the file of one of whose tests, is among `changed`."""
    return [
        mutant
        for mutant in mutants
        if {mutant.file, *(test.partition("::")[0] for test in mutant.tests)} & {*changed}
    ]


def check(mutants: Sequence[Mutant], project: Path) -> None:
    """Make sure that every edit can be made in `project`, and is one.

    Raises:
        TableError: a file or a test is missing, or a text does not stand exactly once in its file.
    """
    faults = [f"{mutant.name}: {why}" for mutant in mutants if (why := _fault(mutant, project))]
    if faults:
        raise TableError("\n".join(("mend the table of mutants:", *faults)))


def _fault(mutant: Mutant, project: Path) -> str:
    path = project / mutant.file
    if not path.is_file():
        return f"{mutant.file} is missing"
    if mutant.text == mutant.instead:
        return "its edit changes nothing"
    if not mutant.tests:
        return "it names no tests"
    found = path.read_text(encoding="utf-8").count(mutant.text)
    if found != 1:
        return f"its text stands {found} times in {mutant.file}, not once"
    missing = [test for test in mutant.tests if not _exists(test, project)]
    return f"there is no {', '.join(missing)}" if missing else ""


def _exists(test: str, project: Path) -> bool:
    file, _, function = test.partition("::")
    path, name = project / file, function.partition("[")[0]
    return path.is_file() and f"\ndef {name}(" in path.read_text(encoding="utf-8")
