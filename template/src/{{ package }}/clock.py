"""The one clock. Code asks it for the time, so that tests and the toy world can set it.

The toy world's time stands in a file beside its data; where that file is absent (real data), the
time is the machine's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from .settings import settings


def clock_file() -> Path:
    """Return the file that holds the toy world's time."""
    return settings().state_dir / "clock"


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    try:
        return datetime.fromisoformat(clock_file().read_text(encoding="ascii"))
    except FileNotFoundError:
        return datetime.now(UTC)


def set_to(time: datetime) -> None:
    """Let `now` return `time` (aware) in every process that shares the state folder.

    Raises:
        ValueError: `time` has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError(f"the clock takes an aware time, not {time!r}")
    file = clock_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(time.astimezone(UTC).isoformat(), encoding="ascii")
    draft.replace(file)
