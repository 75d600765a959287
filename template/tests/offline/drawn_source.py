"""Where the tests' data come from, wherever `problem/source.py` points: tables in the state folder.

What stands in for the source reads `data/events`, `data/entities` and `data/outcomes` there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import Any


def functions(source: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return what stands in for the functions of the project's source, by their names."""
    package = source.__name__.removesuffix(".problem.source")

    def table(name: str) -> str:
        folder = import_module(f"{package}.settings").settings().state_dir / "data" / name
        if not any(folder.glob("*.parquet")):
            raise source.SourceError(f"no data in {folder}")
        return f"read_parquet('{folder}/*.parquet')"

    def outcomes(known_by: datetime) -> Any:
        import duckdb

        schema = import_module(f"{package}.problem.schema")
        time, key, label = schema.OUTCOME_TIME, schema.ENTITY_KEY, schema.LABEL
        query = (
            f"SELECT {key}, {time}, {label}, known_at FROM {table('outcomes')}"
            f" WHERE known_at <= $known_by ORDER BY {time}, {key}, {label}"
        )
        with duckdb.connect(config={"threads": 1}) as connection:
            found = connection.sql(query, params={"known_by": known_by}).to_arrow_table()
        frame = found.to_pandas()
        for column in (time, "known_at"):
            frame[column] = frame[column].dt.tz_convert("UTC")
        return frame

    return {
        "events": lambda: table("events"),
        "entities": lambda: table("entities"),
        "outcome_rows": lambda: table("outcomes"),
        "outcomes": outcomes,
    }
