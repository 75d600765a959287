"""Requests: read strictly, so that a wrong row is named instead of guessed at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from ...artifact import InputError
from ...artifact.scorer import encode
from ...declare import ID_LENGTH, ID_LIMITS, ID_SAID, entity_type
from ...problem import schema
from ...problem.schema import ENTITY_KEY, FEATURES
from .entities import EntitiesError, EntityTable, UnknownEntityError

ENTITY_TYPE = entity_type(schema)

MAX_ROWS = 1000
MAX_BYTES = 2**21
"""Of a body: ample for the most rows with every digit of a double."""
_ID = re.compile(f"[^\ud800-\udfff]{{1,{ID_LENGTH}}}")  # JSON admits halves of characters


class RequestError(Exception):
    """A request that can't be answered, as the client is told.

    Attributes:
        status: of HTTP.
        code: stable name of the fault, for programs.
        where: the part of the request that is at fault, such as `rows[3].features`.
    """

    def __init__(self, status: int, code: str, message: str, where: str) -> None:
        super().__init__(message)
        self.status, self.code, self.where = status, code, where


@dataclass(frozen=True)
class Row:
    """One row to score: `features` as they came, or None to look `entity` up; `where` it stands."""

    entity: str | None
    features: Mapping[str, Any] | None
    where: str

    def part(self, name: str) -> str:
        """Return where the row's part `name` stands."""
        return f"{self.where}.{name}" if self.where else name


def parse(body: bytes) -> list[Row]:
    """Return the rows of a request body: `{"rows": [row, ...]}`, or one row alone.

    Raises:
        RequestError: 400 where it is not JSON, 422 where it is not of this form.
    """
    data = _load(body)
    if not isinstance(data, dict):
        raise RequestError(422, "invalid_body", "the body must be an object", "body")
    if "rows" not in data:
        return [_row(data, "")]
    _refuse_unknown(data, ("rows",), "body")
    rows = data["rows"]
    if not isinstance(rows, list) or not rows:
        raise RequestError(422, "invalid_rows", "rows must be a list of at least one row", "rows")
    if len(rows) > MAX_ROWS:
        message = f"{len(rows)} rows are too many; send at most {MAX_ROWS} at a time"
        raise RequestError(422, "too_many_rows", message, "rows")
    return [_row(row, f"rows[{index}]") for index, row in enumerate(rows)]


def resolve(rows: Sequence[Row], entities: EntityTable | None) -> np.ndarray:
    """Return the features of `rows`, float32 [n, k] in schema order, NaN where missing.

    Raises:
        RequestError: 422 for features that don't fit, 404 for an unknown entity, 503 where entities
            can't be looked up.
    """
    matrix = np.empty((len(rows), len(FEATURES)), dtype=np.float32)
    given = [index for index, row in enumerate(rows) if row.features is not None]
    named = [index for index, row in enumerate(rows) if row.features is None]
    if given:
        matrix[given] = _encode([rows[index] for index in given])
    if named:
        matrix[named] = _look_up([rows[index] for index in named], entities)
    return matrix


def _encode(rows: Sequence[Row]) -> np.ndarray:
    try:
        return encode([row.features or {} for row in rows], FEATURES)
    except InputError as error:
        if len(rows) > 1:  # by itself a row that is wrong can be named
            return np.concatenate([_encode([row]) for row in rows])
        message = str(error).removeprefix("row 0: ")
        raise RequestError(422, "invalid_features", message, rows[0].part("features")) from None


def _look_up(rows: Sequence[Row], entities: EntityTable | None) -> np.ndarray:
    if entities is None:
        message = f"no current features are kept by {ENTITY_KEY}; send the features"
        raise RequestError(503, "entities_unavailable", message, rows[0].part(ENTITY_KEY))
    try:
        return entities.look_up([row.entity or "" for row in rows])
    except UnknownEntityError as error:
        where = rows[error.index].part(ENTITY_KEY)
        raise RequestError(404, "unknown_entity", f"{ENTITY_KEY} {error}", where) from None
    except EntitiesError:
        message = f"features can't be looked up by {ENTITY_KEY} now; send the features"
        where = rows[0].part(ENTITY_KEY)
        raise RequestError(503, "entities_unavailable", message, where) from None


def _row(data: object, where: str) -> Row:
    if not isinstance(data, dict):
        raise RequestError(422, "invalid_row", "a row must be an object", where)
    row = Row(None, None, where)
    _refuse_unknown(data, (ENTITY_KEY, "features"), where or "body")
    if not data:
        message = f"a row must have `{ENTITY_KEY}`, `features` or both"
        raise RequestError(422, "invalid_row", message, where or "body")
    entity, features = data.get(ENTITY_KEY), data.get("features")
    wrong = _wrong_id(entity) if ENTITY_KEY in data else None
    if wrong:
        message = f"{ENTITY_KEY} {wrong}"
        raise RequestError(422, "invalid_entity", message, row.part(ENTITY_KEY))
    if "features" in data and not isinstance(features, dict):
        message = "features must be an object: name -> number or null"
        raise RequestError(422, "invalid_features", message, row.part("features"))
    return Row(None if entity is None else str(entity), features, where)


def _wrong_id(entity: object) -> str | None:
    if ENTITY_TYPE is int:
        sound = type(entity) is int and ID_LIMITS[0] <= entity <= ID_LIMITS[1]
    else:
        sound = isinstance(entity, str) and _ID.fullmatch(entity)
    return None if sound else f"must be {ID_SAID[ENTITY_TYPE]}"


def _refuse_unknown(data: Mapping[str, object], known: Sequence[str], where: str) -> None:
    unknown = sorted(set(data) - set(known))
    if unknown:
        message = f"unknown: {', '.join(map(repr, unknown))}; known: {', '.join(known)}"
        raise RequestError(422, "unknown_field", message, where)


def _load(body: bytes) -> object:
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"the body is not JSON: {str(error) or type(error).__name__}"
        raise RequestError(400, "malformed_json", message, "body") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON; send null for a missing value")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
