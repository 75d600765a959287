"""Features as they are now: Feast's online store, and the read-only copy of it that servers use."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from ..artifact.pointer import Entities
from ..ops import locks
from ..problem.schema import ENTITY_KEY, FEATURES
from .aggregate import definition, last_snapshot, write_snapshots
from .rows import current_features
from .store import SERVICE, lock_file, store


def materialize(now: datetime) -> datetime:
    """Bring the online store to the last snapshot at or before `now`; return its time."""
    as_of = last_snapshot(now)
    write_snapshots(as_of, as_of)
    opened = store()
    with locks.waiting(lock_file()):
        opened.materialize(as_of - timedelta(seconds=1), as_of + timedelta(seconds=1))
    return as_of


def online_features(entities: Sequence[int] | Sequence[str]) -> np.ndarray:
    """Return the current features of `entities`, float32 [n, k]; NaN where missing or unknown.

    For looking at values by hand and for the tests: servers read the copy that is made of them.
    """
    response = store().get_online_features(
        features=store().get_feature_service(SERVICE), entity_rows={ENTITY_KEY: list(entities)}
    )
    columns = response.to_dict()
    return np.array([columns[name] for name in FEATURES], dtype=np.float32).T


def copy_name(as_of: datetime) -> str:
    """Return the file name of the copy as of then, which changes with the features' definition."""
    return f"entities-{as_of:%Y%m%dT%H%M%S}-{definition()}.sqlite"


def export_copy(folder: Path, as_of: datetime) -> Entities:
    """Write every entity's features of the snapshot at `as_of` into a new sqlite file in `folder`.

    Servers read this file, so they need neither Feast nor its import time. It is filled from the
    history, because Feast reads a whole table there in a tenth of the time that its online reads
    take; the values are those of the online store, on-demand features included.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = copy_name(as_of)
    draft = folder / f"{name}.draft"
    draft.unlink(missing_ok=True)
    features = current_features(as_of)
    rows = zip(features.index, features.to_numpy("<f4"), strict=True)
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
    return Entities(name, as_of.isoformat(), len(features))
