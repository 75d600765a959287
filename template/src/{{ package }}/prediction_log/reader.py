"""Reading the log by window: lines and Parquet alike, in tables that fit in memory one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..ops.log import get
from .compaction import TORN
from .schema import ADDED, LINES, PART, hours, log_folder, stems
from .table import FEATURE, TYPES, microseconds, nothing, tables


class Reading:
    """A look at the predictions made in `[start, end)`.

    Attributes:
        unfinished: last lines of files that were being written while they were read.
        damaged: other lines, and parts, that are no record. They are left out; an operational check
            says so.
    """

    def __init__(self, start: datetime, end: datetime, folder: Path | None = None) -> None:
        """Look at `folder`, this project's log if None; both times are aware."""
        self.start, self.end = start, end
        self._folder = log_folder() if folder is None else folder
        self.unfinished = self.damaged = 0

    def tables(self, columns: Sequence[str], features: Sequence[str] = ()) -> Iterator[pa.Table]:
        """Yield the predictions, at most some 100,000 at a time, those of an hour together.

        The rows of a request follow on each other. There is at least one table, if without rows.
        What can't be read is counted anew.

        Args:
            columns: names of `schema.COLUMNS`; words that repeat are dictionaries.
            features: names; they become columns with `FEATURE` before them, float32, NaN where a
                value is missing or a record lacks the feature.

        Raises:
            LogError: a line is of a schema that this code does not know.
        """
        self.unfinished = self.damaged = 0
        named = (f"{FEATURE}{name}" for name in features)
        wanted = [*dict.fromkeys(("time", *columns)), *named]
        some = False
        for stem in stems(self._folder):
            held = hours(stem)
            if held is None or (held[0] < self.end and self.start < held[1]):
                for table in self._read(stem, wanted):
                    some = True
                    yield self._within(_select(table, wanted))
        if not some:
            yield _select(nothing(), wanted)

    def read(self, columns: Sequence[str], features: Sequence[str] = ()) -> pa.Table:
        """Return what `tables` yields, as one."""
        return pa.concat_tables(self.tables(columns, features))

    def _read(self, stem: Path, wanted: Sequence[str]) -> Iterator[pa.Table]:
        lines, part = (stem.with_name(stem.name + ending) for ending in (LINES, PART))
        if not part.exists():
            torn: list[bytes] = []
            try:
                yield from tables(lines, torn)
            except FileNotFoundError:  # they have become a part since
                pass
            else:
                self.unfinished += sum(not line.endswith(b"\n") for line in torn)
                self.damaged += sum(line.endswith(b"\n") for line in torn)
                return
        try:
            yield from self._part(part, wanted)
        except (pa.ArrowInvalid, OSError) as error:
            self.damaged += 1
            get("prediction_log").warning("part_damaged", file=str(part), error=str(error))

    def _part(self, path: Path, wanted: Sequence[str]) -> Iterator[pa.Table]:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            self.damaged += int((file.metadata.metadata or {}).get(TORN.encode(), 0))
            there = [name for name in wanted if name in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, there, use_threads=False)

    def _within(self, table: pa.Table) -> pa.Table:
        time = table["time"].cast(pa.int64()).to_numpy()
        inside = (microseconds(self.start) <= time) & (time < microseconds(self.end))
        return table if inside.all() else table.filter(pa.array(inside))


def _select(table: pa.Table, wanted: Sequence[str]) -> pa.Table:
    """Return the columns `wanted`; what a record lacks is missing in every row."""
    there, rows = set(table.column_names), len(table)
    missing = {name: pa.nulls(rows, TYPES[name]) for name in ADDED}
    unknown = pa.array(np.full(rows, np.nan, np.float32))
    return pa.table(
        {name: table[name] if name in there else missing.get(name, unknown) for name in wanted}
    )
