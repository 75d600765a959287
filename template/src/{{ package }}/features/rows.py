"""Features as they were: the rows of training and of batch scoring."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from ..contracts import Dataset
from ..problem import source
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME
from ..tools.store.values import historical_features
from .aggregate import write_snapshots


def current_features(now: datetime) -> pd.DataFrame:
    """Return every entity's features as of `now`, float32 [n, k], indexed by the entity key.

    Raises:
        SourceError: there are no data to compute them from.
    """
    write_snapshots(now, now)
    rows = pd.DataFrame({ENTITY_KEY: known_entities()})
    rows["event_timestamp"] = pd.Timestamp(now)
    return historical_features(rows).set_index(rows[ENTITY_KEY])


def known_entities() -> list[Any]:
    """Return the ids of every entity, whole numbers or strings, ascending."""
    query = f"SELECT DISTINCT {ENTITY_KEY} FROM {source.entities()} ORDER BY 1"
    with duckdb.connect(config={"threads": 1}) as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def labelled_rows(since: datetime, now: datetime) -> Dataset:
    """Return every outcome since `since` that is known by `now`, with its features at its time.

    Raises:
        SourceError: there is no data, or no outcome in that time.
    """
    outcomes = source.outcomes(known_by=now)
    outcomes = outcomes[outcomes[OUTCOME_TIME] >= since].reset_index(drop=True)
    if outcomes.empty:
        raise source.SourceError(f"no outcome between {since} and {now} is known yet")
    times = outcomes[OUTCOME_TIME]
    write_snapshots(times.min().to_pydatetime(), times.max().to_pydatetime())
    rows = outcomes.rename(columns={OUTCOME_TIME: "event_timestamp"})
    features = historical_features(rows)
    return Dataset.of(outcomes[ENTITY_KEY], times, features, outcomes[LABEL].to_numpy(np.float64))
