"""Windowed aggregates: one row per entity and snapshot, computed by DuckDB from the raw events.

Events may come late: a snapshot is made anew while its data change, until it is `late_days` old.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import structlog

from ..declare import lag_days
from ..declare import last_snapshot as snapshot_before
from ..ops import locks
from ..problem import source
from ..problem.schema import AGGREGATES, ENTITY_KEY, SNAPSHOT_EVERY, Aggregate
from ..settings import settings
from . import made_of

_log = structlog.get_logger(stage="features")
_VALUES: Mapping[str, str] = {
    "count": "count(event_time) {inside}",
    "sum": "coalesce(sum({column}) {inside}, 0)",
    "mean": "avg({column}) {inside}",
    "min": "min({column}) {inside}",
    "max": "max({column}) {inside}",
    # Of several at once the largest: which of them comes first is nobody's decision.
    "last": "arg_max({column}, (event_time, {column})) {inside}",
    "recency": "epoch($time::TIMESTAMPTZ - max(event_time) {inside}) / 86400",
}
"""Each function of `declare.FUNCTIONS` as SQL."""


def snapshots_dir() -> Path:
    """Return the folder of the snapshots, which is Feast's offline source."""
    return settings().state_dir / "features" / "snapshots"


def snapshot_file(time: datetime) -> Path:
    """Return the file of the snapshot at `time`."""
    return snapshots_dir() / f"{time:%Y-%m-%d}.parquet"


def definition() -> str:
    """Return a digest of what snapshots are computed from: the aggregates and the source's code."""
    code = Path(source.__file__).read_bytes()
    return hashlib.sha256(repr(AGGREGATES).encode() + code).hexdigest()[:16]


def last_snapshot(time: datetime) -> datetime:
    """Return the time of the last snapshot at or before `time`."""
    return snapshot_before(time, SNAPSHOT_EVERY)


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
    """Write the snapshots that are missing or stale for rows between `since` and `until`.

    A snapshot sees the events before its time only, and holds every entity: one without events has
    counts and sums of zero. Stale are those that were computed by another definition, and those
    whose entities or events have changed since, until they are `late_days` old; then each is made
    once more, and that one stays.

    Returns:
        How many were written.

    Raises:
        SourceError: there are no events or entities to read.
    """
    folder = snapshots_dir()
    folder.mkdir(parents=True, exist_ok=True)
    # Two writers of one draft would move each other's half to where Feast reads.
    with locks.waiting(folder.with_name("lock")), _connection() as connection:
        _drop_others(folder)
        stale = _stale(connection, [*snapshot_times(since, until)])
        for time, behind in stale.items():
            path = snapshot_file(time)
            draft = path.with_suffix(".draft")
            options = f"FORMAT parquet, KV_METADATA {behind.metadata()}"
            connection.execute(
                f"COPY ({_query()}) TO '{_quoted(draft)}' ({options})",
                {"time": time} | {_edge(days): time - timedelta(days) for days in edges()},
            )
            if path.exists():
                _log.info("snapshot made anew", time=time.isoformat())
            draft.replace(path)
    return len(stale)


def is_stale(time: datetime) -> bool:
    """Say whether the snapshot at `time` has to be written; costs less than to write it."""
    if not _is_of_our_definition(snapshots_dir()):
        return True
    with _connection() as connection:
        return bool(_stale(connection, [time]))


def digest(time: datetime) -> str:
    """Return a digest of what the snapshot at `time`, which was written, was computed from."""
    with _connection() as connection:
        behind = made_of.kept(connection, [snapshot_file(time)])[snapshot_file(time)]
    return hashlib.sha256((definition() + behind.digest()).encode()).hexdigest()[:16]


def late_events(since: datetime, until: datetime) -> made_of.Late | None:
    """Return which events the final snapshots for rows between `since` and `until` lack."""
    every = {snapshot_file(time): time for time in snapshot_times(since, until)}
    times = {path: time for path, time in every.items() if path.exists()}
    if not times or not _is_of_our_definition(snapshots_dir()):
        return None
    reach = edges()[-1]
    with _connection() as connection:
        snapshots = {
            times[path]: behind for path, behind in made_of.kept(connection, times).items()
        }
        first, last = min(times.values()) - timedelta(reach), max(times.values())
        now = made_of.days_of_events(connection, first, last)
    return made_of.late(snapshots, now, reach)


@contextmanager
def _connection() -> Generator[duckdb.DuckDBPyConnection]:
    """Yield a connection; a value that can't be read is the source's fault, told in a sentence."""
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        try:
            yield connection
        except duckdb.DataError as error:
            first = str(error).partition("\n")[0]
            raise source.SourceError(
                f"features can't be computed: {first}; `make check-data` says more"
            ) from error


def _stale(
    connection: duckdb.DuckDBPyConnection, times: list[datetime]
) -> dict[datetime, made_of.MadeOf]:
    """Return the snapshots to write of those at `times`, and what each would be made of."""
    kept = made_of.kept(connection, (path for path in map(snapshot_file, times) if path.exists()))
    found = {time: kept.get(snapshot_file(time)) for time in times}
    asked = [time for time, made in found.items() if made is None or not made.is_final(time)]
    if not asked:
        return {}
    behind = made_of.behind(connection, asked, edges()[-1])
    return {
        time: new
        for time, new in behind.items()
        if (old := found[time]) is None or new.is_final(time) or not old.same_data(new)
    }


def _is_of_our_definition(folder: Path) -> bool:
    made_by = folder.with_name("definition")
    return made_by.is_file() and made_by.read_text(encoding="ascii") == definition()


def _drop_others(folder: Path) -> None:
    """Remove snapshots that another definition made: under their dates they would pass for ours."""
    if _is_of_our_definition(folder):
        return
    others = list(folder.glob("*.parquet"))
    for path in others:
        path.unlink()
    if others:
        _log.warning("features are defined anew", snapshots_removed=len(others))
    folder.with_name("definition").write_text(definition(), encoding="ascii")


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
    end, kind = lag_days(aggregate), aggregate.event.replace("'", "''")
    inside = f"event = '{kind}' AND event_time >= ${_edge(end + aggregate.days)}"
    if end:
        inside += f" AND event_time < ${_edge(end)}"
    value = _VALUES[aggregate.function].format(
        column=aggregate.column, inside=f"FILTER (WHERE {inside})"
    )
    return f"({value})::DOUBLE"


def _edge(days: int) -> str:
    return f"before_{days}"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
