"""Seconds by part, for scripts that run with a project's own Python: nothing else is imported."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any


class Parts:
    """Where the time of a process goes. A part isn't charged for the parts within it.

    Attributes:
        seconds: by part, as a clock on the wall has it.
        cpu: by part, the seconds of processor time of all threads of this process.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._within = [(0.0, 0.0)]

    @contextmanager
    def part(self, name: str) -> Generator[None]:
        """Charge the block to the part `name`."""
        self._within.append((0.0, 0.0))
        begun = perf_counter(), process_time()
        try:
            yield
        finally:
            taken = perf_counter() - begun[0], process_time() - begun[1]
            within = self._within.pop()
            around = self._within.pop()
            self._within.append((around[0] + taken[0], around[1] + taken[1]))
            for kept, spent, inner in zip((self.seconds, self.cpu), taken, within, strict=True):
                kept[name] = kept.get(name, 0.0) + spent - inner

    def charge(self, name: str, module: Any, function: str) -> None:
        """Charge every call of `module.function` to the part `name`, from now on."""
        plain = getattr(module, function)

        def charged(*arguments: Any, **named: Any) -> Any:
            with self.part(name):
                return plain(*arguments, **named)

        setattr(module, function, charged)


def report(run: Callable[[Parts, Path], dict[str, Any]]) -> None:
    """Call `run` with the folder that is this process's first argument; print what it reports.

    The last line on stdout is JSON: the `seconds` and `cpu` by part, and under `work` what `run`
    returns, so that two processes that should have done the same work can be compared.
    """
    parts = Parts()
    work = run(parts, Path(sys.argv[1]))
    print(json.dumps({"seconds": parts.seconds, "cpu": parts.cpu, "work": work}))
