"""Writing the prediction log. It never delays an answer.

A request only queues what it answered; a thread writes twice a second, and once more at the end. A
full queue drops and counts. Each writer has a file of its own for each hour, so writers share
nothing, and a day can be read or removed alone. No pyarrow here: it would cost each worker 26 MB.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from ..ops.log import get
from .schema import LINES, PART, Entry, hour_of

CAPACITY = 200_000
"""Rows that may wait for the disk; more are dropped."""
BATCH = 5_000
"""Rows that become lines at a time, so that a full queue is not held twice."""
FLUSH_SECONDS = 0.5


class LogWriter:
    """Appends to this writer's own file of the hour, at once; for whoever may wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"

    def write(self, entries: Iterable[Entry]) -> None:
        """Append the lines of `entries`, each file's whole or not at all.

        Raises:
            OSError: the disk is full, or the folder can't be written.
        """
        hours: dict[datetime, list[bytes]] = {}
        for entry in entries:
            if len(entry):
                hours.setdefault(hour_of(entry.time), []).append(entry.line())
        for hour, lines in hours.items():
            _append(self._folder / f"{hour:%Y-%m-%d/%H}-{self._name}", b"".join(lines))


def _append(stem: Path, content: bytes) -> None:
    """Append to the lines of `stem`; after their hour was compacted, to those of a next one."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for number in count():
        path = stem.with_name(f"{stem.name}.{number}{LINES}")
        part = path.with_suffix(PART)
        if part.exists():
            continue
        with path.open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if part.exists():  # made while this waited for the lock; nobody reads these lines now
                continue
            _write_whole(file, content)
            return


def _write_whole(file: io.FileIO, content: bytes) -> None:
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
        self._waiting: deque[Entry] = deque()
        self._rows = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Queue `entry`, or drop and count it when the queue is full; returns at once."""
        rows = len(entry)
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
        lost, why = 0, ""
        waited = self._rows
        while waited > 0:
            entries = self._take()
            rows = sum(map(len, entries))
            waited -= rows
            try:
                self._writer.write(entries)
            except Exception as error:
                lost, why = lost + rows, str(error)
        if lost:
            self._count_dropped(lost)
            get("serving").error("prediction_log_not_written", rows=lost, error=why)

    def _take(self) -> list[Entry]:
        """Take up to `BATCH` rows, or one entry of more, from the queue."""
        entries, rows = [], 0
        with self._lock:
            while self._waiting and (not entries or rows + len(self._waiting[0]) <= BATCH):
                entries.append(self._waiting.popleft())
                rows += len(entries[-1])
            self._rows -= rows
        return entries
