"""Locks between processes. The kernel releases them when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..errors import UserError
from ..settings import settings


class Busy(UserError):
    """Another process does what only one may do at a time; the message says which."""


@contextmanager
def waiting(file: Path) -> Generator[None]:
    """Hold the lock `file`, after whoever holds it; its folder is made when it is absent.

    A holder that asks again waits for itself, for ever.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def alone(what: str) -> Generator[None]:
    """Do `what` in this process only, of all that share the state folder.

    Raises:
        Busy: another one does it.
    """
    file = _file(what)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read() or "a process that has just begun"
            raise Busy(
                f"{what} runs already in {file.parent}: {holder}. Wait for it, or end it"
            ) from None
        lock.truncate(0)
        # The machine's time, not the clock's: the holder is a process of this machine.
        lock.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        yield


def require_free(what: str) -> None:
    """Refuse at once what `alone` would refuse later; nothing is made in a state folder.

    Raises:
        Busy: another process does it.
    """
    if _file(what).exists():
        with alone(what):
            pass


def _file(what: str) -> Path:
    return settings().state_dir / f"{what}.lock"
