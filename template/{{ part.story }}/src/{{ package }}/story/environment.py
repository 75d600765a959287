"""A story's own environment: a state folder and a Prefect server apart from yours."""

from __future__ import annotations

import os
from pathlib import Path

from ..ops.processes import HOST, free_port
from ..tools.tracking.address import LOCAL


def environment(state: Path) -> dict[str, str]:
    """Return the environment of a story's processes, with `state` as their state folder."""
    return {
        **os.environ,
        "APP_STATE_DIR": str(state.absolute()),
        "APP_AS_OF": "null",
        "APP_TRACKING_URI": LOCAL,
        "APP_SYNC_SECONDS": "0.25",
        "APP_LOG_LEVEL": "WARNING",
        "PREFECT_HOME": str(state.absolute() / "prefect"),
        "PREFECT_API_URL": f"http://{HOST}:{free_port()}/api",
    }
