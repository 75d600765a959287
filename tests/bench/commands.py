"""What commands cost, as their user notices it: whole processes, with all that they start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from support import ROOT

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds of processor time, and of the clock."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu:.2f} s of CPU, {self.wall:.2f} s"


def cost(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run `command` in `folder`, and return what it and all that it started took.

    Raises:
        CalledProcessError: it failed.
    """
    before, start = getrusage(RUSAGE_CHILDREN), perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    wall, after = perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall)


def in_turns(ways: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Return the cheapest run of each way: neighbours on a machine only add to it."""
    runs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            runs[way].append(run())
    return {way: min(each, key=lambda one: one.cpu) for way, each in runs.items()}


def keep(name: str, costs: Mapping[str, Cost]) -> None:
    """Write what the commands cost to `build/bench`."""
    file = ROOT / "build" / "bench" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {way: asdict(each) for way, each in costs.items()}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
