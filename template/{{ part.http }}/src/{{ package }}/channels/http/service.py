"""The BentoML service: worker processes around the HTTP application.

BentoML's own API methods rebuild a schema for each answer and coerce what should be refused, so the
application is mounted instead. BentoML's tracing, access log and metrics cost more than a
prediction and are off; `/metrics` is ours.
"""

from __future__ import annotations

import bentoml

from ...ops.paths import PACKAGE
from ...settings import settings
from .app import Front, build_app
from .runtime import Runtime

runtime = Runtime()
app = build_app(runtime)


@bentoml.service(
    name=PACKAGE,
    workers=settings().workers,
    # For clients that are slow to send. BentoML keeps the timer of each request until it runs out,
    # also of those long answered, so it must run out soon.
    traffic={"timeout": 5},
    logging={"access": {"enabled": False}},
    metrics={"enabled": False},
    tracing={"excluded_urls": ".*"},
)
@bentoml.asgi_app(app)
class Service:
    """Scores rows by their features, or by an id to look up."""

    @bentoml.on_startup
    def start(self) -> None:
        """Load what is served before the first request."""
        runtime.start()

    @bentoml.on_shutdown
    def stop(self) -> None:
        """Leave no record unwritten."""
        runtime.stop()

    def __is_ready__(self) -> bool:
        """Tell BentoML what `/readyz` tells the world."""
        return runtime.ready


# BentoML's annotation asks for what the class makes, and means the class.
Service.add_asgi_middleware(Front, own=app)  # ty: ignore[invalid-argument-type]
