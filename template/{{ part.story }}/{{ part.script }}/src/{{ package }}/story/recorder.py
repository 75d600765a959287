"""What keeps the story's runs: files of its state folder, so there is nothing to start."""

from __future__ import annotations

from pathlib import Path

from ..ops.processes import Server

NAMES = ()
"""What is started for the story."""
TOOLS = ()
"""The packages that run the pipelines."""


def environment(state: Path) -> dict[str, str]:
    """Return what is set for the story's processes: nothing."""
    return {}


def started() -> list[Server]:
    """Start nothing."""
    return []
