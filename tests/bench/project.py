"""A project of the default design that benches share: made again when the template changes."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from ml_scaffold.demo import environment, prepare
from ml_scaffold.progress import step
from ml_scaffold.source import git
from support import ROOT

KEPT = ROOT / "build" / "bench"
"""Where benches keep their figures, and this project."""
FOLDER = KEPT / "project"
PYTHON = FOLDER / ".venv" / "bin" / "python"
SOURCES = ("copier.yml", "generator/questions", "generator/rules", "generator/macros", "template")
MADE_FROM = FOLDER / ".git" / "ml-scaffold-bench"
PATIENCE = 900
"""Seconds that installing may take."""


def project() -> None:
    """Make sure that `FOLDER` is the default design as this clone has it, installed."""
    digest = digest_of_sources()
    if PYTHON.exists() and MADE_FROM.is_file() and MADE_FROM.read_text("ascii") == digest:
        return
    with step(f"generating and installing the default design in {FOLDER}"):
        prepare(ROOT, {}, FOLDER)
        make("setup", PATIENCE)
    MADE_FROM.write_text(digest, "ascii")


def digest_of_sources() -> str:
    """Return a digest of all that a project is rendered from, in the working tree."""
    digest = hashlib.sha256()
    kinds = ("--cached", "--others", "--exclude-standard")
    for name in sorted(git("ls-files", "-z", *kinds, "--", *SOURCES, folder=ROOT).split("\0")):
        path = ROOT / name
        if path.is_file():
            digest.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def make(target: str, seconds: float) -> None:
    """Run the project's `make TARGET`, with its output in a file beside the project.

    Raises:
        SystemExit: it failed, or took longer than `seconds`.
    """
    log = FOLDER.with_name(f"{target}.log")
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", target],
            cwd=FOLDER,
            env=environment(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        ended = wait(process, seconds)
    if not ended or process.returncode:
        why = f"failed with {process.returncode}" if ended else f"took more than {seconds:.0f} s"
        raise SystemExit(f"make {target} in {FOLDER} {why}: see {log}")


def wait(process: subprocess.Popen[bytes], seconds: float, patience: float = 30) -> bool:
    """Wait for `process`, and end it if it takes longer; return whether it ended by itself.

    What it started it is to end itself, within the `patience`; so it does on Ctrl-C.
    """
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        end(process, patience)
        return False
    except BaseException:
        end(process, patience)
        raise
    return True


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Ask the process to end, and kill it when it has not in time."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def state(name: str) -> Path:
    """Return the path of a state folder below the project, which git ignores there."""
    return FOLDER / "var" / name
