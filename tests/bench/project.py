"""Projects that benches and mutants share: made again when the template changes."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_scaffold.demo import environment, prepare
from ml_scaffold.progress import step
from ml_scaffold.source import git
from support import ROOT

KEPT = ROOT / "build" / "bench"
"""Where benches keep their figures, and these projects."""
FOLDER = KEPT / "project"
"""Of the default design."""
PYTHON = FOLDER / ".venv" / "bin" / "python"
SOURCES = ("copier.yml", "generator", "template")
MADE_FROM = Path(".git", "ml-scaffold-bench")
"""In a project, the digest of what it was made from."""
PATIENCE = 900
"""Seconds that installing may take."""


def project() -> None:
    """Make sure that `FOLDER` is the default design as this clone has it, installed."""
    install({}, FOLDER)


def install(answers: Mapping[str, Any], folder: Path) -> None:
    """Make sure that `folder` is the project of these answers as this clone has it, installed."""
    digest, made_from = digest_of_sources(answers), folder / MADE_FROM
    installed = (folder / ".venv" / "bin" / "python").exists() and made_from.is_file()
    if installed and made_from.read_text("ascii") == digest:
        return
    named = answers.get("project_name", "the default design")
    with step(f"generating and installing {named} in {folder}"):
        prepare(ROOT, answers, folder)
        make("setup", PATIENCE, folder)
    made_from.write_text(digest, "ascii")


def digest_of_sources(answers: Mapping[str, Any]) -> str:
    """Return a digest of the answers and of what they are rendered with, in the working tree."""
    digest = hashlib.sha256(json.dumps(answers, sort_keys=True).encode())
    kinds = ("--cached", "--others", "--exclude-standard")
    for name in sorted(git("ls-files", "-z", *kinds, "--", *SOURCES, folder=ROOT).split("\0")):
        path = ROOT / name
        if path.is_file():
            digest.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def make(target: str, seconds: float, folder: Path = FOLDER) -> None:
    """Run a project's `make TARGET`, with its output in a file beside the project.

    Raises:
        SystemExit: it failed, or took longer than `seconds`.
    """
    log = folder.with_name(f"{target}.log")
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", target],
            cwd=folder,
            env=environment(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        ended = wait(process, seconds)
    if not ended or process.returncode:
        why = f"failed with {process.returncode}" if ended else f"took more than {seconds:.0f} s"
        raise SystemExit(f"make {target} in {folder} {why}: see {log}")


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
