"""Lines of the log as a table; also those of v0.1 and v0.2, which hold a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from ..kind.decision import ANSWERS
from .schema import ADDED, COLUMNS, OF_EITHER, OF_REQUEST, OF_ROW, SCHEMA, LogError

FEATURE = "features."
"""Before the name of a feature, which may be that of another column."""
BYTES = 2**22
"""Of lines that become a table at a time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WORD = pa.dictionary(pa.int32(), pa.string())
TYPES = {
    **dict.fromkeys(COLUMNS, pa.string()),
    **dict.fromkeys(("channel", "model", "variant", "fallback", "pair"), _WORD),
    **dict.fromkeys(("latency_ms", "score", *ANSWERS), pa.float64()),
    "time": pa.timestamp("us", "UTC"),
    "version": pa.int64(),
    **dict.fromkeys(("row", "position"), pa.int32()),
}
"""Of the columns; scores of several outputs are lists."""


class _UnknownSchema(ValueError):
    """A line is of a schema that this code doesn't read; the argument is its number."""


def microseconds(time: datetime) -> int:
    """Return an aware time as Arrow's integer."""
    return (time - _EPOCH) // _MICROSECOND


def nothing() -> pa.Table:
    """Return a table without rows or features."""
    return _table((), ())


def tables(path: Path, torn: list[bytes]) -> Iterator[pa.Table]:
    """Yield the rows of a file of lines, about `BYTES` of them at a time; `COLUMNS` and features.

    Args:
        torn: gets the lines that are no record; they cost no other.

    Raises:
        LogError: a line is of a schema that this code does not know.
        FileNotFoundError: there is no such file.
    """
    with path.open("rb") as file:
        number = 1
        while lines := file.readlines(BYTES):
            try:
                found = _tables(lines)
            except (ValueError, TypeError, KeyError):
                found = [
                    table
                    for index, line in enumerate(lines, start=number)
                    for table in _line(line, torn, f"{path}, line {index}")
                ]
            yield from found
            number += len(lines)


def _line(line: bytes, torn: list[bytes], where: str) -> list[pa.Table]:
    try:
        return _tables([line])
    except _UnknownSchema as error:
        raise LogError(
            f"{where}: the record has schema {error.args[0]!r} and this code reads 1 to {SCHEMA};"
            " move the file away, or run the release that wrote it"
        ) from None
    except (ValueError, TypeError, KeyError):
        torn.append(line)
        return []


def _tables(lines: Sequence[bytes]) -> list[pa.Table]:
    """Return a table for each run of lines with the same features."""
    records = [_record(orjson.loads(line)) for line in lines]
    return [_table(names, list(run)) for names, run in groupby(records, key=itemgetter("names"))]


def _record(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line with its time in microseconds and `rows`, their number."""
    if line["schema"] == 1:
        line |= {name: [line[name]] for name in OF_ROW}
        line |= {"names": [*line["features"]], "features": [[*line["features"].values()]]}
    elif line["schema"] != SCHEMA:
        raise _UnknownSchema(line["schema"])
    rows = line["rows"] = len(line["id"])
    lists = [line[name] for name in (*OF_ROW, "features")]
    lists += [value for name in OF_EITHER if isinstance(value := line.get(name), list)]
    if any(len(values) != rows for values in lists):
        raise ValueError("the columns differ in length")
    time = datetime.fromisoformat(line["time"])
    if time.tzinfo is None:
        raise ValueError("the time has no zone")
    line["time"] = microseconds(time)
    return line


def _first(records: Sequence[dict[str, Any]], rows: np.ndarray) -> np.ndarray:
    """Return the first row of the request that each line belongs to; `rows` are those of a line."""
    first = rows.cumsum() - rows
    for index in range(1, len(records)):
        line, before = records[index], records[index - 1]
        if line["schema"] == 1 and line["request_id"] == before["request_id"]:
            first[index] = first[index - 1]
    return first


def _table(names: Sequence[str], records: Sequence[dict[str, Any]]) -> pa.Table:
    columns: dict[str, Any] = {name: [record[name] for record in records] for name in OF_REQUEST}
    columns |= {name: [record.get(name) for record in records] for name in ADDED}
    columns |= {name: [v for record in records for v in record[name]] for name in OF_ROW}
    for name in OF_EITHER:
        columns[name] = []
        for record in records:
            value = record.get(name)
            columns[name] += value if isinstance(value, list) else [value] * record["rows"]
    rows = np.array([record["rows"] for record in records], np.int64)
    request = np.repeat(np.arange(len(records)), rows)
    columns["row"] = np.arange(len(request)) - _first(records, rows)[request]
    features = np.array([row for record in records for row in record["features"]], np.float32)
    features = features.reshape(len(request), len(names)).T
    nested = columns["score"] and isinstance(columns["score"][0], list)
    types = TYPES | ({"score": pa.list_(pa.float64())} if nested else {})
    arrays = {name: pa.array(columns[name], types[name]) for name in COLUMNS}
    arrays |= {name: arrays[name].take(pa.array(request)) for name in (*OF_REQUEST, *ADDED)}
    arrays |= {
        f"{FEATURE}{name}": pa.array(np.ascontiguousarray(column))
        for name, column in zip(names, features, strict=True)
    }
    return pa.table(arrays)
