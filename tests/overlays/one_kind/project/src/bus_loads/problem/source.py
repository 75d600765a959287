"""Where the data come from: one CSV file of the buses that came, in local time."""

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


def _buses() -> str:
    path = data_dir() / "buses.csv"
    if not path.exists():
        raise SourceError(f"no data in {path}: put the table of buses there")
    file = str(path).replace("'", "''")
    return f"""(
        SELECT
            stop || ' ' || line AS {ENTITY_KEY},
            due::TIMESTAMP AT TIME ZONE 'Europe/Madrid' AS {OUTCOME_TIME},
            gone::TIMESTAMP AT TIME ZONE 'Europe/Madrid' AS gone_at,
            boarded::DOUBLE AS boarded,
            left_behind::DOUBLE AS left_behind
        FROM read_csv('{file}', all_varchar = true)
    )"""


def events() -> str:
    """Return the events as a DuckDB table expression."""
    columns = f"{ENTITY_KEY}, 'bus' AS event, gone_at AS event_time, boarded, left_behind"
    return f"(SELECT {columns} FROM {_buses()})"


def entities() -> str:
    """Return the entities as a DuckDB table expression with the entity key."""
    return f"(SELECT DISTINCT {ENTITY_KEY} FROM {_buses()})"


def outcome_rows() -> str:
    """Return all outcomes, also those not known yet, as a DuckDB table expression."""
    columns = f"{ENTITY_KEY}, {OUTCOME_TIME}, boarded AS {LABEL}, gone_at AS known_at"
    return f"(SELECT {columns} FROM {_buses()})"


def outcomes(known_by: datetime) -> pd.DataFrame:
    """Return the outcomes known by then, by time: entity key, OUTCOME_TIME, LABEL, `known_at`."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        known = connection.sql(
            f"SELECT * FROM {outcome_rows()} WHERE known_at <= $known_by"
            f" ORDER BY {OUTCOME_TIME}, {ENTITY_KEY}, {LABEL}",
            params={"known_by": known_by},
        )
        frame = known.to_arrow_table().to_pandas()
    for column in (OUTCOME_TIME, "known_at"):
        frame[column] = frame[column].dt.tz_convert("UTC")
    return frame
