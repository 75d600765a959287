"""Features as they were: point-in-time joins for training and batch scoring."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from ..contracts import Dataset
from ..problem import source
from ..problem.schema import ENTITY_KEY, FEATURES, LABEL, OUTCOME_TIME
from .aggregate import write_snapshots
from .store import SERVICE, store


def historical_features(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the features of `rows` as they were at each row's time.

    Args:
        rows: the entity key and `event_timestamp` (with time zone). A pair may repeat: two
            rides may begin at one place in the same second.

    Returns:
        float32, shape [len(rows), k], in the order and with the index of `rows`.
    """
    keys = [ENTITY_KEY, "event_timestamp"]
    # A pair that repeats is asked for once: not every offline store gives it back as often.
    asked = rows[keys].drop_duplicates()
    service = store().get_feature_service(SERVICE)
    joined = store().get_historical_features(entity_df=asked, features=service).to_df()
    joined["event_timestamp"] = pd.to_datetime(joined["event_timestamp"], utc=True)
    # The offline store does not keep the order of the rows: join by key.
    ordered = joined.set_index(keys).reindex(pd.MultiIndex.from_frame(rows[keys]))
    features = ordered[list(FEATURES)].astype(np.float32)
    return features.set_axis(rows.index)


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
