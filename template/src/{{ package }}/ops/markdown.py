"""Markdown that shows any text and number as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#])")


def plain(value: object) -> str:
    """Return any text as one line of a table's cell that shows it and does nothing else."""
    line = " ".join(str(value).split())
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
    return _SPECIAL.sub(r"\\\1", shown)


def number(value: float | None) -> str:
    """Return a number with four digits, or a dash where there is none."""
    return "-" if value is None else f"{value:.4g}"


def section(title: str, *blocks: str) -> str:
    """Return a section of the third level."""
    return "\n\n".join([f"### {title}", *blocks])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; its cells are `plain`."""
    lines = [head, ["---"] * len(head), *(tuple(map(plain, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
