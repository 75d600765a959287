"""A story from nothing, in an environment of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ..errors import UserError
from ..ops import log
from ..ops.processes import ServerError, end, interruptible
from ..settings import settings
from ..tools.tracking import LOCAL
from . import recorder
from .history import History
from .timeline import Timeline


def environment(state: Path) -> dict[str, str]:
    """Return the environment of a story's processes, with `state` as their state folder."""
    return {
        **os.environ,
        "APP_STATE_DIR": str(state.absolute()),
        "APP_AS_OF": "null",
        "APP_TRACKING_URI": LOCAL,
        "APP_SYNC_SECONDS": "0.25",
        "APP_LOG_LEVEL": "WARNING",
        **recorder.environment(state),
    }


class NoStateOfItsOwn(UserError):
    """The story would remove a state folder that isn't its own."""


def run(name: str, history: Callable[[], History], seed: int, reports: Path) -> None:
    """Live through the story from nothing, whatever an earlier one left; exit if it can't be.

    Args:
        name: of the `make` target that tells it, and of its state folder.
        history: makes what it is told of; called while the first server starts.
        seed: of all training.
        reports: the folder of its page, removed first.
    """
    log.configure()
    with interruptible():
        try:
            clear(name, reports)
            page = live(history, seed, reports)
        except (UserError, ServerError) as error:
            sys.exit(f"{error}")
        except KeyboardInterrupt:
            sys.exit(f"interrupted; every process of the {name} was ended")
    print(f"The story: {page}")


def clear(name: str, reports: Path) -> None:
    """Remove what an earlier story left.

    Raises:
        NoStateOfItsOwn: the state folder isn't one that was named for this story alone.
    """
    state = settings().state_dir
    if "APP_STATE_DIR" not in os.environ or state.name != name:
        raise NoStateOfItsOwn(
            f"{state} would be removed first: start the {name} with `make {name}`, which gives it a"
            " state folder of its own"
        )
    for folder in (state, reports):
        if folder.exists():
            shutil.rmtree(folder)


def live(history: Callable[[], History], seed: int, reports: Path) -> Path:
    """Start what takes longest to start, then live through the story; return its page."""
    timeline = Timeline()
    with ExitStack() as stack:
        with timeline.step("Loading the tools"):
            servers = recorder.started()
            stack.callback(end, servers)
            from .story import Story

            told_of = history()
        return Story(told_of, seed, timeline).live(reports, servers)
