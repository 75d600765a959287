"""Resolve a project's dependencies by its own Makefile, and run a test command on what comes out.

Whatever happens, happens in copies of the project, of which each trial gets a fresh one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ml_scaffold.demo import environment
from refresh.pins import Pins, RefreshError, read, write
from support import ROOT

PINS = "constraints.txt"
SHOWN = 20
"""Lines of a failed command's output that an error or a log shows."""
GRACE = 30
"""Seconds that a command has to end what it started."""


@dataclass(frozen=True)
class Trial:
    """What a test command said of some pins."""

    passed: bool
    why: str
    seconds: float
    output: Path

    def end(self) -> str:
        """Return the last lines that the command printed."""
        lines = self.output.read_text("utf-8", "replace").splitlines()[-SHOWN:]
        return "\n".join(f"    {line}" for line in lines)


@dataclass(frozen=True)
class Project:
    """A generated project that is left as it is, and a folder for the copies and their output.

    Attributes:
        folder: with a `constraints.txt`, and a Makefile whose `upgrade` moves all to the newest.
        kept: where each run's output stays.
    """

    folder: Path
    kept: Path

    @property
    def pins(self) -> Pins:
        """The pins that the project has."""
        return read(self.folder / PINS)

    def newest(self) -> Pins:
        """Return the newest versions that the project allows.

        Raises:
            RefreshError: there are none that go together, or they can't be looked up.
        """
        copy = self._copy("resolving", self.pins)
        done = subprocess.run(
            ["make", "upgrade"],
            cwd=copy,
            env=environment(ROOT),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-SHOWN:])
            raise RefreshError(f"`make upgrade` failed in {copy}, and nothing was changed:\n{said}")
        return read(copy / PINS)

    def run(self, test: str, pins: Pins, name: str, patience: float) -> Trial:
        """Run a shell's command in a fresh copy with `pins`; it fails after `patience` seconds."""
        copy = self._copy("trial", pins)
        output = self.kept / f"{name}.log"
        began = time.monotonic()
        with output.open("wb") as log:
            process = subprocess.Popen(
                ["sh", "-c", test],
                cwd=copy,
                env=environment(ROOT),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all that it started can be ended with it
            )
            try:
                code = process.wait(patience)
                why = f"ended with {code}"
            except subprocess.TimeoutExpired:
                code, why = None, f"took more than {patience:.0f} s"
            finally:
                _end(process)
        return Trial(code == 0, why, time.monotonic() - began, output)

    def _copy(self, name: str, pins: Pins) -> Path:
        copy = self.kept / name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy, symlinks=True)
        write(copy / PINS, pins)
        return copy


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that still runs, and all of its session."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
