"""The demo's own environment: a state folder and a Prefect server apart from yours."""

from __future__ import annotations

import os

from ..paths import ROOT
from ..processes import HOST, free_port

STATE = ROOT / "var" / "demo"
REPORTS = ROOT / "reports"


def environment() -> dict[str, str]:
    """Return the environment in which the demo's processes run."""
    return {
        **os.environ,
        "APP_STATE_DIR": str(STATE),
        "APP_SYNC_SECONDS": "0.5",
        "APP_LOG_LEVEL": "WARNING",
        "PREFECT_HOME": str(STATE / "prefect"),
        "PREFECT_API_URL": f"http://{HOST}:{free_port()}/api",
    }
