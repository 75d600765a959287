"""Where the data come from: one CSV file of taxi rides, in New York's local time.

A ride's length, fare and tip are known when it ends, so its events are of that moment, and its
outcome is known from that moment on.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError
from ..settings import settings
from .schema import ENTITY_KEY, LABEL, OUTCOME_TIME

if TYPE_CHECKING:
    import pandas as pd


class SourceError(UserError):
    """The data are not where they should be, or not what they should be."""


def data_dir() -> Path:
    """Return the folder of the raw data."""
    return settings().state_dir / "data"


def _rides() -> str:
    path = data_dir() / "taxis.csv"
    if not path.exists():
        raise SourceError(f"no data in {path}: put the file of the rides there")
    file = str(path).replace("'", "''")
    return f"""(
        SELECT
            pickup_zone AS {ENTITY_KEY},
            pickup::TIMESTAMP AT TIME ZONE 'America/New_York' AS {OUTCOME_TIME},
            dropoff::TIMESTAMP AT TIME ZONE 'America/New_York' AS ended_at,
            distance::DOUBLE AS distance,
            color = 'green' AS is_green,
            payment IS NOT DISTINCT FROM 'credit card' AS by_card,
            by_card AND tip::DOUBLE >= 0.2 * fare::DOUBLE AS is_tipped
        FROM read_csv('{file}', all_varchar = true)
        WHERE pickup_zone IS NOT NULL
    )"""


def events() -> str:
    """Return the events as a DuckDB table expression: a ride is one for each kind that it is of.

    Its columns: the entity key, `event` (kind), `event_time` (with time zone), `distance` (miles).
    """
    kinds = {
        "ride": "true",
        "green_ride": "is_green",
        "card_ride": "by_card",
        "tipped_ride": "is_tipped",
    }
    of_kind = (
        f"SELECT {ENTITY_KEY}, '{kind}' AS event, ended_at AS event_time, distance"
        f" FROM {_rides()} WHERE {condition}"
        for kind, condition in kinds.items()
    )
    return f"({' UNION ALL '.join(of_kind)})"


def entities() -> str:
    """Return the entities as a DuckDB table expression with the entity key."""
    return f"(SELECT DISTINCT {ENTITY_KEY} FROM {_rides()})"


def outcome_rows() -> str:
    """Return all outcomes, also those not known yet, as a DuckDB table expression.

    Its columns: the entity key, OUTCOME_TIME and `known_at` (both with time zone), LABEL (0 or 1).
    """
    return (
        f"(SELECT {ENTITY_KEY}, {OUTCOME_TIME}, is_tipped::TINYINT AS {LABEL}, ended_at AS known_at"
        f" FROM {_rides()} WHERE by_card)"
    )


def outcomes(known_by: datetime) -> pd.DataFrame:
    """Return the outcomes known by then, by time: entity key, OUTCOME_TIME, LABEL, `known_at`."""
    import duckdb

    query = (
        f"SELECT {ENTITY_KEY}, {OUTCOME_TIME}, {LABEL}, known_at FROM {outcome_rows()}"
        f" WHERE known_at <= $known_by ORDER BY {OUTCOME_TIME}, {ENTITY_KEY}, {LABEL}"
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        frame = connection.sql(query, params={"known_by": known_by}).to_arrow_table().to_pandas()
    for column in (OUTCOME_TIME, "known_at"):
        frame[column] = frame[column].dt.tz_convert("UTC")
    return frame
