"""Prefect's page of flow runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..pages import Page, at


def page(state: Path) -> Page:
    """Return the page of the flow runs that are kept below `state`, or where PREFECT_HOME says."""
    home = Path(os.environ.get("PREFECT_HOME", state / "prefect"))

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "prefect", "server", "start", *at(port)]

    environment = {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    return Page("Prefect", home / "prefect.db", 4200, command, "/api/health", environment)
