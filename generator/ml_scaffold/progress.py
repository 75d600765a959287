"""Show on stderr what is being done, and for how long already."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

TICK = 0.2
"""Seconds between two looks at the clock, on a terminal."""


@contextmanager
def step(what: str) -> Generator[None]:
    """Say `what` is being done while the block runs, and how long it took at its end.

    On a terminal one line counts the seconds; elsewhere one line is written at the end.
    """
    start = monotonic()
    done = Event()
    live = sys.stderr.isatty()

    def show(mark: str, end: str) -> None:
        back = "\r\x1b[K" if live else ""
        print(
            f"{back}{mark} {what} {monotonic() - start:.1f} s", end=end, file=sys.stderr, flush=True
        )

    def count() -> None:
        while not done.wait(TICK):
            show("..", "")

    ticker = Thread(target=count, daemon=True)
    if live:
        ticker.start()
    mark = "--"  # left as it is if the block raises
    try:
        yield
        mark = "ok"
    finally:
        done.set()
        if live:
            ticker.join()
        show(mark, "\n")
