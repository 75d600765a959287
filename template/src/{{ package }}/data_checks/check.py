"""The check of all tables: opens what can be opened, and asks of it what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ..declare import outcome_rows
from ..errors import UserError
from ..problem import source
from ..problem.schema import AGGREGATES, ENTITY_KEY, LABEL, OUTCOME_TIME
from . import declared, enough, rows
from . import events as of_events
from .enough import Split
from .rows import RowCheck, row_checks_of, row_findings
from .table import Finding, Role, Table, open_table, quoted
from .unreadable import said

REQUIRED: Mapping[str, Mapping[str, Role]] = {
    "entities": {ENTITY_KEY: "key"},
    "events": {ENTITY_KEY: "key", "event": "kind", "event_time": "time"}
    | {each.column: "number" for each in AGGREGATES if each.column},
    "outcomes": {ENTITY_KEY: "key", OUTCOME_TIME: "time", LABEL: "label", "known_at": "time"},
}
"""The columns that the project reads of each table."""
INPUTS = ("entities", "events")
"""The tables that features are made of."""
_EARLY = RowCheck(
    "known_at",
    f"known_at < {quoted(OUTCOME_TIME)}",
    f"is before {OUTCOME_TIME}",
    f"{OUTCOME_TIME} is when a prediction is due, known_at when its outcome is known: are they"
    " mixed up, or of different time zones?",
    ("known_at", OUTCOME_TIME),
)


class DataError(UserError):
    """The data have faults that nothing can be made of; the message names each."""


@dataclass(frozen=True)
class Checked:
    """All that was found; `rows` are those of each table that could be read."""

    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that stop training and batch scoring."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Return how much was found, in words."""
        errors = len(self.errors)
        warnings = len(self.findings) - errors
        return f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"

    def require_no_error(self) -> None:
        """Raise `DataError` with every error, if there is one."""
        if self.errors:
            listed = "\n".join(map(str, self.errors))
            raise DataError(
                f"the data can't be used as they are:\n{listed}\n`make check-data` "
                "checks them again"
            )


def check(
    now: datetime, ends_now: bool, split: Split, tables: Sequence[str] = tuple(REQUIRED)
) -> Checked:
    """Compare the data with the schema and return all mismatches.

    Args:
        now: aware.
        ends_now: rows later than `now` are faults; else they are left for later.
        split: says what is wrong with how training would cut the outcomes.
        tables: which to look at.
    """
    found: list[Finding] = [*enough.schedule(), *declared.features()]
    if "outcomes" in tables:
        found += declared.slices()
    opened: dict[str, Table] = {}
    counts: dict[str, int] = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in tables:
            try:
                table = _open(connection, name)
            except (UserError, duckdb.Error) as error:
                found.append(_unreadable(name, error))
                continue
            if isinstance(table, Finding):
                found.append(table)
                continue
            found += _readable(table, _of_table(table, counts, now, ends_now))
            if counts.get(name):
                opened[name] = table
        for table, findings in _between(opened, now, split):
            found += _readable(table, findings)
    return Checked(counts, tuple(sorted(dict.fromkeys(found), key=lambda each: each.severity)))


def _readable(table: Table, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, until a row turns up that can't be read: it is the last of them."""
    try:
        yield from findings
    except duckdb.Error as error:
        yield _unreadable(table.name, error, table)


def _of_table(
    table: Table, counts: dict[str, int], now: datetime, ends_now: bool
) -> Iterator[Finding]:
    """Yield what is wrong with a table by itself; note in `counts` how many it has."""
    yield from table.column_findings()
    (counts[table.name],) = table.query("SELECT count(*) FROM {table}")
    if not counts[table.name]:
        yield _empty(table.name)
        return
    early = [_EARLY] * (table.name == "outcomes")
    yield from row_findings(table, [*row_checks_of(table, now, ends_now), *early])


def _open(connection: duckdb.DuckDBPyConnection, name: str) -> Table | Finding:
    expressions: Mapping[str, Callable[[], str] | None] = {
        "entities": source.entities,
        "events": source.events,
        "outcomes": outcome_rows(source),
    }
    expression = expressions[name]
    if expression is None:
        what = "problem/source.py has no outcome_rows(), so the outcomes were not looked at"
        remedy = "add it: it returns the DuckDB table expression that outcomes() reads from"
        return Finding("warning", name, what, remedy)
    return open_table(connection, name, expression(), REQUIRED[name])


def _between(
    tables: Mapping[str, Table], now: datetime, split: Split
) -> Iterator[tuple[Table, Iterator[Finding]]]:
    """Yield what is asked of more than a row, with the table of which it is."""
    entities, events, outcomes = (tables.get(name) for name in REQUIRED)
    if entities and entities.sound(ENTITY_KEY):
        yield entities, rows.repeated_entities(entities)
        for table in (events, outcomes):
            if table and table.sound(ENTITY_KEY):
                yield table, rows.unknown_entities(table, entities)
        if events and events.sound(ENTITY_KEY, "event", "event_time"):
            yield events, of_events.idle_entities(events, entities, now)
    if events and events.sound("event"):
        yield events, of_events.kinds(events)
        yield events, of_events.large_sums(events)
    if outcomes and outcomes.sound(ENTITY_KEY, OUTCOME_TIME):
        yield outcomes, rows.repeated_outcomes(outcomes)
    if outcomes and outcomes.sound(OUTCOME_TIME, LABEL, "known_at"):
        yield outcomes, enough.enough_outcomes(outcomes, now, split)
        if events and events.sound("event_time"):
            yield outcomes, enough.long_enough_windows(events, outcomes, now)


def _empty(name: str) -> Finding:
    remedy = f"{name}() in problem/source.py must return rows"
    if name == "outcomes":
        remedy = "outcome_rows() in problem/source.py must return rows"
    return Finding("error", name, "has no rows", remedy)


def _unreadable(name: str, error: UserError | duckdb.Error, table: Table | None = None) -> Finding:
    if isinstance(error, UserError):  # whose message says what to do
        return Finding("error", name, "can't be read", str(error))
    what = " ".join(str(error).split())
    if table:
        what = said(error, table.connection, table.expression)
    return Finding("error", name, f"can't be read: {what}", "mend problem/source.py, or the data")


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
