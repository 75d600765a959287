"""The type of an entity's key, as `problem/schema.py` declares it."""

from __future__ import annotations

from .problem import schema

# A problem that was written before the key could be a string declares no type.
ENTITY_TYPE: type[int] | type[str] = getattr(schema, "ENTITY_TYPE", int)
