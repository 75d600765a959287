"""Whether a project's design is what its answers say, and whether a merge was left half done.

`design.yml` and `docs/design.md` come from the answers. `design.sha256` holds their digests as they
were rendered, so that an edit by hand is seen without rendering anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from .check import Fault
from .hooks.after_update import ASIDE, BESIDE
from .project import ANSWERS_FILE
from .source import git

DIGESTS_FILE = "design.sha256"
MARKERS = (b"<<<<<<< ", b">>>>>>> ")
LEFT = {
    ASIDE: "holds edits of yours in a file that has no place any more",
    BESIDE: "was left by a merge",
}
"""Endings of what an update leaves for people to look at."""


def faults(project: Path) -> list[Fault]:
    """Return what is wrong in the project in this folder, file by file, with what to do."""
    return [*_edited(project), *unmerged(project)]


def unmerged(project: Path) -> list[Fault]:
    """Return what updates, which need git, have left for people to decide, file by file."""
    if not (project / ".git").exists():
        return []
    return [
        Fault(path.relative_to(project).as_posix(), message)
        for path in _files(project)
        if (message := _undecided(path))
    ]


def _edited(project: Path) -> Iterator[Fault]:
    try:
        lines = (project / DIGESTS_FILE).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        yield _fault(DIGESTS_FILE, str(error.strerror))
        return
    for line in lines:
        if line.startswith("# answers "):
            name, digest, digest_of = ANSWERS_FILE, line.removeprefix("# answers "), _of_answers
        else:
            digest, _, name = line.partition("  ")
            digest_of = _of_bytes
        try:
            content = (project / name).read_bytes()
        except OSError as error:
            yield _fault(name, str(error.strerror))
            continue
        if digest_of(content) != digest:
            yield _fault(name, "is not what the answers make it")


def _fault(name: str, how: str) -> Fault:
    return Fault(
        name,
        f"{how}. `git checkout {name}` brings back what was committed;"
        " `make redesign KEY=VALUE` changes an answer and all that follows from it",
    )


def _of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _of_answers(content: bytes) -> str:
    """Return the digest of answers, whatever their order and whichever release they are of."""
    try:
        answers: Any = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError):
        return "not YAML"
    if not isinstance(answers, dict):
        return "not answers"
    given = {key: value for key, value in answers.items() if not str(key).startswith("_")}
    return _of_bytes(json.dumps(given, sort_keys=True, default=str).encode())


def _undecided(file: Path) -> str:
    if file.suffix in LEFT:
        return f"{LEFT[file.suffix]}: take from it what you need, then remove it"
    with file.open("rb") as lines:
        at = next((number for number, line in enumerate(lines, 1) if line.startswith(MARKERS)), 0)
    return f"line {at} is a conflict marker: keep one version, or join them" if at else ""


def _files(project: Path) -> list[Path]:
    """Return what git tracks or would track, and what updates left that it ignores."""
    listed = git(
        *("ls-files", "-z", "--cached", "--others", "--exclude-standard"), folder=project
    ) + git("ls-files", "-z", "--others", "--", *(f"*{ending}" for ending in LEFT), folder=project)
    names = {name for name in listed.split("\0") if name and not name.startswith(".venv/")}
    return sorted(path for path in map(project.joinpath, names) if path.is_file())
