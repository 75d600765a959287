"""The one clock. Code asks it for the time, so that it can be set.

A time that was set stands in a file of the state folder, and stands still. Where that file is
absent, the time is the machine's, unless the setting `as_of` holds it: at the end of data that are
history.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ..errors import UserError
from ..settings import settings


class ClockHeldError(UserError):
    """The setting `as_of` holds the time, so nothing else can set it."""


class ClockError(UserError):
    """The file of the time that was set holds none."""


def clock_file() -> Path:
    """Return the file that holds the time that was set."""
    return settings().state_dir / "clock"


def now() -> datetime:
    """Return the current time, aware, in UTC.

    Raises:
        ClockError: the file holds no time.
    """
    held = settings().as_of
    if held is not None:
        return held.astimezone(UTC)
    try:
        time = datetime.fromisoformat(clock_file().read_text(encoding="ascii"))
    except FileNotFoundError:
        return datetime.now(UTC)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ClockError(
            f"{clock_file()} must hold a time with its zone, as 2026-02-09T00:00:00+00:00; "
            "without the file the machine's time counts"
        )
    return time


def is_machines() -> bool:
    """Say whether `now` is the machine's time; if it is not, the data may go on after it."""
    return settings().as_of is None and not clock_file().exists()


def set_to(time: datetime) -> None:
    """Let `now` return `time` (aware) in every process that shares the state folder.

    Raises:
        ValueError: `time` has no time zone.
        ClockHeldError: the setting `as_of` holds the time.
    """
    held = settings().as_of
    if held is not None:
        raise ClockHeldError(
            f"as_of holds the time at {held.isoformat()}, so it can't be set to {time.isoformat()}:"
            " take as_of out of config/settings.yml, .env and APP_AS_OF first"
        )
    if time.tzinfo is None:
        raise ValueError(f"the clock takes an aware time, not {time!r}")
    file = clock_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(time.astimezone(UTC).isoformat(), encoding="ascii")
    draft.replace(file)
