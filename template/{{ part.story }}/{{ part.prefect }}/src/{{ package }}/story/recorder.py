"""What keeps the story's runs: a Prefect server of its own, apart from yours."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from ..ops.processes import HOST, Server, free_port, start
from ..settings import settings

NAMES = ("a Prefect server",)
"""What is started for the story."""
TOOLS = ("prefect",)
"""The packages that run the pipelines."""


def environment(state: Path) -> dict[str, str]:
    """Return what is set for the story's processes, with `state` as their state folder."""
    return {
        "PREFECT_HOME": str(state.absolute() / "prefect"),
        "PREFECT_API_URL": f"http://{HOST}:{free_port()}/api",
    }


def started() -> list[Server]:
    """Start the server at the address that the environment names."""
    address = urlsplit(os.environ["PREFECT_API_URL"])
    where = ["--host", str(address.hostname), "--port", str(address.port)]
    server = start(
        "Prefect",
        [sys.executable, "-m", "prefect", "server", "start", "--no-ui", *where],
        address.port or 0,
        settings().state_dir / "logs" / "prefect.log",
        "/api/health",
    )
    return [server]
