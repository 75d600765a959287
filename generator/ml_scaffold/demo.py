"""Render a design of this clone, make it a git repository, and live through its demo."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import RunError, ScaffoldError
from .progress import step
from .scaffold import render
from .source import HEAD, git

OURS = Path(".git", "ml-scaffold-demo")
"""Marks a folder that a demo made, and that the next one may therefore remove."""

OF_THE_CALLER = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VIRTUAL_ENV", "PYTHONPATH")
"""Variables by which a calling `make` or environment would reach into the project's own."""

PATIENCE = 30
"""Seconds that a stopped demo has to end its processes."""


def clear(destination: Path) -> None:
    """Remove what an earlier demo left in `destination`.

    Raises:
        ScaffoldError: there is anything in it that no demo made.
    """
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise ScaffoldError(f"{destination} is no folder: name another one with --dest")
    if not destination.exists() or not any(destination.iterdir()):
        return
    if not (destination / OURS).is_file():
        raise ScaffoldError(
            f"{destination} holds something that no demo made, and a demo starts by removing it: "
            "move it away or name another folder with --dest"
        )
    shutil.rmtree(destination)


def prepare(root: Path, answers: Mapping[str, object], destination: Path) -> None:
    """Render the working tree of the clone `root` into a fresh git repository with one commit.

    Raises:
        ScaffoldError: `destination` isn't ours to remove, or rendering or git failed.
    """
    clear(destination)
    destination.mkdir(parents=True, exist_ok=True)
    git("init", "--quiet", "--initial-branch=main", folder=destination)
    (destination / OURS).touch()
    render(str(root), HEAD, destination, answers)
    git("add", "--all", folder=destination)
    who = ("-c", "user.name=ml-scaffold", "-c", "user.email=ml-scaffold@localhost")
    how = ("-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify")
    git(*who, *how, "-m", "Start the project", folder=destination)


def environment(root: Path) -> dict[str, str]:
    """Return the environment for the project's `make`: ours, less what belongs to our caller."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OF_THE_CALLER and not name.startswith("GIT_")
    }
    tools = root / ".tools" / "bin"
    if tools.is_dir():  # the clone's `make setup` may have brought uv: the project needs no second
        kept["PATH"] = f"{kept.get('PATH', os.defpath)}{os.pathsep}{tools}"
    return kept


def make(folder: Path, arguments: Sequence[str], env: Mapping[str, str]) -> None:
    """Run `make` in `folder`; its output goes where ours goes.

    Raises:
        RunError: it failed.
        ScaffoldError: make is missing.
        KeyboardInterrupt: the user stopped it, and make has ended.
    """
    command = ["make", *arguments]
    try:
        process = subprocess.Popen(command, cwd=folder, env=dict(env))
    except FileNotFoundError:
        raise ScaffoldError(
            "make is missing: install it, such as with `apt-get install make`"
        ) from None
    try:
        code = process.wait()
    except BaseException as stop:
        if not isinstance(stop, KeyboardInterrupt):  # Ctrl-C reaches make by itself
            process.terminate()
        try:  # let it end what it started
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    if code:
        raise RunError(f"`{' '.join(command)}` failed in {folder}: its output is above")


def demo(
    root: Path,
    name: str,
    answers: Mapping[str, object],
    destination: Path,
    variables: Mapping[str, int],
) -> Path:
    """Run the demo of a design and return the report it leaves.

    `variables` are handed to the project's `make demo`, such as `{"SEED": 3}`.

    Raises:
        RunError: the design has no demo, or a command of the project failed.
        ScaffoldError: the project can't be made there.
    """
    if answers.get("demo") is False:
        raise RunError(
            f"the design {name} has no demo, because it answers `demo: false`; with `demo: true` it"
            " has a story and a toy world to live through"
        )
    with step(f"rendering the design {name} into {destination}"):
        prepare(root, answers, destination)
    env = environment(root)
    make(destination, ["setup"], env)
    make(destination, ["demo", *(f"{key}={value}" for key, value in variables.items())], env)
    report = destination / "reports" / "index.html"
    if not report.is_file():
        raise RunError(f"the demo ended without a report: {report} is missing")
    return report
