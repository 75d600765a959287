"""What each release renamed, moved and took away: the tables in `hooks/migrations` of a template.

A table says what one release changed for the projects of those before it: `answers` that are called
or valued otherwise, how `new` questions are answered, which paths moved (`moves`) and which are
gone (`deletes`). Tables are read from the release that a project is brought to, and hold no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.version import Version

from .check import EVIDENCE
from .data import load
from .errors import ScaffoldError
from .merging import Tree

FOLDER = Path("hooks", "migrations")
DEFAULT = "default"
"""How a table says that an old project takes the default of a new question."""


@dataclass(frozen=True)
class Table:
    """What one release did to the projects of those before it.

    Attributes:
        version: the release.
        renamed: questions by the name that they had.
        mapped: for a question, by today's name, the values that are called otherwise now.
        new: for each new question `default`, or `{value: ...}`, which its default must come to.
        moves: paths by the path that they had. `*` is a part of a name and `**` a path; `{package}`
            is the project's package. The first pattern that matches counts.
        deletes: patterns of paths that no project has any more.
    """

    version: Version
    renamed: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    moves: Mapping[str, str] = field(default_factory=dict)
    deletes: Sequence[str] = ()


def read(root: Path) -> tuple[Table, ...]:
    """Return the tables of the template in `root`, oldest first; none if it has none.

    Raises:
        ScaffoldError: a file is named or holds what no table does.
    """
    return tuple(sorted(map(_table, (root / FOLDER).glob("*")), key=lambda table: table.version))


def since(root: Path, commit: str) -> tuple[Table, ...]:
    """Return the tables of the releases after `commit`, which `git describe` named.

    All of them where it names no release: a table says nothing of what isn't there.
    """
    release = re.match(r"v?(\d+(?:\.\d+)+)", commit)
    return tuple(
        table for table in read(root) if release is None or table.version > Version(release[1])
    )


def name_now(tables: Sequence[Table], question: str) -> str:
    """Return what a question of an older release is called now."""
    for table in tables:
        question = table.renamed.get(question, question)
    return question


def migrated(tables: Sequence[Table], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return `answers` as the newest of `tables` names and values them."""
    now = dict(answers)
    for table in tables:
        now = _renamed(table, now)
        if isinstance(now.get(EVIDENCE), dict):
            now[EVIDENCE] = _renamed(table, now[EVIDENCE])
        for name, values in table.mapped.items():
            if name in now:
                now[name] = _mapped(values, now[name])
    return now


def declared(tables: Sequence[Table], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to new questions that a table gives in place of their defaults.

    They are named and valued as the newest of `tables` does; so must `answers` be.
    """
    found: dict[str, Any] = {}
    for number, table in enumerate(tables):
        stated = {name: how["value"] for name, how in table.new.items() if how != DEFAULT}
        found |= migrated(tables[number + 1 :], stated)
    return {name: value for name, value in found.items() if name not in answers}


def _renamed(table: Table, entries: Mapping[str, Any]) -> dict[str, Any]:
    return {table.renamed.get(name, name): value for name, value in entries.items()}


def _mapped(values: Mapping[Any, Any], answer: Any) -> Any:
    """Return an answer, or each choice of several, by its new name; once where two became one."""
    if isinstance(answer, list):
        items: list[Any] = []
        for item in (_choice(values, each) for each in answer):
            if item not in items:
                items.append(item)
        return items
    return _choice(values, answer)


def _choice(values: Mapping[Any, Any], choice: Any) -> Any:
    named = isinstance(choice, str | int | float) and choice in values
    return values[choice] if named else choice


def new_place(tables: Sequence[Table], path: str, package: str) -> str:
    """Return where `path` of an older project is now; itself where nothing moved it."""
    for table in tables:
        places = (_place(path, *pair, package) for pair in table.moves.items())
        path = next((place for place in places if place is not None), path)
    return path


def move(
    tables: Sequence[Table], package: str, base: Tree, ours: Tree, theirs: Tree
) -> tuple[tuple[str, str], ...]:
    """Bring what the template moved to its new place on all sides; return the team's files of it.

    Only what the template generated is moved, only to where it generates it now, and to no place
    where the team has a file of its own.

    Args:
        base, ours, theirs: the project as it was generated, as the team has it, as it is now.
    """
    moved = []
    for path in sorted(base):
        place = new_place(tables, path, package)
        if place != path and place in theirs and not (place in base or place in ours):
            base[place] = base.pop(path)
            if path in ours:
                ours[place] = ours.pop(path)
                moved.append((path, place))
    return tuple(moved)


def is_deleted(tables: Sequence[Table], path: str, package: str) -> bool:
    """Return whether no project has `path` any more."""
    return any(
        re.fullmatch(_expression(pattern, package), path)
        for table in tables
        for pattern in table.deletes
    )


def _table(file: Path) -> Table:
    release = re.fullmatch(r"v(\d+)_(\d+)_(\d+)\.yml", file.name)
    if release is None:
        raise ScaffoldError(f"{file} is no table of a release: it must be named like v1_2_3.yml")
    content = load(file)
    stated = {**content.pop("answers", {}), **content}
    unknown = stated.keys() - {"renamed", "mapped", "new", "moves", "deletes"}
    if unknown:
        raise ScaffoldError(f"{file} holds what no table does: {', '.join(sorted(unknown))}")
    return Table(Version(".".join(release.groups())), **stated)


def _expression(pattern: str, package: str) -> str:
    literal = re.escape(pattern.replace("{package}", package))
    return literal.replace(r"\*\*", "(.+)").replace(r"\*", "([^/]+)")


def _place(path: str, before: str, after: str, package: str) -> str | None:
    match = re.fullmatch(_expression(before, package), path)
    if match is None:
        return None
    found = iter(match.groups())
    return re.sub(r"\*\*?", lambda _: next(found), after.replace("{package}", package))
