"""Where the data come from: yours to point at a warehouse, a lake or files.

The rest of the package asks for three things: the events, the entities and the outcomes, each as
something that DuckDB can scan, and of the outcomes also those that are known by a time.
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


def events() -> str:
    """Return the events as a DuckDB table expression.

    Its columns: the entity key, `event` (kind), `event_time` (with time zone), and what the
    schema's aggregates sum: `amount` (or null).
    """
    return f"read_parquet('{_files('events')}')"


def entities() -> str:
    """Return the entities as a DuckDB table expression with the entity key."""
    return f"read_parquet('{_files('customers')}')"


def outcome_rows() -> str:
    """Return all outcomes, also those not known yet, as a DuckDB table expression.

    Its columns: the entity key, OUTCOME_TIME and `known_at` (both with time zone), LABEL (0 or 1).
    """
    return f"read_parquet('{_files('outcomes')}')"


def outcomes(known_by: datetime) -> pd.DataFrame:
    """Return the outcomes known by then, by time: entity key, OUTCOME_TIME, LABEL, `known_at`.

    Raises:
        SourceError: there are no outcomes, or their columns are not these.
    """
    import duckdb

    columns = [ENTITY_KEY, OUTCOME_TIME, LABEL, "known_at"]
    query = (
        f"SELECT {', '.join(columns)} FROM {outcome_rows()} "
        f"WHERE known_at <= $known_by ORDER BY {OUTCOME_TIME}, {ENTITY_KEY}, {LABEL}"
    )
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            table = connection.sql(query, params={"known_by": known_by}).to_arrow_table()
    except duckdb.BinderException as error:
        raise SourceError(f"the outcomes in {data_dir()} must have {columns}: {error}") from error
    frame = table.to_pandas()
    for column in (OUTCOME_TIME, "known_at"):
        frame[column] = frame[column].dt.tz_convert("UTC")
    return frame


def _files(table: str) -> str:
    folder = data_dir() / table
    if not any(folder.glob("*.parquet")):
        raise SourceError(
            f"no data in {folder}: point problem/source.py at yours, as README.md says"
        )
    return f"{folder}/*.parquet".replace("'", "''")
