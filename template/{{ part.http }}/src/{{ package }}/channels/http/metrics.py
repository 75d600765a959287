"""What Prometheus is told. The worker processes' values are added up where they are read."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from pydantic import ConfigDict

from ...design import Section, section


class Sla(Section):
    """In how many milliseconds a whole request is answered by design, from arrival to answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    latency_p50_ms: float
    latency_p99_ms: float


_SLA = section("monitoring", Sla).latency_p99_ms / 1000
_LIMITS = {_SLA, 2 * _SLA}

REQUESTS = Counter("serving_requests", "Answered requests to /predict", ["status"])
ROWS = Counter("serving_rows", "Scored rows", ["version", "variant", "fallback"])
SECONDS = Histogram(
    "serving_request_seconds",
    "From a request's arrival to its answer",
    # With the SLA among them, so that no alarm has to guess between two of them, and one above it:
    # what exceeds the largest is told as if it were that.
    buckets=sorted({0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0} | _LIMITS),
)
MODEL_VERSION = Gauge(
    "serving_model_version",
    "Version that is served, 0 where there is none",
    ["slot"],
    # A worker that was killed leaves its value behind; the living ones set theirs at each poll.
    multiprocess_mode="mostrecent",
)
SWAPS = Counter("serving_swaps", "Times that another model or entity table took over", ["slot"])
REJECTIONS = Counter(
    "serving_rejections", "Artifacts and tables that were refused", ["slot", "cause"]
)
LOG_DROPPED = Counter("serving_log_dropped_rows", "Rows missing from the prediction log")


def exposition() -> tuple[bytes, str]:
    """Return the values of all worker processes in Prometheus's text form, and its media type."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST
