"""The prediction log: a JSON line for each scored row. It never delays an answer.

A request only queues what it answered; a thread writes twice a second, and once more at the end. A
full queue drops and counts. Each writer has a file of its own for each day, so nothing is shared
between processes and a day can be read or removed alone.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..ops.log import get
from ..problem.schema import FEATURES
from ..settings import settings
from .scored import Scored

SCHEMA = 1
CAPACITY = 200_000
"""Rows that may wait for the disk; more are dropped."""
FLUSH_SECONDS = 0.5


def log_folder() -> Path:
    """Return the folder of the prediction log."""
    return settings().state_dir / "predictions" / "log"


@dataclass(frozen=True)
class Entry:
    """The rows of one request or batch, with their answers.

    Attributes:
        time: when they were answered, aware.
        entities: ids, None where the row named none, shape [n].
        features: float32 [n, k] in schema order, NaN where missing.
        latency_ms: from the request's arrival to its answer.
    """

    request_id: str
    time: datetime
    channel: Literal["real-time", "batch"]
    model: str
    entities: Sequence[str | None]
    features: np.ndarray
    scored: Scored
    latency_ms: float

    def answers(self) -> list[dict[str, Any]]:
        """Return what the client is told of each row."""
        names, values = self.scored.decided.keys(), self.scored.decided.values()
        return [
            {
                "id": id_,
                "score": score,
                **dict(zip(names, decided, strict=True)),
                "model": self.model,
                "version": version,
                "variant": variant,
                "fallback": fallback,
            }
            for id_, score, decided, version, variant, fallback in zip(
                self.scored.id,
                self.scored.score.tolist(),
                zip(*(column.tolist() for column in values), strict=True),
                self.scored.version,
                self.scored.variant,
                self.scored.fallback,
                strict=True,
            )
        ]

    def lines(self) -> Iterator[str]:
        """Yield the record of each row, without a line end."""
        shared = {
            "schema": SCHEMA,
            "request_id": self.request_id,
            "time": self.time.isoformat(),
            "channel": self.channel,
            "latency_ms": round(self.latency_ms, 3),
        }
        rows = zip(self.answers(), self.entities, self.features.tolist(), strict=True)
        for answer, entity, values in rows:
            features = {
                name: None if value != value else value
                for name, value in zip(FEATURES, values, strict=True)
            }
            record = {**shared, **answer, "entity": entity, "features": features}
            yield json.dumps(record, separators=(",", ":"))


class LogWriter:
    """Appends to this writer's own file of the day, at once; for whoever may wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"

    def write(self, entries: Iterable[Entry]) -> None:
        """Append the records of `entries`, each file's whole or not at all.

        Raises:
            OSError: the disk is full, or the folder can't be written.
        """
        days: dict[str, list[str]] = {}
        for entry in entries:
            days.setdefault(entry.time.date().isoformat(), []).extend(entry.lines())
        for day, lines in days.items():
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{day}-{self._name}.jsonl"
            _append(path, "".join(f"{line}\n" for line in lines).encode("utf-8"))


def _append(path: Path, content: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        start = file.tell()
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(start)
            raise


class PredictionLog:
    """A queue before a `LogWriter`, for whoever may not wait."""

    def __init__(
        self, folder: Path, count_dropped: Callable[[int], object], capacity: int = CAPACITY
    ) -> None:
        self._writer = LogWriter(folder)
        self._count_dropped = count_dropped
        self._capacity = capacity
        self._lock = threading.Lock()
        self._waiting: list[Entry] = []
        self._rows = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Queue `entry`, or drop and count it when the queue is full; returns at once."""
        rows = len(entry.scored)
        with self._lock:
            if self._rows + rows <= self._capacity:
                self._waiting.append(entry)
                self._rows += rows
                return
        self._count_dropped(rows)

    def close(self) -> None:
        """Write what waits and stop; what is put later is lost."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(FLUSH_SECONDS):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        with self._lock:
            entries, self._waiting, self._rows = self._waiting, [], 0
        try:
            self._writer.write(entries)
        except Exception as error:
            rows = sum(len(entry.scored) for entry in entries)
            self._count_dropped(rows)
            get("serving").error("prediction_log_not_written", rows=rows, error=str(error))
