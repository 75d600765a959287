"""The entities' features, from a read-only copy of the online store that the sync process keeps.

The service needs no feature store for it: a lookup is one read by primary key from a SQLite file.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import numpy as np

from ...artifact.pointer import Entities
from ...declare import TOO_LARGE
from ...problem.schema import FEATURES, SNAPSHOT_EVERY

GRACE = timedelta(hours=1)
"""How long features are served after their period, while those of the next snapshot are made."""
NAMED = 10
"""Unknown ids that a message names at most."""


class EntitiesError(Exception):
    """The copy is missing, unreadable or not of this schema."""


class UnknownEntityError(Exception):
    """No features are known of an id; `index` is the first such row's."""

    def __init__(self, index: int, ids: Sequence[str]) -> None:
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        super().__init__(f"unknown: {', '.join(ids[:NAMED])}{more}")
        self.index = index


class EntityTable:
    """One copy, opened; its file may be deleted while it is in use. One thread reads at a time.

    Attributes:
        until: from when on its features are of the past, aware.
    """

    def __init__(self, root: Path, named: Entities) -> None:
        """Open the copy that the pointer in `root` names.

        Raises:
            EntitiesError: it is missing, unreadable or lacks a feature of the schema.
        """
        path = root / named.file
        self.named = named
        try:
            self.until = datetime.fromisoformat(named.as_of) + SNAPSHOT_EVERY + GRACE
        except ValueError as error:
            raise EntitiesError(f"the pointer has no time for {path}: {error}") from error
        try:
            # Immutable: the file is written once and replaced by another, so no locks are needed.
            self._connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise EntitiesError(f"{path} can't be opened: {error}") from error
        # Closed with the last reference, for a request may still hold a copy that was replaced.
        weakref.finalize(self, self._connection.close)
        try:
            query = "SELECT value FROM meta WHERE key = 'features'"
            names = json.loads(self._connection.execute(query).fetchone()[0])
            self._width = len(names)
            self._columns = [names.index(name) for name in FEATURES]
            self._connection.execute("SELECT id, features FROM entities LIMIT 1").fetchone()
        except (sqlite3.Error, TypeError, ValueError) as error:
            raise EntitiesError(f"{path} is not a copy of this schema's: {error}") from error

    def some(self, most: int) -> list[str]:
        """Return ids of the copy, `most` or all that it has."""
        rows = self._connection.execute("SELECT id FROM entities LIMIT ?", (most,))
        return [id_ for (id_,) in rows]

    def look_up(self, ids: Sequence[str]) -> np.ndarray:
        """Return the features of `ids`, float32 [n, k] in schema order, NaN where missing.

        Raises:
            UnknownEntityError: the copy lacks one of them.
            EntitiesError: the copy can't be read.
        """
        query = "SELECT features FROM entities WHERE id = ?"
        try:
            rows = [self._connection.execute(query, (id_,)).fetchone() for id_ in ids]
        except sqlite3.Error as error:
            raise EntitiesError(f"{self.named.file} can't be read: {error}") from error
        unknown = [index for index, row in enumerate(rows) if row is None]
        if unknown:
            raise UnknownEntityError(unknown[0], [ids[index] for index in unknown])
        blobs = [row[0] for row in rows]
        if any(len(blob) != 4 * self._width for blob in blobs):
            raise EntitiesError(f"{self.named.file} holds rows of another length than its names")
        values = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(ids), self._width)
        if np.isinf(values).any():
            raise EntitiesError(f"{self.named.file} holds a value that is {TOO_LARGE}")
        return values[:, self._columns].astype(np.float32)
