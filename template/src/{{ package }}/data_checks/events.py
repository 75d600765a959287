"""What must hold of the events against the schema: their kinds, their sums, and who has any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches

from ..declare import LARGEST, TOO_LARGE, lag_days, last_snapshot
from ..problem.schema import AGGREGATES, ENTITY_KEY, SNAPSHOT_EVERY
from .table import Finding, Table, quoted

_SHOWN = 5
_KEY = quoted(ENTITY_KEY)


def kinds(events: Table) -> Iterator[Finding]:
    """Yield the kinds that only the schema or only the data have, and sums of nothing."""
    counted = events.connection.execute(
        f"SELECT event::VARCHAR, count(*) FROM {events.expression} WHERE event IS NOT NULL"
        " GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    found = dict(counted.fetchall())
    declared = sorted({aggregate.event for aggregate in AGGREGATES})
    where = events.where("event")
    for kind in declared:
        if kind not in found:
            features = [aggregate.name for aggregate in AGGREGATES if aggregate.event == kind]
            near = get_close_matches(kind, found, n=1)
            hint = f"; is it '{near[0]}'?" if near else ""
            what = f"no event is of the kind '{kind}': {', '.join(features)} would be empty{hint}"
            remedy = "name the kinds alike in problem/schema.py and problem/source.py"
            yield Finding("warning", where, what, remedy)
    unused = [kind for kind in found if kind not in declared]
    if unused:
        rows = sum(found[kind] for kind in unused)
        more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
        named = ", ".join(f"'{kind}'" for kind in unused[:_SHOWN])
        what = f"{rows:,} rows are of kinds that no feature uses: {named}{more}"
        remedy = "add aggregates to problem/schema.py, or leave them out in problem/source.py"
        yield Finding("warning", where, what, remedy)
    sums = {(a.event, a.column) for a in AGGREGATES if a.column and a.event in found}
    for kind, column in sorted(sums):
        if events.sound(column):
            (present,) = events.query(
                f"SELECT count({quoted(column)}) FROM {{table}} WHERE event = '{_literal(kind)}'"
            )
            if not present:
                what = f"is null in all of the {found[kind]:,} events of the kind '{kind}'"
                remedy = "fill it in problem/source.py, or sum another column in problem/schema.py"
                yield Finding("error", events.where(column), what, remedy)


def large_sums(events: Table) -> Iterator[Finding]:
    """Yield an error for each column whose sums may be infinite although none of its numbers is."""
    for kind, column in sorted({(a.event, a.column) for a in AGGREGATES if a.function == "sum"}):
        if not column or not events.sound(ENTITY_KEY, "event", column):
            continue
        size = f"abs({quoted(column)}::DOUBLE)"
        of_kind = f"FROM {{table}} WHERE event = '{_literal(kind)}' AND {size} <= {LARGEST!r}"
        (total,) = events.query(f"SELECT sum({size}) {of_kind}")
        if total is None or total <= LARGEST:
            continue
        largest, whose = events.query(
            f"SELECT max(total), arg_max(id, total) FROM (SELECT {_KEY}::VARCHAR AS id,"
            f" sum({size}) AS total {of_kind} GROUP BY {_KEY})"
        )
        if largest > LARGEST:
            what = f"sums to {largest:.3g} over the events '{kind}' of {whose}, which is"
            remedy = "leave out the events with such numbers, or give them in a larger unit"
            yield Finding("error", events.where(column), f"{what} {TOO_LARGE}", remedy)


def idle_entities(events: Table, entities: Table, now: datetime) -> Iterator[Finding]:
    """Yield a warning if entities have no event in any window of the last snapshot."""
    time = last_snapshot(now, SNAPSHOT_EVERY)
    windows = sorted({(a.event, lag_days(a) + a.days, lag_days(a)) for a in AGGREGATES})
    inside = " OR ".join(
        f"event = '{_literal(kind)}' AND event_time >= TIMESTAMPTZ '{time - timedelta(begin)}'"
        f" AND event_time < TIMESTAMPTZ '{time - timedelta(end)}'"
        for kind, begin, end in windows
    )
    total, idle, whose = entities.query(
        f"SELECT count(*), count(*) FILTER (WHERE seen.id IS NULL),"
        f" any_value(known.id::VARCHAR) FILTER (WHERE seen.id IS NULL)"
        f" FROM (SELECT DISTINCT {_KEY} AS id FROM {{table}}) AS known LEFT JOIN"
        f" (SELECT DISTINCT {_KEY} AS id FROM {events.expression} WHERE {inside}) AS seen"
        f" ON known.id = seen.id"
    )
    if idle:
        what = (
            f"{idle:,} of {total:,} have no event in any window before {time:%Y-%m-%d %H:%M} UTC,"
            f" such as {whose}: they are all scored alike, on empty features"
        )
        remedy = (
            "nothing to do if they are few; else leave them out of entities() in problem/source.py,"
            " lengthen the windows, or set as_of in config/settings.yml where the data are history"
        )
        yield Finding("warning", entities.where(ENTITY_KEY), what, remedy)


def _literal(kind: str) -> str:
    return kind.replace("'", "''")
