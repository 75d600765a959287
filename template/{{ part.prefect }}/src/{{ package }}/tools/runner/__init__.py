"""What starts, retries and records pipelines: Prefect."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ...ops.paths import ROOT
from ..pages import Page, at

# Read by Prefect when it is imported, so before it is; a value that is set wins.
for _name, _value in {
    "PREFECT_HOME": str(ROOT / "var" / "prefect"),
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Where no server is named, one starts with the run; a busy machine needs over 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}.items():
    os.environ.setdefault(_name, _value)


def page(state: Path) -> Page:
    """Return Prefect's page of the runs that are kept in Prefect's home."""
    home = Path(os.environ["PREFECT_HOME"])

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "prefect", "server", "start", *at(port)]

    return Page("Prefect", home / "prefect.db", 4200, command, "/api/health")
