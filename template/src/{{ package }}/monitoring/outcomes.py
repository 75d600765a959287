"""What became of the predictions: each known outcome beside the prediction that it answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ..prediction_log.reader import Reading
from ..prediction_log.schema import COLUMNS
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME, SNAPSHOT_EVERY
from .counts import hashes

WAITING_ROWS = 2**18
"""Predictions kept at most, beside the latest ones, before those that were followed are let go."""


class Latest:
    """For each moment of an entity, its latest prediction at or before that.

    Moments stand sorted by entity and time. A prediction is kept for the first of its entity's that
    does not precede it; those after that one follow at the end, so each prediction is looked up
    once.
    """

    def __init__(self, entity: pa.StringArray, moment: np.ndarray, most: int) -> None:
        """Look for predictions before `moment`, int64 [n], of `entity`, at most `most` earlier."""
        self._most = most
        of, entities = pd.factorize(hashes(entity))
        self._entities = pd.Index(entities)
        # By their ranks, entity and time are one number, however long the time is.
        self._moments = np.unique(moment)
        self._span = len(self._moments) + 1
        keys = of * self._span + np.searchsorted(self._moments, moment)
        self._order = np.argsort(keys, kind="stable")
        self._keys, self._of, self._moment = (x[self._order] for x in (keys, of, moment))
        self._time = np.full(len(moment), np.iinfo(np.int64).min)
        self._row = np.full(len(moment), -1)
        self._kept: list[pa.Table] = []
        self._rows = 0

    def add(self, table: pa.Table) -> None:
        """Look at predictions: `entity`, null where there is none, `time`, and what to keep."""
        self._kept = self._kept or [table[:0]]
        if table["entity"].null_count:
            table = table.filter(table["entity"].is_valid())
        time = table["time"].cast(pa.int64()).to_numpy()
        of = self._entities.get_indexer(hashes(table["entity"]))
        row = np.flatnonzero(of >= 0)
        of, time = of[row], time[row]
        at = np.searchsorted(self._keys, of * self._span + np.searchsorted(self._moments, time))
        there = at < len(self._keys)
        there[there] = self._of[at[there]] == of[there]
        row, time, at = row[there], time[there], at[there]
        order = np.flatnonzero(time >= self._time[at])
        order = order[np.lexsort((time[order], at[order]))]
        order = order[np.append(np.diff(at[order]) > 0, True)[: len(order)]]
        self._time[at[order]] = time[order]
        self._row[at[order]] = self._rows + np.arange(len(order))
        self._kept.append(table.take(pa.array(row[order])))
        self._rows += len(order)
        if self._rows > WAITING_ROWS + len(self._row):
            self._let_go()

    def found(self) -> tuple[np.ndarray, pa.Table]:
        """Return which moments have a prediction, int64 [m], by time, and those predictions."""
        place = np.arange(len(self._row))
        last = np.maximum.accumulate(np.where(self._row >= 0, place, -1))
        same = (last >= 0) & (self._of[last] == self._of)
        place = place[same & (self._moment - self._time[last] <= self._most)]
        place = place[np.lexsort((self._order[place], self._moment[place]))]
        return self._order[place], self._all().take(pa.array(self._row[last[place]]))

    def _let_go(self) -> None:
        """Keep of the predictions those that are the latest so far."""
        used = np.flatnonzero(self._row >= 0)
        self._kept = [self._all().take(pa.array(self._row[used]))]
        self._row[used] = np.arange(len(used))
        self._rows = len(used)

    def _all(self) -> pa.Table:
        return pa.concat_tables(self._kept).unify_dictionaries()


_MICROSECOND = timedelta(microseconds=1)


def predictions(start: datetime, end: datetime, folder: Path | None = None) -> pd.DataFrame:
    """Return the predictions made in `[start, end)`, by time, as `to_frame` gives them.

    Args:
        start: aware; included.
        end: aware; excluded.
        folder: of the log; this project's if None.

    Raises:
        LogError: a record is of a schema that this code does not know.
    """
    return to_frame(Reading(start, end, folder).read(COLUMNS).sort_by("time").select(COLUMNS))


def attach(rows: pd.DataFrame, outcomes: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return the predictions whose outcome is known, one row an outcome, by when it was due.

    As `attach_streamed`, of predictions that are in memory, as `predictions` gives them; the result
    has their columns and types.
    """
    table = pa.Table.from_pandas(rows, preserve_index=False)
    # Without any entity pandas does not say that they would be texts.
    entity = table.column_names.index("entity")
    table = table.set_column(entity, "entity", table["entity"].cast(pa.string()))
    found = attach_streamed([table], outcomes, now)
    return found[[*rows.columns, "due", "known_at", "label"]].astype(rows.dtypes.to_dict())


def attach_streamed(
    tables: Iterable[pa.Table], outcomes: pd.DataFrame, now: datetime
) -> pd.DataFrame:
    """Return the predictions whose outcome is known, one row an outcome, by when it was due.

    An outcome answers the latest prediction for its entity at or before the time it was due, at
    most `SNAPSHOT_EVERY` earlier: an older one was made from features replaced since. No more is
    held in memory than a table, the outcomes, and a prediction for each.

    Args:
        tables: predictions in any order, with `entity` and `time` among their columns; those
            without an entity can't have an outcome. At least one table.
        outcomes: the entity key, `OUTCOME_TIME`, the label and `known_at`; both times have zones.
        now: aware; outcomes that become known later are left out.

    Returns:
        The columns of `tables` and `due` (the outcome's time), `known_at` and `label` (float64).
    """
    known = np.flatnonzero(outcomes["known_at"] <= now)
    outcome, predictions = _answered(tables, outcomes[[ENTITY_KEY, OUTCOME_TIME]].iloc[known])
    found = to_frame(predictions, apart=True)
    answered = outcomes[[OUTCOME_TIME, "known_at", LABEL]].iloc[known[outcome]]
    answered = answered.set_axis(found.index)
    found["due"] = answered[OUTCOME_TIME].dt.as_unit("us")
    found["known_at"] = answered["known_at"]
    found["label"] = answered[LABEL].astype("float64")
    return found


def _answered(tables: Iterable[pa.Table], outcomes: pd.DataFrame) -> tuple[np.ndarray, pa.Table]:
    """Return the places of the outcomes that answer a prediction, and those predictions."""
    due = outcomes[OUTCOME_TIME].dt.as_unit("us").astype("int64").to_numpy()
    entity = pa.array(outcomes[ENTITY_KEY]).cast(pa.string())
    latest = Latest(entity, due, SNAPSHOT_EVERY // _MICROSECOND)
    for table in tables:
        latest.add(table)
    return latest.found()


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
