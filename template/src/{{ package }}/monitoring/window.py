"""The prediction log of a window of time, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ..prediction_log.reader import Reading
from ..prediction_log.schema import COLUMNS
from ..prediction_log.table import FEATURE


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
    reading = Reading(start, end, folder)
    found = reading.read(COLUMNS, features).sort_by("time")
    rows = to_frame(found.select(COLUMNS))
    values = found.select([f"{FEATURE}{name}" for name in features]).rename_columns(list(features))
    frame = values.to_pandas().astype("float64").set_axis(rows.index)
    return Window(start, end, rows, frame, reading.unfinished, reading.damaged)


def to_frame(table: pa.Table, *, apart: bool = False) -> pd.DataFrame:
    """Return a table of the log as pandas has it: words as text, versions as `Int64`.

    Columns that are kept `apart` need less memory, and can't be written to.
    """
    fields = [
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    plain = table.cast(pa.schema(fields))
    types = {pa.int64(): pd.Int64Dtype()}
    return plain.to_pandas(types_mapper=types.get, split_blocks=apart)
