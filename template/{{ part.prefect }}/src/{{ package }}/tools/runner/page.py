"""Prefect's page of the runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..pages import Page, at


def page(state: Path) -> Page:
    """Return the page of the runs that are kept in Prefect's home."""
    home = Path(os.environ["PREFECT_HOME"])

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "prefect", "server", "start", *at(port)]

    return Page("Prefect", home / "prefect.db", 4200, command, "/api/health")
