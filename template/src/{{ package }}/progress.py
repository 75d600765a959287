"""Progress of long work: steps, and of some their parts, shown or told to whoever listens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]


def _show(step: str, done: int, total: int) -> None:
    if not total:
        print(step, file=sys.stderr, flush=True)
    elif sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r\033[K{step} {done}/{total}", end=end, file=sys.stderr, flush=True)
    elif done in (1, total):
        print(f"{step} {done}/{total}", file=sys.stderr, flush=True)


_listener: Listener = _show


def begin(step: str) -> None:
    """Tell that `step` begins, which has no parts to count."""
    _listener(step, 0, 0)


def report(step: str, done: int, total: int) -> None:
    """Tell that `done` of `total` parts of `step` are done."""
    _listener(step, done, total)


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Send what is reported to `listener` instead of the terminal."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
