"""Python's garbage collector, in processes that import the whole stack."""

from __future__ import annotations

import atexit
import gc


def collect_rarely() -> None:
    """Look for garbage rarely, and not when the process ends.

    Importing the tools makes a million objects that stay. By default they are walked through again
    and again while more come, and once more at the end: a third of what a short command takes.
    """
    gc.set_threshold(100_000, 20, 100)
    atexit.register(gc.freeze)
