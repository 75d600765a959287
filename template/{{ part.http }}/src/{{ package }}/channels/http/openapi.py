"""The service's OpenAPI document, written from the schema; a test holds it against real answers."""

from __future__ import annotations

from typing import Any, get_args

from ...declare import ID_LENGTH, ID_LIMITS, LARGEST, entity_type
from ...kind.decision import ANSWERS
from ...ops.paths import PACKAGE
from ...prediction_log.scored import Cause, Variant
from ...problem import schema
from ...problem.schema import AGGREGATES, ENTITY_KEY, FEATURES, RATIOS
from .request import MAX_ROWS

ENTITY_TYPE = entity_type(schema)

_ID = (
    {"type": "integer", "minimum": ID_LIMITS[0], "maximum": ID_LIMITS[1]}
    if ENTITY_TYPE is int
    else {"type": "string", "minLength": 1, "maxLength": ID_LENGTH}
)
_FAULTS = {
    400: "the body is not JSON",
    404: "an entity is unknown",
    413: "the body is too large",
    415: "the body's media type is not application/json",
    422: "the rows are not of this form",
    500: "the service failed; its log tells why",
    503: "features can't be looked up now",
    504: "the request took too long to arrive or to answer",
}


def document() -> dict[str, Any]:
    """Return the document, of OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": PACKAGE, "version": "1"},
        "paths": {
            "/predict": {"post": _predict()},
            "/healthz": _get("healthz", "The process is alive", _json("Health")),
            "/readyz": _get("readyz", "What is served", _json("Readiness"), 503),
            "/metrics": _get("metrics", "Figures for Prometheus", {"text/plain": {}}),
        },
        "components": {"schemas": _schemas()},
    }


def _predict() -> dict[str, Any]:
    traced = {"schema": {"type": "string"}, "description": "comes back when sent; for tracing only"}
    return {
        "operationId": "predict",
        "summary": "Score rows, by their features or by an id to look up",
        "parameters": [{"name": "X-Request-Id", "in": "header", "required": False, **traced}],
        "requestBody": {"required": True, "content": _json("Request")},
        "responses": {
            "200": {
                "description": "an answer for each row, in their order",
                "headers": {"X-Request-Id": traced},
                "content": _json("Response"),
            },
            **{
                str(status): {"description": what, "content": _json("Error")}
                for status, what in _FAULTS.items()
            },
        },
    }


def _get(name: str, summary: str, content: dict[str, Any], *also: int) -> dict[str, Any]:
    answer = {"description": summary, "content": content}
    responses = {str(status): answer for status in (200, *also)}
    return {"get": {"operationId": name, "summary": summary, "responses": responses}}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(schema)}}


def _ref(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _list(schema: str, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": _ref(schema), **more}


def _object(
    required: dict[str, Any], optional: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _schemas() -> dict[str, Any]:
    described = {feature.name: feature.description for feature in (*AGGREGATES, *RATIOS)}
    number = {"type": ["number", "null"], "minimum": -LARGEST, "maximum": LARGEST}
    text, version = {"type": "string"}, {"type": ["integer", "null"], "minimum": 1}
    rows = _list("Row", minItems=1, maxItems=MAX_ROWS)
    entities = _object({"file": text, "as_of": text, "rows": {"type": "integer"}})
    return {
        "Request": {"anyOf": [_ref("Row"), _object({"rows": rows})]},
        "Row": _object(
            {},
            {ENTITY_KEY: _ID, "features": _ref("Features")},
            minProperties=1,
            description=f"Features win over `{ENTITY_KEY}`, which then only decides the variant.",
        ),
        "Features": _object(
            {name: number | {"description": described.get(name, "")} for name in FEATURES},
            description="null is a missing value",
        ),
        "Response": _object({"request_id": text, "predictions": _list("Prediction")}),
        "Prediction": _object(
            {
                "id": text,
                "score": {"type": "number"},
                **ANSWERS,
                "model": text,
                "version": version,
                "variant": {"enum": [*get_args(Variant)]},
                "fallback": {"enum": [None, *get_args(Cause)]},
            },
            description="`fallback` says why the fallback answered; null where the model did",
        ),
        "Error": _object({"error": _object(dict.fromkeys(("code", "message", "where"), text))}),
        "Health": _object({"status": {"const": "alive"}}),
        "Readiness": _object(
            {
                "status": {"enum": ["ready", "starting"]},
                "champion": version,
                "challenger": version,
                "fallback": {"enum": [None, "missing", "corrupt"]},
                "entities": {"anyOf": [{"type": "null"}, entities]},
            }
        ),
    }
