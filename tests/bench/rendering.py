"""How long rendering takes, against Copier copying the same files as they are.

Both run in this process, in turns; what is printed is the median of the rounds and their ratio. The
goal is a ratio of at most 1.3. Nothing here asserts: the clock of a shared machine proves nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import copier

from ml_scaffold.progress import step
from support import ROOT, copy_template, files

ROUNDS = 7
KEPT = ROOT / "build" / "bench" / "rendering.json"


def copy(template: Path, destination: Path) -> None:
    """Copy `template` with Copier, all defaults taken."""
    copier.run_copy(
        str(template), destination, defaults=True, quiet=True, settings=copier.Settings()
    )


def static(project: Path, template: Path) -> None:
    """Make a template that holds the files of `project` with nothing to render in them."""
    shutil.copytree(project, template / "template")
    (template / "copier.yml").write_text("_subdirectory: template\n", encoding="utf-8")


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Time both, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ours, floor, project = folder / "ours", folder / "floor", folder / "project"
        copy_template(ours)
        copy(ours, project)
        static(project, floor)
        times: dict[str, list[float]] = {"ours": [], "floor": []}
        with step(f"rendering, {ROUNDS} rounds"):
            for number in range(ROUNDS):
                for kind, template in (("ours", ours), ("floor", floor)):
                    target = folder / f"{kind}-{number}"
                    times[kind].append(seconds(lambda t=template, d=target: copy(t, d)))
        result = {
            "files": len(files(project)),
            "rendered": sum(1 for path in (ours / "template").rglob("*.jinja")),
            "seconds": median(times["ours"]),
            "floor_seconds": median(times["floor"]),
            "ratio": median(times["ours"]) / median(times["floor"]),
        }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"copier copy, default design: {result['seconds']:.2f} s for {result['files']} files, "
        f"{result['rendered']} of them rendered\n"
        f"the same files, all static:  {result['floor_seconds']:.2f} s\n"
        f"ratio:                       {result['ratio']:.2f} (goal: at most 1.3)"
    )


if __name__ == "__main__":
    main()
