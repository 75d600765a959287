"""What a `problem/` of an earlier release lacks, supplied in one place.

`problem/` is copied once and no update touches it, so it has the shape that the project was born
with. Whatever a later release added to that shape is asked for here, never there.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from .problem import schema

ENTITY_TYPE: type[int] | type[str] = getattr(schema, "ENTITY_TYPE", int)
"""The type of an entity's key. Before v0.2.0 it was always a whole number."""


def lag_days(aggregate: schema.Aggregate) -> int:
    """Return how many days before its snapshot an aggregate's window ends; without lags, none."""
    return getattr(aggregate, "lag_days", 0)


def outcome_rows(source: ModuleType) -> Callable[[], str] | None:
    """Return what gives all outcomes of `problem/source.py` to DuckDB; before v0.2.0, nothing.

    The source is given, not imported: it may import whatever reads the team's data, and the service
    needs none of that.
    """
    return getattr(source, "outcome_rows", None)
