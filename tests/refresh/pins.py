"""Constraints as pins by package, what moved between two sets of them, and the changelog's line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

Pins = Mapping[str, tuple[str, ...]]
"""By package the lines that pin it: several where a marker decides between versions."""
UNRELEASED = "## Unreleased\n"


class RefreshError(Exception):
    """A refresh can't be done; the text says why and what to do, and nothing was changed."""


@dataclass(frozen=True)
class Move:
    """Another version of a package: no versions before if it is new, none after if it is gone."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        if not self.before:
            return f"{self.name} {'/'.join(self.after)} (new)"
        if not self.after:
            return f"{self.name} {'/'.join(self.before)} (gone)"
        return f"{self.name} {'/'.join(self.before)} -> {'/'.join(self.after)}"


def read(path: Path) -> Pins:
    """Return the pins in a file of constraints.

    Raises:
        RefreshError: a line is anything else than `name==version`, with or without a marker.
    """
    pins: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name = canonicalize_name(_pinned(line, f"{path}:{number}").name)
            pins[name] = (*pins.get(name, ()), line)
    return pins


def _pinned(line: str, where: str) -> Requirement:
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        requirement = None
    specifiers = [] if requirement is None else list(requirement.specifier)
    if requirement is None or requirement.url or [each.operator for each in specifiers] != ["=="]:
        raise RefreshError(f"{where} is no pin such as `name==1.2`: remove it, and resolve again")
    return requirement


def versions(pins: Pins, name: str) -> tuple[str, ...]:
    """Return the versions to which `name` is pinned, none if it is not."""
    found = {next(iter(Requirement(line).specifier)).version for line in pins.get(name, ())}
    return tuple(sorted(found))


def moves(old: Pins, new: Pins) -> list[Move]:
    """Return what has other versions in `new`, by name; another marker alone is no move."""
    both = [
        Move(name, versions(old, name), versions(new, name))
        for name in sorted(old.keys() | new.keys())
    ]
    return [move for move in both if move.before != move.after]


def write(path: Path, pins: Pins) -> None:
    """Put `pins` into a file of constraints, below the comments that begin it."""
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    lines = [line for name in sorted(pins) for line in pins[name]]
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


def enter(changelog: Path, moved: list[Move]) -> None:
    """Say in the changelog's section of what is unreleased which packages moved."""
    what = ", ".join(
        f"`{move.name}` {str(move).removeprefix(move.name).strip().replace('->', 'to')}"
        for move in moved
    )
    entry = textwrap.fill(
        f"Newest versions of what a project depends on: {what}.",
        width=110,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    text = changelog.read_text("utf-8")
    if UNRELEASED not in text:  # this is the first change after a release
        text = re.sub(r"^(?=## )", f"{UNRELEASED}\n", text, count=1, flags=re.MULTILINE)
    before, heading, after = text.partition(UNRELEASED)
    held, following, older = after.partition("\n## ")
    entries = "\n".join([*filter(None, [held.strip("\n")]), entry])
    changelog.write_text(f"{before}{heading}\n{entries}\n{following}{older}", encoding="utf-8")
