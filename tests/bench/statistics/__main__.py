"""Prove by simulation what a project's statistics claim.

Each part is a module beside this one. It runs in the Python of a generated project, with the code
of that project, from seeds, without any server; as many at once as there are processors.
`python -m bench.statistics PART ...` runs some. A table of claims is printed, and the exit code is
1 where one does not hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

from bench.project import FOLDER, KEPT, install, project
from support import ROOT

DEMAND = ROOT / "generator" / "designs" / "demand.yml"
PARTS: Mapping[str, Sequence[str]] = {
    "monitors": ("offers", "demand"),
    "gate": ("offers", "demand"),
    "experiment": ("offers", "demand"),
}
"""Each part with the projects that it is proved of."""


def installed(name: str) -> Path:
    """Return the folder of the installed project of a reference design; `offers` is the default."""
    if name == "offers":
        project()
        return FOLDER
    folder = KEPT / name
    install(yaml.safe_load(DEMAND.read_text(encoding="utf-8")), folder)
    return folder


def claims(part: str, folder: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """Yield what a part finds in the project in `folder`, as soon as it is known.

    Raises:
        SystemExit: it failed; what it said stands on stderr.
    """
    (package,) = (path.parent.name for path in folder.glob("src/*/__init__.py"))
    python = folder / ".venv" / "bin" / "python"
    process = subprocess.Popen(
        [python, "-m", f"bench.statistics.{part}", package, *arguments],
        cwd=ROOT / "tests",
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"{part} failed with {process.returncode}")


def failures(part: str, name: str, folder: Path) -> int:
    """Print each claim as a line of the table; return how many don't hold."""
    failed, began = 0, monotonic()
    for claim in claims(part, folder):
        mark = "ok  " if claim["holds"] else "FAIL"
        told = f"{claim['what']:<72} {claim['measured']:>16}   {claim['bound']}"
        print(f"{mark} {name:<7} {told}", flush=True)
        failed += not claim["holds"]
    print(f"{part} of {name}: {monotonic() - began:.0f} s", flush=True)
    return failed


def main(parts: Sequence[str]) -> int:
    """Run the parts of these names, all where none is given; return the exit code."""
    chosen = [(part, name) for part in parts or PARTS for name in PARTS[part]]
    folders = {name: installed(name) for _, name in chosen}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(failures, part, name, folders[name]) for part, name in chosen]
        failed = sum(each.result() for each in running)
    print(f"{failed} claims do not hold" if failed else "all claims hold")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
