"""Progress of long work: steps, and of some their parts, shown or told to whoever listens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

Listener = Callable[[str, int, int], None]
TICK = 1.0
"""Seconds between two looks at the clock, on a terminal."""


class _Counter:
    """The line of the step that is under way, with its seconds, until it ends."""

    def __init__(self, step: str) -> None:
        self._step, self._begun, self._ended = step, monotonic(), Event()
        self._thread = Thread(target=self._count, daemon=True)
        self._write("\r")
        self._thread.start()

    def end(self) -> None:
        """Leave the line with the seconds that the step took."""
        self._ended.set()
        self._thread.join()
        self._write("\n")

    def _count(self) -> None:
        while not self._ended.wait(TICK):
            self._write("\r")  # so that what a tool logs meanwhile begins at the line's begin

    def _write(self, end: str) -> None:
        seconds = f"{monotonic() - self._begun:.0f} s"
        print(f"\r\033[K{self._step} {seconds}", end=end, file=sys.stderr, flush=True)


_counts = False
_counter: _Counter | None = None


def _end_counter() -> None:
    global _counter
    counter, _counter = _counter, None
    if counter is not None:
        counter.end()


def _show(step: str, done: int, total: int) -> None:
    global _counter
    _end_counter()
    if not total and _counts and sys.stderr.isatty():
        _counter = _Counter(step)
    elif not total:
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
def counting() -> Generator[None]:
    """On a terminal, count the seconds of each step that begins in the block, until the next one.

    The end of the block ends the last of them, also where it is left by an exception.
    """
    global _counts
    _counts = True
    try:
        yield
    finally:
        _counts = False
        _end_counter()


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Send what is reported to `listener` instead of the terminal."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
