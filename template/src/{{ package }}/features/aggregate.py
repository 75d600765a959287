"""Windowed aggregates: one row per entity and snapshot, computed by DuckDB from the raw events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import structlog

from ..declare import lag_days
from ..ops import locks
from ..problem import source
from ..problem.schema import AGGREGATES, ENTITY_KEY, SNAPSHOT_EVERY, Aggregate
from ..settings import settings

_log = structlog.get_logger(stage="features")
_FIRST_MONDAY = datetime.fromisoformat("1970-01-05T00:00:00+00:00")


def snapshots_dir() -> Path:
    """Return the folder of the snapshots, which is Feast's offline source."""
    return settings().state_dir / "features" / "snapshots"


def definition() -> str:
    """Return a digest of what snapshots are computed from: the aggregates and the source's code."""
    code = Path(source.__file__).read_bytes()
    return hashlib.sha256(repr(AGGREGATES).encode() + code).hexdigest()[:16]


def last_snapshot(time: datetime) -> datetime:
    """Return the time of the last snapshot at or before `time`."""
    return time - (time - _FIRST_MONDAY) % SNAPSHOT_EVERY


def snapshot_times(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the snapshot times that rows between `since` and `until` look up, oldest first."""
    time = last_snapshot(since)
    while time <= until:
        yield time
        time += SNAPSHOT_EVERY


def edges() -> list[int]:
    """Return how many days before the snapshot the windows begin or end, the nearest first."""
    starts = {lag_days(each) + each.days for each in AGGREGATES}
    return sorted((starts | {lag_days(each) for each in AGGREGATES}) - {0})


def write_snapshots(since: datetime, until: datetime) -> int:
    """Write the snapshots that are missing for rows between `since` and `until`; return how many.

    A snapshot sees the events before its time only, and holds every entity: one without events has
    counts and sums of zero. Snapshots that were computed by another definition are made anew.

    Raises:
        SourceError: there are no events or entities to read.
    """
    folder = snapshots_dir()
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    # Two writers of one draft would move each other's half to where Feast reads.
    with (
        locks.waiting(folder.with_name("lock")),
        duckdb.connect(config={"preserve_insertion_order": False}) as connection,
    ):
        _drop_others(folder)
        for time in snapshot_times(since, until):
            path = folder / f"{time:%Y-%m-%d}.parquet"
            if path.exists():
                continue
            draft = path.with_suffix(".draft")
            connection.execute(
                f"COPY ({_query()}) TO '{_quoted(draft)}' (FORMAT parquet)",
                {"time": time} | {_edge(days): time - timedelta(days) for days in edges()},
            )
            draft.replace(path)
            written += 1
    return written


def _drop_others(folder: Path) -> None:
    """Remove snapshots that another definition made: under their dates they would pass for ours."""
    made_by, ours = folder.with_name("definition"), definition()
    if made_by.is_file() and made_by.read_text(encoding="ascii") == ours:
        return
    others = list(folder.glob("*.parquet"))
    for path in others:
        path.unlink()
    if others:
        _log.warning("features are defined anew", snapshots_removed=len(others))
    made_by.write_text(ours, encoding="ascii")


def _query() -> str:
    columns = ",\n".join(f"{_expression(a)} AS {a.name}" for a in AGGREGATES)
    return f"""
        SELECT {ENTITY_KEY}, $time::TIMESTAMPTZ AS event_timestamp, {columns}
        FROM {source.entities()} LEFT JOIN (
            SELECT * FROM {source.events()}
            WHERE event_time >= ${_edge(edges()[-1])} AND event_time < $time
        ) USING ({ENTITY_KEY})
        GROUP BY {ENTITY_KEY}
    """


def _expression(aggregate: Aggregate) -> str:
    value = {"count": "count(event_time)", "sum": f"sum({aggregate.column})"}[aggregate.function]
    end = lag_days(aggregate)
    condition = f"event = '{aggregate.event}' AND event_time >= ${_edge(end + aggregate.days)}"
    if end:
        condition += f" AND event_time < ${_edge(end)}"
    return f"coalesce({value} FILTER (WHERE {condition}), 0)::DOUBLE"


def _edge(days: int) -> str:
    return f"before_{days}"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
