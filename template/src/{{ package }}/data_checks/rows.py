"""What must hold of each row by itself; one scan of a table finds all that break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..kind import labels
from .finding import Finding
from .table import Role, Table, example, quoted

SKEW = timedelta(minutes=5)
"""How far clocks may differ, and what may arrive while the data are read."""
_LEAVE_OUT = "leave such rows out in problem/source.py, or mend them where they are made"


@dataclass(frozen=True)
class RowCheck:
    """Rows for which `broken` (SQL) is true are at fault; it reads the columns `reads`."""

    column: str
    broken: str
    what: str
    remedy: str
    reads: tuple[str, ...]


def row_findings(table: Table, checks: Sequence[RowCheck]) -> Iterator[Finding]:
    """Yield an error for each check that some rows break, and for each column without any value."""
    readable = [column for column in table.required if table.sound(column)]
    checks = [check for check in checks if table.sound(*check.reads)]
    shown = ", ".join(f"'{column}': {quoted(column)}::VARCHAR" for column in readable)
    asked = ["count(*)", *(f"count({quoted(column)})" for column in readable)]
    for check in checks:
        asked.append(f"count(*) FILTER (WHERE {check.broken})")
        asked.append(f"any_value({{{shown}}}) FILTER (WHERE {check.broken})" if shown else "NULL")
    counts = iter(table.query(f"SELECT {', '.join(asked)} FROM {{table}}"))
    total = next(counts)
    present = {column: next(counts) for column in readable}
    for column in readable:
        if total and not present[column] and table.required[column] != "number":
            what = f"is null in all of the {total:,} rows"
            yield Finding("error", table.where(column), what, "fill it in problem/source.py")
    for check in checks:
        number, row = next(counts), next(counts)
        if number and present[check.column]:
            what = f"{check.what} in {number:,} of {total:,} rows, such as {example(row)}"
            yield Finding("error", table.where(check.column), what, check.remedy)


def row_checks_of(table: Table, now: datetime, ends_now: bool) -> list[RowCheck]:
    """Return the checks of every column of a table; `ends_now`: no row may be later than `now`."""
    return [
        check
        for column, role in table.required.items()
        for check in _checks(column, role, now + SKEW if ends_now else None)
    ]


def _checks(column: str, role: Role, latest: datetime | None) -> Iterator[RowCheck]:
    name = quoted(column)
    if role == "number":
        broken = f"NOT isfinite({name}::DOUBLE)"
        remedy = "make it null where it is not known: sums would not be numbers"
        yield RowCheck(column, broken, "is NaN or infinite", remedy, (column,))
        return
    empty = f" OR {name}::VARCHAR = ''" if role == "key" else ""
    yield RowCheck(column, f"{name} IS NULL{empty}", "is null", _LEAVE_OUT, (column,))
    if role == "label":
        broken = labels.BROKEN.format(label=name)
        yield RowCheck(column, broken, labels.WHAT, labels.REMEDY, (column,))
    if role == "time" and latest is not None and column != "known_at":
        broken = f"{name} > TIMESTAMPTZ '{latest.isoformat()}'"
        what = f"is later than now ({latest - SKEW:%Y-%m-%d %H:%M} UTC)"
        remedy = (
            "look at clocks and time zones: were local times taken for UTC? Where the data are"
            " history, set as_of in config/settings.yml"
        )
        yield RowCheck(column, broken, what, remedy, (column,))
