"""What a machine lacks for a project, and how to get it, also before anything is installed."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from . import consistency, inside
from .errors import visible

OLDEST, NEWEST = (3, 11), (3, 13)
"""The Pythons that the stack was tested with."""
INSTALL_GIB, RUN_GIB = 4.0, 1.0
"""Free space that the installation takes, and that a first life of data, models and logs takes."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        verdict: `ok`; `note`, which deserves a look; `missing`, without which nothing works.
        remedy: what to do about it; empty when it is ok.
    """

    what: str
    found: str
    verdict: Literal["ok", "note", "missing"]
    remedy: str = ""


def diagnose(project: Path) -> list[Finding]:
    """Look at everything in the order in which one would mend it.

    Args:
        project: the root of a project.
    """
    return [*_machine(project), *_project(project), *_design(project)]


def table(findings: Sequence[Finding]) -> str:
    """Return the findings as lines for people."""
    width = max(len(finding.what) for finding in findings)
    lines = []
    for finding in findings:
        mark = "MISSING" if finding.verdict == "missing" else finding.verdict
        lines.append(f"{mark:8} {finding.what:{width}}  {visible(finding.found)}")
        if finding.remedy:
            lines.append(f"{'':8} {'':{width}}  -> {visible(finding.remedy)}")
    missing = sum(finding.verdict == "missing" for finding in findings)
    end = f"{missing} missing: see the arrows" if missing else "Nothing needed is missing"
    return "\n".join([*lines, "", end])


def _machine(project: Path) -> Iterator[Finding]:
    remedy = "" if sys.platform in {"linux", "darwin"} else "use Linux, macOS or WSL"
    yield Finding("system", sys.platform, "missing" if remedy else "ok", remedy)
    yield _python(_version(project))
    for tool, why in (("make", "runs every target"), ("git", "names the code that made a model")):
        path = shutil.which(tool)
        remedy = "" if path else f"install {tool}: it {why}"
        yield Finding(tool, path or "not found", "ok" if path else "missing", remedy)
    yield _uv(project)
    free = shutil.disk_usage(project).free / 2**30
    needed = RUN_GIB if inside.python(project).exists() else INSTALL_GIB
    remedy = "" if free >= needed else f"free some: {needed:.0f} GiB are needed"
    yield Finding("free disk", f"{free:.1f} GiB", "missing" if remedy else "ok", remedy)
    yield _openmp()


def _version(project: Path) -> str:
    """Return the version of the project's Python; of this one, with which it would be set up."""
    if not inside.python(project).exists():
        return platform.python_version()
    ask = [str(inside.python(project)), "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()


def _python(version: str) -> Finding:
    number = tuple(map(int, version.split(".")[:2]))
    if number < OLDEST:
        remedy = "install Python 3.11 or newer, or: make setup PYTHON=<path>"
        return Finding("python", version, "missing", remedy)
    if number > NEWEST:
        return Finding("python", version, "note", "newer than the tested 3.11 to 3.13")
    return Finding("python", version, "ok")


def _uv(project: Path) -> Finding:
    own = project / ".tools" / "bin" / "uv"
    path = os.environ.get("UV") or shutil.which("uv") or (str(own) if own.exists() else None)
    if path:
        return Finding("uv", path, "ok")
    if find_spec("ensurepip"):
        return Finding("uv", "not found", "note", "nothing to do: `make setup` gets it")
    remedy = "install uv, or Python's venv (Debian: apt install python3-venv)"
    return Finding("uv", "not found", "missing", remedy)


def _openmp() -> Finding:
    mac = sys.platform == "darwin"
    names = ["libomp.dylib", "/opt/homebrew/opt/libomp/lib/libomp.dylib"] if mac else []
    for name in names or ["libgomp.so.1"]:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return Finding("OpenMP", name, "ok")
    remedy = "brew install libomp" if mac else "install libgomp (Debian: apt install libgomp1)"
    return Finding("OpenMP", "not found", "missing", f"{remedy}: LightGBM needs it")


def _project(project: Path) -> Iterator[Finding]:
    versioned = (project / ".git").exists()
    remedy = "" if versioned else 'git init && git add -A && git commit -m "Start"'
    found = "a git repository" if versioned else "not a git repository"
    yield Finding("history", found, "ok" if versioned else "note", remedy)
    if not inside.python(project).exists():
        yield Finding("packages", "not installed yet", "note", "make setup")
        return
    done = inside.run(project, "doctor")
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        yield Finding("code", said[-1], "missing", "mend what this names: `make lint` says where")
        return
    for what, found, verdict, remedy in json.loads(done.stdout):
        yield Finding(what, found, verdict, remedy)


def _design(project: Path) -> Iterator[Finding]:
    faults = consistency.faults(project)
    for fault in faults:
        found, _, remedy = fault.message.partition(". ")
        yield Finding("design", f"{fault.key}: {found}", "missing", remedy)
    if not faults:
        yield Finding("design", "design.yml and its documents are what the answers say", "ok")
