"""Prove by simulation what a project's statistics claim.

Each part is a module beside this one. It runs in the Python of a generated project, with the code
of that project, from seeds, without any server. `python -m bench.statistics PART ...` runs some.
A table of claims is printed, and the exit code is 1 where one does not hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.project import FOLDER, KEPT, install, project
from ml_scaffold.progress import step
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


def show(claim: Mapping[str, Any]) -> None:
    """Print a claim as a line of the table."""
    mark = "ok  " if claim["holds"] else "FAIL"
    print(f"{mark} {claim['what']:<72} {claim['measured']:>16}   {claim['bound']}", flush=True)


def main(parts: Sequence[str]) -> int:
    """Run the parts of these names, all where none is given; return the exit code."""
    failed = 0
    for part in parts or PARTS:
        for name in PARTS[part]:
            folder = installed(name)
            print(f"{part}, {name}")
            with step(f"{part} of {name}"):
                for claim in claims(part, folder):
                    show(claim)
                    failed += not claim["holds"]
    print(f"{failed} claims do not hold" if failed else "all claims hold")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
