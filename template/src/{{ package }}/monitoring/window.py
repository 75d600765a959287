"""The prediction log of a window of time, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import UserError
from ..kind.decision import ANSWERS
from ..settings import settings

SCHEMA = 1
"""The version of the log's records that this module reads."""
COLUMNS = (
    "id",
    "request_id",
    "time",
    "channel",
    "entity",
    "score",
    *ANSWERS,
    "model",
    "version",
    "variant",
    "fallback",
    "latency_ms",
)


class LogError(UserError):
    """The prediction log holds what this code can't read; the message says where."""


@dataclass(frozen=True)
class Window:
    """The predictions made in `[start, end)`, ordered by time.

    Attributes:
        rows: one row a prediction with the columns `COLUMNS`; `time` is `datetime64[us, UTC]`,
            `entity` and `fallback` are None where there is none.
        features: what was scored, float64 [n, k], NaN where missing; same index as `rows`. A frame
            of its own, so that a feature may be called `score` or `time`.
        unfinished: last lines of files that were being written while they were read.
        damaged: other lines that are no record. They are left out, and an operational check says
            so.
    """

    start: datetime
    end: datetime
    rows: pd.DataFrame
    features: pd.DataFrame
    unfinished: int = 0
    damaged: int = 0

    def __len__(self) -> int:
        """Return the number of predictions."""
        return len(self.rows)

    def before(self, end: datetime) -> Window:
        """Return the part of the window before `end`."""
        keep = self.rows["time"] < end
        return replace(self, end=end, rows=self.rows[keep], features=self.features[keep])


def log_folder() -> Path:
    """Return the folder of the prediction log."""
    return settings().state_dir / "predictions" / "log"


def read_window(
    start: datetime, end: datetime, features: Sequence[str] = (), folder: Path | None = None
) -> Window:
    """Read the predictions made in `[start, end)` with their `features`.

    Args:
        start: aware; included.
        end: aware; excluded.
        features: names; a record that lacks one has it missing.
        folder: of the log; this project's if None.

    Raises:
        LogError: a record is of a schema that this code does not know.
    """
    counts = {"unfinished": 0, "damaged": 0}
    records = [
        record
        for path in _files(log_folder() if folder is None else folder, start, end)
        for record in _records(path, counts)
        if start <= record["time"] < end
    ]
    records.sort(key=lambda record: record["time"])
    rows = pd.DataFrame.from_records(records, columns=COLUMNS)
    rows["time"] = pd.to_datetime(rows["time"], utc=True).dt.as_unit("us")
    rows = rows.astype(
        dict.fromkeys(("score", *ANSWERS, "latency_ms"), "float64") | {"version": "Int64"}
    )
    values = pd.DataFrame.from_records(
        [record["features"] for record in records], columns=list(features)
    )
    return Window(start, end, rows, values.astype("float64"), **counts)


def _files(folder: Path, start: datetime, end: datetime) -> Iterator[Path]:
    """Yield the log files that may hold records of the window; their names begin with the day."""
    first = (start - timedelta(days=1)).date().isoformat()
    last = (end + timedelta(days=1)).date().isoformat()
    for path in sorted(folder.rglob("*.jsonl")):
        day = path.name[:10]
        if not day.replace("-", "").isdigit() or first <= day <= last:
            yield path


def _records(path: Path, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = json.loads(line)
                schema = record["schema"]
            except (ValueError, TypeError, KeyError):
                counts["damaged" if line.endswith(b"\n") else "unfinished"] += 1
                continue
            if schema != SCHEMA:
                raise LogError(
                    f"{path}, line {number}: the record has schema {schema!r} and this code reads"
                    f" {SCHEMA}; move the file away, or run the release that wrote it"
                )
            try:
                yield _checked(record)
            except (ValueError, TypeError, KeyError):
                counts["damaged"] += 1


def _checked(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with its time parsed; raise if it lacks a part or holds another type."""
    time = datetime.fromisoformat(record["time"])
    if time.tzinfo is None or not isinstance(record["features"], dict):
        raise ValueError("the time has no zone, or the features are no mapping")
    numbers = {name: float(record[name]) for name in ("score", *ANSWERS, "latency_ms")}
    return {name: record[name] for name in (*COLUMNS, "features")} | numbers | {"time": time}
