"""Progress of long work: steps, and of some their parts, shown or told to whoever listens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from time import monotonic

Listener = Callable[[str, int, int], None]
TICK = 1.0
"""Seconds between two looks at the clock, on a terminal."""


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


@contextmanager
def counting() -> Generator[None]:
    """On a terminal, count the seconds of each step that begins in the block, until the next one.

    The end of the block ends the last of them, also where it is left by an exception.
    """
    if not sys.stderr.isatty():
        yield
        return
    with ExitStack() as under_way:

        def show(step: str, done: int, total: int) -> None:
            under_way.close()
            if total:
                _show(step, done, total)
            else:
                under_way.enter_context(_counted(step))

        with listening(show):
            yield


@contextmanager
def _counted(step: str) -> Generator[None]:
    """Show a line for a step, with its seconds, which count until the block ends."""
    begun, ended = monotonic(), Event()

    def write(end: str) -> None:
        line = f"\r\033[K{step} {monotonic() - begun:.0f} s"
        print(line, end=end, file=sys.stderr, flush=True)

    def count() -> None:
        while not ended.wait(TICK):
            write("\r")  # so that what a tool logs meanwhile begins at the line's begin

    counter = Thread(target=count, daemon=True)
    write("\r")
    counter.start()
    try:
        yield
    finally:
        ended.set()
        counter.join()
        write("\n")
