"""What must hold of rows: of each by itself, found in one scan, and between rows and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..declare import ID_LENGTH, ID_SAID, LARGEST, TOO_LARGE
from ..kind import labels
from ..problem.schema import ENTITY_KEY, OUTCOME_TIME
from .table import ENTITY_TYPE, Finding, Role, Table, example, quoted

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
        broken = f"isfinite({name}::DOUBLE) AND abs({name}::DOUBLE) > {LARGEST!r}"
        yield RowCheck(column, broken, f"is {TOO_LARGE}", _LEAVE_OUT, (column,))
        return
    empty = f" OR {name}::VARCHAR = ''" if role == "key" else ""
    yield RowCheck(column, f"{name} IS NULL{empty}", "is null", _LEAVE_OUT, (column,))
    if role == "key" and ENTITY_TYPE is str:
        what = f"is not {ID_SAID[str]}"
        yield RowCheck(column, f"length({name}) > {ID_LENGTH}", what, _LEAVE_OUT, (column,))
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


_KEY = quoted(ENTITY_KEY)


def repeated_entities(entities: Table) -> Iterator[Finding]:
    """Yield an error if an id stands more than once: its events would count as often."""
    ids, example = entities.query(
        f"SELECT count(*), any_value(id) FROM (SELECT {_KEY}::VARCHAR AS id FROM {{table}}"
        f" WHERE {_KEY} IS NOT NULL GROUP BY {_KEY} HAVING count(*) > 1)"
    )
    if ids:
        what = f"{ids:,} ids stand more than once, such as {example}"
        remedy = "make it one row an entity (SELECT DISTINCT) in problem/source.py"
        yield Finding("error", entities.where(ENTITY_KEY), what, remedy)


def unknown_entities(table: Table, entities: Table) -> Iterator[Finding]:
    """Yield a finding if rows speak of entities that the entities lack: an error if all do."""
    total, unknown, example = table.query(
        f"SELECT count(*), count(*) FILTER (WHERE known.id IS NULL),"
        f" any_value(seen.{_KEY}::VARCHAR) FILTER (WHERE known.id IS NULL)"
        f" FROM (SELECT {_KEY} FROM {{table}} WHERE {_KEY} IS NOT NULL) AS seen LEFT JOIN"
        f" (SELECT DISTINCT {_KEY} AS id FROM {entities.expression}) AS known"
        f" ON seen.{_KEY} = known.id"
    )
    if unknown:
        what = f"{unknown:,} of {total:,} rows are of unknown entities, such as {example}"
        remedy = "return these entities from entities() in problem/source.py, or leave the rows out"
        severity = "error" if unknown == total else "warning"
        yield Finding(severity, table.where(ENTITY_KEY), what, remedy)


def repeated_outcomes(outcomes: Table) -> Iterator[Finding]:
    """Yield a warning if an entity has several outcomes at one time, which may well be so."""
    time = quoted(OUTCOME_TIME)
    pairs, example = outcomes.query(
        f"SELECT count(*), any_value({_KEY}::VARCHAR || ' at ' || due::VARCHAR)"
        f" FROM (SELECT {_KEY}, {time} AS due FROM {{table}}"
        f" WHERE {_KEY} IS NOT NULL AND {time} IS NOT NULL"
        f" GROUP BY {_KEY}, {time} HAVING count(*) > 1)"
    )
    if pairs:
        what = f"{pairs:,} pairs of entity and time have several outcomes, such as {example}"
        remedy = "nothing to do if they are separate outcomes; else make it one row an outcome"
        yield Finding("warning", f"{outcomes.name}.{OUTCOME_TIME}", what, remedy)
