"""What the prediction log costs: writing, making Parquet of an hour, and reading a week of it.

Each step runs with the Python of a generated project of the default design, in a process of its
own, so that its memory is its own. Seconds are of processor time, which neighbours on a machine
inflate less than the clock's. Nothing here asserts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench.project import FOLDER, KEPT, PYTHON, project, state
from ml_scaffold.progress import step

ROWS = int(os.environ.get("ROWS", "10_000_000"))
"""In the week that is read; the goals are of ten million."""
STEPS = ("write", "compact", "fill", "drift", "join")
GOALS = {
    "write": "at most 10 us of one row, 1 us a row of 100",
    "drift": "at most 6 s and 300 MB",
    "join": "at most 10 s and 600 MB",
}


def main() -> None:
    """Measure the steps, print the figures, and keep them in `build/bench`."""
    project()
    folder = state("bench-log")
    shutil.rmtree(folder, ignore_errors=True)
    found = {}
    for name in STEPS:
        with step(f"the prediction log: {name}"):
            found[name] = measure(name, folder)
    shutil.rmtree(folder)
    (KEPT / "log.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for name in ("write", "compact"):
        for size, figures in found[name].items():
            told = f"{figures['us a row']:5.2f} us and {figures['bytes a row']:3.0f} bytes a row"
            print(f"{name:<8} {size:<20} {told}{goal(name)}")
    for name in ("drift", "join"):
        figures = found[name]
        print(
            f"{name:<8} {found['fill']['rows']:,} rows: {figures['cpu']:.1f} s of CPU,"
            f" {figures['mb']:.0f} MB, {figures['imports_mb']:.0f} of them imports{goal(name)}"
        )


def goal(name: str) -> str:
    """Return what is asked of a step, to stand behind what it took."""
    return f" (goal: {GOALS[name]})" if name in GOALS else ""


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Run a step of `project_log.py`, and return its figures.

    Raises:
        CalledProcessError: it failed; what it said stands on stderr.
    """
    script = Path(__file__).with_name("project_log.py")
    process = subprocess.run(
        [PYTHON, script, name, folder, str(ROWS)],
        cwd=FOLDER,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(process.stdout)


if __name__ == "__main__":
    main()
