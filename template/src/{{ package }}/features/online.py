"""Features as they are now: the online store, and the read-only copy of it that servers use."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

from ..artifact.pointer import Entities
from ..problem.schema import FEATURES
from ..tools.store import values
from .aggregate import definition, last_snapshot, write_snapshots
from .rows import known_entities


def materialize(now: datetime) -> datetime:
    """Bring the online store to the last snapshot at or before `now`; return its time."""
    as_of = last_snapshot(now)
    write_snapshots(as_of, as_of)
    values.materialize(as_of)
    return as_of


def copy_name(as_of: datetime) -> str:
    """Return the file name of the copy as of then, which changes with the features' definition."""
    return f"entities-{as_of:%Y%m%dT%H%M%S}-{definition()}.sqlite"


def export_copy(folder: Path, as_of: datetime) -> Entities:
    """Write what the online store holds of every entity into a new sqlite file in `folder`.

    Servers read this file, so they need neither the store nor its import time. Of Feast's store
    20,000 entities are read in 1.3 s; made from the history they would be there in 0.2, but nobody
    would know whether the store holds the same.

    Args:
        as_of: the snapshot that the store was brought to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = copy_name(as_of)
    draft = folder / f"{name}.draft"
    draft.unlink(missing_ok=True)
    entities = known_entities()
    rows = zip(entities, values.online_features(entities).astype("<f4"), strict=True)
    connection = sqlite3.connect(draft)
    try:
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.execute("INSERT INTO meta VALUES ('features', ?)", [json.dumps(FEATURES)])
        connection.execute("CREATE TABLE entities (id TEXT PRIMARY KEY, features BLOB NOT NULL)")
        connection.executemany(
            "INSERT INTO entities VALUES (?, ?)", ((str(key), row.tobytes()) for key, row in rows)
        )
        connection.commit()
    finally:
        connection.close()
    draft.replace(folder / name)
    return Entities(name, as_of.isoformat(), len(entities))
