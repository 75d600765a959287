"""What records runs here needs no server."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def recording() -> Generator[None]:
    """Let runs of this process be recorded, in the state folder."""
    yield


@contextmanager
def serving_records(folder: Path) -> Generator[dict[str, str]]:
    """Give the environment that other processes need to be recorded: none."""
    yield {}
