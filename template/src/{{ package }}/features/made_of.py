"""What a snapshot was made of, so that it is made anew when the data behind it have changed.

Windows and snapshots begin and end with days of UTC: what is known of each day's events tells
whether any window over it has changed. It is kept in the Parquet file of the snapshot itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ..ops import clock
from ..problem import source
from ..problem.schema import AGGREGATES, ENTITY_KEY
from ..settings import settings

_KEY = "made_of"
"""Of the metadata of a snapshot's file. A snapshot of before v0.4.0 has none."""


@dataclass(frozen=True)
class Rows:
    """How many rows there are, and the sum of their hashes: the order of rows doesn't change it."""

    number: int
    digest: str


NOTHING = Rows(0, "0")


@dataclass(frozen=True)
class MadeOf:
    """The data behind a snapshot.

    Attributes:
        time: when they were read, in ISO format.
        entities: all of them.
        days: the events of each day in the windows, by the day in ISO format; not those of days
            without any.
        hashed_by: the version of DuckDB: another one may hash otherwise.
    """

    time: str
    entities: Rows
    days: Mapping[str, Rows]
    hashed_by: str = duckdb.__version__

    def same_data(self, other: MadeOf) -> bool:
        """Say whether both are of the same entities and events."""
        return (self.entities, self.days) == (other.entities, other.days)

    def is_final(self, time: datetime) -> bool:
        """Say whether the snapshot at `time` was made of data as late as are waited for."""
        return datetime.fromisoformat(self.time) >= time + timedelta(settings().late_days)

    def digest(self) -> str:
        """Return a short digest of the data."""
        content = asdict(self) | {"time": None}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    def metadata(self) -> str:
        """Return it for the `KV_METADATA` of DuckDB's COPY."""
        return f"{{{_KEY}: '{json.dumps(asdict(self))}'}}"


def behind(
    connection: duckdb.DuckDBPyConnection, times: Sequence[datetime], reach: int
) -> dict[datetime, MadeOf]:
    """Return what snapshots at `times` would be made of now; windows reach back `reach` days.

    One scan of the events serves them all. It takes about a third of the time that it takes to make
    one snapshot of the same events.
    """
    read = clock.now().isoformat()
    entities = _rows(connection, f"hash({ENTITY_KEY})", source.entities())
    days = days_of_events(connection, min(times) - timedelta(reach), max(times))
    return {
        time: MadeOf(
            read,
            entities,
            {
                day: rows
                for day, rows in days.items()
                if _day(time - timedelta(reach)) <= day < _day(time)
            },
        )
        for time in times
    }


def days_of_events(
    connection: duckdb.DuckDBPyConnection, since: datetime, until: datetime
) -> dict[str, Rows]:
    """Return the events that features are made of, by their day: those in [since, until)."""
    columns = sorted({each.column for each in AGGREGATES if each.column})
    read = ", ".join([ENTITY_KEY, "event", "event_time", *columns])
    kinds = sorted({each.event for each in AGGREGATES})
    found = connection.execute(
        "SELECT (event_time AT TIME ZONE 'UTC')::DATE::VARCHAR, count(*),"
        f" sum(hash({read}))::VARCHAR FROM {source.events()}"
        " WHERE event_time >= $since AND event_time < $until AND event IN $kinds GROUP BY 1",
        {"since": since, "until": until, "kinds": kinds},
    ).fetchall()
    return {day: Rows(number, digest) for day, number, digest in found}


def kept(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> dict[Path, MadeOf]:
    """Return what the snapshots in `files` say that they were made of; not those that don't."""
    made = {}
    for path in files:
        rows = connection.execute(
            "SELECT value FROM parquet_kv_metadata($path) WHERE key = $key",
            {"path": str(path), "key": _KEY},
        ).fetchall()
        for (value,) in rows:
            content = json.loads(value)
            days = {day: Rows(**rows) for day, rows in content["days"].items()}
            made[path] = MadeOf(
                content["time"], Rows(**content["entities"]), days, content["hashed_by"]
            )
    return made


@dataclass(frozen=True)
class Late:
    """Events that snapshots lack, or have too many of, because they were final when it changed.

    Attributes:
        came, gone: how many events more and fewer there are now.
        changed: the days whose events are as many, and others.
        first, last: the days of which they are, in ISO format.
        snapshots: how many are concerned.
    """

    came: int
    gone: int
    changed: int
    first: str
    last: str
    snapshots: int


def late(snapshots: Mapping[datetime, MadeOf], now: Mapping[str, Rows], reach: int) -> Late | None:
    """Compare final snapshots with the events of each day `now`; None where nothing is late."""
    came: dict[str, int] = {}
    touched = set()
    for time, made in snapshots.items():
        if not made.is_final(time):
            continue
        inside = {day for day in now if _day(time - timedelta(reach)) <= day < _day(time)}
        for day in inside | made.days.keys():
            was, is_now = made.days.get(day, NOTHING), now.get(day, NOTHING)
            difference = is_now.number - was.number
            if difference or (made.hashed_by == duckdb.__version__ and was != is_now):
                touched.add(time)
                came[day] = max(came.get(day, 0), difference, key=abs)
    if not touched:
        return None
    return Late(
        sum(each for each in came.values() if each > 0),
        -sum(each for each in came.values() if each < 0),
        sum(each == 0 for each in came.values()),
        min(came),
        max(came),
        len(touched),
    )


def _rows(connection: duckdb.DuckDBPyConnection, digest: str, table: str) -> Rows:
    row = connection.execute(f"SELECT count(*), sum({digest})::VARCHAR FROM {table}").fetchone()
    return Rows(row[0], row[1] or "0") if row else NOTHING


def _day(time: datetime) -> str:
    return time.astimezone(UTC).date().isoformat()
