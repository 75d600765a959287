"""What made a run: commit, uncommitted changes, machine, and the version of every package."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import distributions

from ..ops.paths import ROOT

NO_COMMIT, DIRTY = "none", "-dirty"
CODE_DIFF = "code.diff"
"""The file of a run that has what its dirty commit does not hold; for `git apply`."""


def git_commit() -> str:
    """Return the project's commit, with `-dirty` if files differ from it; `none` without git."""
    try:
        return subprocess.run(
            ["git", "describe", "--always", f"--dirty={DIRTY}", "--abbrev=40", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return NO_COMMIT


def code_diff() -> bytes:
    """Return what of a dirty tree the commit does not hold, for `git apply`."""
    command = ["git", "diff-index", "--patch", "--binary", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout


def machine() -> dict[str, str]:
    """Return what of the environment is not a package: `python` and `platform`."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def environment() -> dict[str, str]:
    """Return the exact version of every installed package, by name."""
    found: dict[str, str] = {}
    for each in distributions():
        told = each.metadata  # is read anew each time
        found.setdefault(told["Name"], told["Version"])  # the first is what is imported
    return found
