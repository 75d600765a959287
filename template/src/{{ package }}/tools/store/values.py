"""Feast: the values of features as they were at each row's time, and as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from ...ops import locks
from ...problem.schema import ENTITY_KEY, FEATURES
from .repository import SERVICE, lock_file, store

BATCH = 250
"""Entities that are asked for at once. More take longer: the collector of garbage sees them all."""


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


def materialize(as_of: datetime) -> None:
    """Bring the online store to the snapshot at `as_of`."""
    opened = store()
    with locks.waiting(lock_file()):
        opened.materialize(as_of - timedelta(seconds=1), as_of + timedelta(seconds=1))


def online_features(entities: Sequence[int] | Sequence[str]) -> np.ndarray:
    """Return the current features of `entities`, float32 [n, k]; NaN where missing or unknown."""
    service = store().get_feature_service(SERVICE)
    found = np.empty((len(entities), len(FEATURES)), np.float32)
    for start in range(0, len(entities), BATCH):
        asked = list(entities[start : start + BATCH])
        response = store().get_online_features(service, {ENTITY_KEY: asked})
        columns = response.to_dict()
        found[start : start + BATCH] = np.array(
            [columns[name] for name in FEATURES], dtype=np.float32
        ).T
    return found
