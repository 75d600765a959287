"""The HTTP application: routes, request ids, and what a client is told when something is wrong."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...ops.clock import now
from ...ops.log import get
from ...ops.paths import PACKAGE
from ...prediction_log.schema import Entry
from ...prediction_log.writer import PredictionLog
from . import metrics
from .openapi import document
from .predict import predict
from .request import MAX_BYTES, RequestError, parse, resolve
from .watcher import Watcher

REQUEST_ID = "X-Request-Id"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_CODES = {404: "not_found", 405: "method_not_allowed"}


def build_app(watcher: Watcher, prediction_log: PredictionLog) -> Starlette:
    """Return the application that answers with what `watcher` found, and logs it."""
    endpoints = Endpoints(watcher, prediction_log)
    return Starlette(
        routes=[
            Route("/predict", endpoints.predict, methods=["POST"]),
            Route("/healthz", endpoints.healthz, methods=["GET"]),
            Route("/readyz", endpoints.readyz, methods=["GET"]),
            Route("/metrics", endpoints.metrics, methods=["GET"]),
            Route("/openapi.json", endpoints.openapi, methods=["GET"]),
            # In place of BentoML's start page, which loads a tracker, and its list of probes.
            Route("/", endpoints.index, methods=["GET"]),
            Route("/docs.json", endpoints.openapi, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_error},
    )


class Endpoints:
    """What each route answers."""

    def __init__(self, watcher: Watcher, prediction_log: PredictionLog) -> None:
        self._watcher, self._prediction_log = watcher, prediction_log
        self._openapi = document()

    async def predict(self, request: Request) -> Response:
        """Score the rows of the body; every answer is JSON, errors too."""
        began = arrival_of(request.scope)
        request_id = request_id_of(request.scope)
        try:
            response = await self._predict(request, request_id, began)
        except RequestError as error:
            response = _refusal(error)
        except ClientDisconnect:
            response = _refusal(RequestError(400, "disconnected", "the client went away", "body"))
        except Exception:
            trace_id = trace_id_of(request.scope)
            get("serving").exception("request_failed", request_id=request_id, trace_id=trace_id)
            message = f"the service failed; its log has {request_id}"
            response = _refusal(RequestError(500, "internal", message, "service"))
        metrics.REQUESTS.labels(response.status_code).inc()
        metrics.SECONDS.observe(time.perf_counter() - began)
        return response

    async def _predict(self, request: Request, request_id: str, began: float) -> Response:
        rows = parse(await _body(request))
        lineup = self._watcher.lineup
        features = resolve(rows, lineup.entities)
        scored = await predict(lineup, features, [row.entity or request_id for row in rows])
        # The answer is made before its time is taken: the SLA is that of the whole request.
        response = _json({"request_id": request_id, "predictions": scored.answers(PACKAGE)})
        entry = Entry(
            request_id=request_id,
            time=now(),
            channel="real-time",
            model=PACKAGE,
            entities=[row.entity for row in rows],
            features=features,
            answers=scored,
            latency_ms=(time.perf_counter() - began) * 1000,
            pair=lineup.pair,
            trace_id=trace_id_of(request.scope),
        )
        self._prediction_log.put(entry)
        return response

    async def healthz(self, request: Request) -> Response:
        """Tell that the process is alive."""
        return _json({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Tell what is served; 503 before the pointer was first looked at."""
        ready = self._watcher.ready
        status = {"status": "ready" if ready else "starting"}
        return _json(status | self._watcher.lineup.describe(), 200 if ready else 503)

    async def metrics(self, request: Request) -> Response:
        """Return the figures of all worker processes."""
        content, media_type = metrics.exposition()
        return Response(content, media_type=media_type)

    async def index(self, request: Request) -> Response:
        """Lead to the OpenAPI document."""
        return RedirectResponse("/openapi.json")

    async def openapi(self, request: Request) -> Response:
        """Return the OpenAPI document."""
        return _json(self._openapi)


class Front:
    """Before all routes: gives requests a time and an id, and our probes precedence over BentoML's.

    BentoML puts its own `/healthz` and `/readyz` before a mounted application; they don't say what
    is served. Its `/livez` stays.
    """

    def __init__(self, app: ASGIApp, own: ASGIApp) -> None:
        self._app, self._own = app, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; back comes with the answer what the client calls it, or our id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrival_of(scope)
        raw = (trace_id_of(scope) or request_id_of(scope)).encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (REQUEST_ID.lower().encode(), raw)]
            await send(message)

        app = self._own if scope["path"] in ("/healthz", "/readyz") else self._app
        await app(scope, receive, send_with_id)


def arrival_of(scope: Scope) -> float:
    """Return when the request came here first, by the clock of `time.perf_counter`."""
    return scope.setdefault("state", {}).setdefault("arrival", time.perf_counter())


def request_id_of(scope: Scope) -> str:
    """Return our own id of the request, the same on each call.

    A client may send one id with all its requests: rows are grouped and split by this one alone.
    """
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = uuid4().hex
    return state["request_id"]


def trace_id_of(scope: Scope) -> str | None:
    """Return the id that the client sent, to find its request by; None if that is not sane."""
    sent = dict(scope["headers"]).get(REQUEST_ID.lower().encode(), b"").decode("latin-1")
    return sent if _SANE_ID.fullmatch(sent) else None


async def _body(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "application/json").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        message = f"send application/json, not {media_type}"
        raise RequestError(415, "unsupported_media_type", message, "headers.content-type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise RequestError(413, "too_large", f"at most {MAX_BYTES} bytes are read", "body")
    return bytes(body)


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    return Response(_encode(content), status, media_type="application/json")


def _refusal(error: RequestError) -> Response:
    fault = {"code": error.code, "message": str(error), "where": error.where}
    return _json({"error": fault}, error.status)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status, where = error.status_code, f"{request.method} {request.url.path}"
    fault = RequestError(status, _CODES.get(status, "refused"), error.detail, where)
    response = _refusal(fault)
    response.headers.update(error.headers or {})
    return response
