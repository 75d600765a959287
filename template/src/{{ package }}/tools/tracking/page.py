"""MLflow's page of runs and models."""

from __future__ import annotations

import sys
from pathlib import Path

from ..pages import Page, at
from .address import address

QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""It doesn't call home, and starts no workers for jobs that nobody sends."""


def page(state: Path) -> Page:
    """Return the page of the records below `state`, or of the server that has them."""
    database = state / "mlflow" / "mlflow.db"

    def command(port: int) -> list[str]:
        stores = ["--backend-store-uri", f"sqlite:///{database}"]
        stores += ["--default-artifact-root", str(database.with_name("artifacts"))]
        return [sys.executable, "-m", "mlflow", "ui", *at(port), "--workers", "1", *stores]

    return Page("MLflow", database, 5000, command, "/health", QUIET, elsewhere=address())
