"""How long `ml-scaffold check` takes, and how much of that is its start-up.

The goal is under a second after start-up. What is printed is the median of the rounds; nothing here
asserts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

from bench.rendering import seconds
from ml_scaffold.progress import step
from support import ROOT

ROUNDS = 7
KEPT = ROOT / "build" / "bench" / "checking.json"


def run(arguments: Sequence[str]) -> None:
    """Run `ml-scaffold` in a process of its own."""
    command = [sys.executable, "-m", "ml_scaffold", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Time both, print the figures, and keep them in `build/bench`."""
    times: dict[str, list[float]] = {"--help": [], "check": []}
    with step(f"checking, {ROUNDS} rounds"):
        for _ in range(ROUNDS):
            times["--help"].append(seconds(lambda: run(["--help"])))
            times["check"].append(seconds(lambda: run(["check", "offers"])))
    result = {"seconds": median(times["check"]), "start_up_seconds": median(times["--help"])}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"ml-scaffold check offers: {result['seconds']:.2f} s\n"
        f"start-up alone:           {result['start_up_seconds']:.2f} s\n"
        f"the check itself:         {result['seconds'] - result['start_up_seconds']:.2f} s"
        " (goal: under 1)"
    )


if __name__ == "__main__":
    main()
