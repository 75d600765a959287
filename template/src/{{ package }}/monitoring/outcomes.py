"""What became of the predictions: each known outcome beside the prediction that it answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME, SNAPSHOT_EVERY
from .latest import Latest
from .window import to_frame

_MICROSECOND = timedelta(microseconds=1)


def attach(rows: pd.DataFrame, outcomes: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return the predictions whose outcome is known, one row an outcome, by when it was due.

    As `attach_streamed`, of predictions that are in memory, as `window.Window.rows`; the result has
    their columns and types.
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
