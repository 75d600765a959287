"""The doctor: what this machine lacks for the project, and how to get it.

It must also run before anything is installed, on a Python that is too old, so it needs the standard
library alone and looks at the rest only where that is there.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .paths import PACKAGE, ROOT

OLDEST_PYTHON = (3, 11)
TESTED_PYTHONS = ((3, 11), (3, 13))
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
    verdict: str
    remedy: str = ""


def diagnose() -> list[Finding]:
    """Look at everything, in the order in which one would mend it."""
    findings = [*_machine(), *_environment()]
    if importlib.util.find_spec("pydantic_settings") and importlib.util.find_spec("yaml"):
        findings += _settings()
    return findings


def main(more: Iterable[Finding] = ()) -> int:
    """Print what was found as a table; return 1 if something needed is missing, else 0.

    Args:
        more: what others have looked at, for the end of the table.
    """
    findings = [*diagnose(), *more]
    marks = {"ok": "ok", "note": "note", "missing": "MISSING"}
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print(f"{marks[finding.verdict]:8} {finding.what:{width}}  {finding.found}")
        if finding.remedy:
            print(f"{'':8} {'':{width}}  -> {finding.remedy}")
    missing = sum(finding.verdict == "missing" for finding in findings)
    print(f"\n{missing} missing: see the arrows" if missing else "\nNothing needed is missing")
    return 1 if missing else 0


def _machine() -> Iterator[Finding]:
    system = sys.platform
    remedy = "" if system in {"linux", "darwin"} else "use Linux, macOS or WSL"
    yield Finding("system", system, "missing" if remedy else "ok", remedy)
    yield _python(sys.version_info[:2], sys.version.split()[0])
    for tool, why in (("make", "runs every target"), ("git", "names the code that made a model")):
        path = shutil.which(tool)
        remedy = "" if path else f"install {tool}: it {why}"
        yield Finding(tool, path or "not found", "ok" if path else "missing", remedy)
    yield _uv()
    free = shutil.disk_usage(ROOT).free / 2**30
    needed = RUN_GIB if (ROOT / ".venv" / ".installed").exists() else INSTALL_GIB
    remedy = "" if free >= needed else f"free some: {needed:.0f} GiB are needed"
    yield Finding("free disk", f"{free:.1f} GiB", "missing" if remedy else "ok", remedy)
    yield _openmp()


def _python(version: tuple[int, ...], shown: str) -> Finding:
    if version < OLDEST_PYTHON:
        return Finding(
            "python", shown, "missing", "install Python 3.11 or newer, or: make setup PYTHON=<path>"
        )
    oldest, newest = TESTED_PYTHONS
    if not oldest <= version <= newest:
        return Finding("python", shown, "note", "newer than the tested 3.11 to 3.13")
    return Finding("python", shown, "ok")


def _uv() -> Finding:
    own = ROOT / ".tools" / "bin" / "uv"
    path = shutil.which("uv") or (str(own) if own.exists() else None)
    if path:
        return Finding("uv", path, "ok")
    if importlib.util.find_spec("ensurepip"):
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


def _environment() -> Iterator[Finding]:
    commit = (ROOT / ".git").exists()
    remedy = "" if commit else 'git init && git add -A && git commit -m "Start"'
    found = "a git repository" if commit else "not a git repository"
    yield Finding("history", found, "ok" if commit else "note", remedy)
    try:
        required = importlib.metadata.requires(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", "not installed yet", "note", "make setup")
        return
    installed = {_normal(d.name): d.version for d in importlib.metadata.distributions()}
    names = {_normal(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in required}
    absent = sorted(names - installed.keys())
    if absent:
        yield Finding("packages", f"{', '.join(absent)} not installed", "missing", "make setup")
    tested = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    known = sorted(tested.keys() & installed.keys())
    other = [name for name in known if installed[name] not in tested[name]]
    found = f"{len(known) - len(other)} of {len(known)} in the tested version"
    if other:
        shown = ", ".join(f"{name} {installed[name]}" for name in other[:4])
        found += f", not {shown}" + (" and more" if other[4:] else "")
    yield Finding("versions", found, "note" if other else "ok", "make setup" if other else "")


def pins(constraints: str) -> dict[str, set[str]]:
    """Return the versions of each package in `constraints`, the text of constraints.txt."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", constraints, re.MULTILINE):
        found.setdefault(_normal(name), set()).add(version)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _settings() -> Iterator[Finding]:
    from ..settings import settings

    try:
        now = settings()
    except Exception as error:
        remedy = "mend config/settings.yml, .env or the variables APP_*"
        yield Finding("settings", " ".join(str(error).split()), "missing", remedy)
        return
    yield Finding("settings", "valid", "ok")
    place = next(path for path in (now.state_dir, *now.state_dir.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            yield Finding("state folder", str(now.state_dir), "ok")
    except OSError as error:
        remedy = f"make {place} writable, or set APP_STATE_DIR"
        yield Finding("state folder", str(error), "missing", remedy)
    if "serving" in _yaml("design.yml"):
        free = _is_free(now.host, now.port)
        found = f"{now.port} is {'free' if free else 'taken'}"
        remedy = "" if free else "the service runs already, or set APP_PORT to another"
        yield Finding("port", found, "ok" if free else "note", remedy)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _yaml(name: str) -> dict[str, Any]:
    import yaml

    try:
        return yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError):
        return {}


if __name__ == "__main__":
    sys.exit(main())
