"""The BentoML service: worker processes around the HTTP application.

BentoML's own API methods rebuild a schema for each answer and coerce what should be refused, so the
application is mounted instead. BentoML's tracing, access log and metrics cost more than a
prediction and are off; `/metrics` is ours.
"""

from __future__ import annotations

import gc

import bentoml

from ...ops import log
from ...ops.paths import PACKAGE
from ...prediction_log.schema import log_folder
from ...prediction_log.writer import PredictionLog
from ...settings import settings
from . import metrics
from .app import Front, build_app
from .watcher import Watcher

watcher = Watcher(settings().state_dir / "serving")
prediction_log = PredictionLog(log_folder(), metrics.LOG_DROPPED.inc)
app = build_app(watcher, prediction_log)


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
        """Load what the pointer names before the first request, or stand by with the fallback."""
        log.configure()
        prediction_log.start()
        watcher.start(settings().sync_seconds)
        # What lives now lives on; going through it again and again would cost pauses of 50 ms.
        gc.collect()
        gc.freeze()

    @bentoml.on_shutdown
    def stop(self) -> None:
        """Leave no record unwritten."""
        watcher.stop()
        prediction_log.close()

    def __is_ready__(self) -> bool:
        """Tell BentoML what `/readyz` tells the world."""
        return watcher.ready


# BentoML's annotation asks for what the class makes, and means the class.
Service.add_asgi_middleware(Front, own=app)  # ty: ignore[invalid-argument-type]
