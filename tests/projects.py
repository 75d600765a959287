"""Generate a project, and run its `make` with the output kept and the seconds shown."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from internals import lay_over
from ml_scaffold.demo import environment, prepare
from ml_scaffold.progress import step
from support import ROOT

SHOWN = 120
"""Lines of a failed command's output that the test shows."""


class Project:
    """A generated project with our internals' tests in it, installed by its own `make setup`."""

    def __init__(self, name: str, answers: Mapping[str, Any], folder: Path) -> None:
        self.name = name
        self.folder = folder
        prepare(ROOT, answers, folder)
        lay_over(folder)

    def make(self, target: str, capsys: pytest.CaptureFixture[str], minutes: float) -> None:
        """Run `make TARGET` and fail with the end of its output if it fails or takes longer."""
        run_make(self.folder, target, self.name, capsys, minutes)


def run_make(
    folder: Path, target: str, name: str, capsys: pytest.CaptureFixture[str], minutes: float
) -> str:
    """Run `make TARGET` in the project `name` in `folder`; return all that it printed.

    The test fails, with the end of the output, if it fails or takes longer.
    """
    log = folder.with_name(f"{folder.name}-{target.split()[0]}.log")
    with capsys.disabled(), step(f"make {target} in {name}"), log.open("w") as output:
        try:
            code = subprocess.run(
                ["make", *target.split()],
                cwd=folder,
                env=environment(ROOT),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=minutes * 60,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = None
    printed = log.read_text("utf-8", "replace")
    if code != 0:
        end = "\n".join(printed.splitlines()[-SHOWN:])
        why = "took too long" if code is None else f"failed with {code}"
        pytest.fail(f"make {target} in {name} {why}:\n{end}", pytrace=False)
    return printed
