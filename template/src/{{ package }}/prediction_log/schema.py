"""What the prediction log holds, and where: the lines that writers append and readers parse.

A line is a request with all its rows, so that a request of many rows costs little more than their
numbers. It names its features, and is read whatever the schema of the project has become since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson

from ..errors import UserError
from ..kind.decision import ANSWERS
from ..problem.schema import FEATURES
from ..settings import settings
from .scored import Scored

SCHEMA = 2
"""Of the lines that are written. Lines of schema 1, of v0.1 and v0.2, hold a row each."""
OF_REQUEST = ("request_id", "time", "channel", "model", "latency_ms")
"""What the rows of a line share."""
ADDED = ("pair", "trace_id")
"""So too, since v0.4; lines of earlier releases lack it."""
OF_ROW = ("id", "entity", "score", *ANSWERS)
"""What a line holds as a list, a value a row."""
OF_EITHER = ("version", "variant", "fallback", "group", "position")
"""What a line holds once where its rows agree, and as a list where they don't."""
COLUMNS = (*OF_REQUEST, *ADDED, "row", *OF_ROW, *OF_EITHER)
"""The log as a table, beside its features; `row` counts the rows of a request from 0."""
LINES, PART = ".jsonl", ".parquet"
"""The endings of a file of lines and of its Parquet, which has the same stem and replaces it."""
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE


class LogError(UserError):
    """The prediction log holds what this code can't read; the message says where."""


@dataclass(frozen=True)
class Entry:
    """The rows of one request, or of a part of a batch, with their answers.

    Attributes:
        request_id: our own, and no other request's; what rows are grouped by.
        time: when they were answered, aware.
        entities: ids, None where the row named none, shape [n].
        features: float32 [n, k] in schema order, NaN where missing.
        latency_ms: from the request's arrival to its answer.
        group: what each row was ranked in, [n]; None where rows are answered one by one.
        position: the row's place in its group, from 0, [n].
        pair: the versions that the rows were split between, as `scored.pair_of` writes them.
        trace_id: what the client calls its request, to find it by; nothing is grouped by it.
    """

    request_id: str
    time: datetime
    channel: Literal["real-time", "batch"]
    model: str
    entities: Sequence[str | None]
    features: np.ndarray
    answers: Scored
    latency_ms: float
    group: Sequence[str] | None = None
    position: Sequence[int] | None = None
    pair: str | None = None
    trace_id: str | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.entities)

    def line(self) -> bytes:
        """Return the line of the log, with its end; a missing feature is null."""
        answers = self.answers
        content = {
            "schema": SCHEMA,
            "request_id": self.request_id,
            "time": self.time,
            "channel": self.channel,
            "model": self.model,
            "latency_ms": round(self.latency_ms, 3),
            "id": answers.id,
            "entity": self.entities,
            "score": answers.score.tolist(),
            **{name: column.tolist() for name, column in answers.decided.items()},
            "version": _once(answers.version),
            "variant": _once(answers.variant),
            "fallback": _once(answers.fallback),
            "names": FEATURES,
            "features": np.ascontiguousarray(self.features),
        }
        content |= {name: value for name in ADDED if (value := getattr(self, name)) is not None}
        if self.group is not None:
            content["group"] = _once(self.group)
        if self.position is not None:
            content["position"] = self.position
        return orjson.dumps(content, option=_OPTIONS)


def _once(values: Sequence[Any]) -> Any:
    return values[0] if len(set(values)) == 1 else values


def log_folder() -> Path:
    """Return the folder of the prediction log: a folder a day, in it files of an hour."""
    return settings().state_dir / "predictions" / "log"


def hour_of(time: datetime) -> datetime:
    """Return the beginning of the hour, in UTC, in whose file an aware time belongs."""
    return time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hours(path: Path) -> tuple[datetime, datetime] | None:
    """Return the time `[start, end)` of which `path` holds records; None if its name doesn't say.

    Releases before v0.3 wrote files of a day, in the log's folder itself.
    """
    for text, length in (
        (f"{path.parent.name}T{path.name[:2]}", timedelta(hours=1)),
        (path.name[:10], timedelta(days=1)),
    ):
        try:
            start = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            continue
        return start, start + length
    return None


def stems(folder: Path) -> list[Path]:
    """Return the paths of all files of the log, each once and without ending, by their names."""
    found = folder.rglob("*")
    return sorted({path.with_suffix("") for path in found if path.suffix in (LINES, PART)})
