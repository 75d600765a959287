"""Whether the design, its documents and the answers still agree, and no merge was left half done.

`design.yml` and the documents come from the answers. `design.sha256` holds their digests as they
were rendered, so that an edit by hand is seen without rendering anything.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ANSWERS_FILE = ".copier-answers.yml"
DIGESTS_FILE = "design.sha256"
MARKERS = (b"<<<<<<< ", b">>>>>>> ")
LEFT = {
    ".rej": "was left by a merge",
    ".yours": "holds edits of yours in a file that has no place any more",
}
"""Endings of what an update leaves for people to look at."""


def problems(root: Path) -> list[str]:
    """Return what is wrong in the project below `root`, a sentence each, with what to do."""
    return [*_stale(root), *_unmerged(root)]


def answers_digest(answers: dict[str, Any]) -> str:
    """Return the sha256 of the answers, whatever their order and whichever release they are of."""
    given = {key: value for key, value in answers.items() if not key.startswith("_")}
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


def _stale(root: Path) -> Iterator[str]:
    try:
        lines = (root / DIGESTS_FILE).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        yield _edited(DIGESTS_FILE, str(error.strerror))
        return
    for line in lines:
        if line.startswith("# answers "):
            name, digest, digest_of = ANSWERS_FILE, line.removeprefix("# answers "), _of_answers
        else:
            digest, _, name = line.partition("  ")
            digest_of = _of_bytes
        try:
            content = (root / name).read_bytes()
        except OSError as error:
            yield _edited(name, str(error.strerror))
            continue
        if digest_of(content) != digest:
            yield _edited(name, "is not what the answers make it")


def _edited(name: str, how: str) -> str:
    return (
        f"{name}: {how}. `git checkout {name}` brings back what was committed;"
        " `make redesign KEY=VALUE` changes an answer and all that follows from it"
    )


def _of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _of_answers(content: bytes) -> str:
    try:
        answers = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError):
        return "not YAML"
    return answers_digest(answers) if isinstance(answers, dict) else "not answers"


def _unmerged(root: Path) -> Iterator[str]:
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix in LEFT:
            yield f"{name} {LEFT[path.suffix]}: take from it what you need, then remove it"
            continue
        lines = path.read_bytes().splitlines()
        at = [number for number, line in enumerate(lines, 1) if line.startswith(MARKERS)]
        if at:
            yield f"{name}:{at[0]} has a conflict marker: keep one of the versions, or join them"


def _files(root: Path) -> list[Path]:
    """Return the files that git tracks or would track; where there is no git, every source file."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
        names = [root / name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        folders = ("src", "tests", "docs", "config", "feature_repo")
        names = [path for folder in folders for path in (root / folder).rglob("*")]
        names += list(root.iterdir())
    left = (path for ending in LEFT for path in root.rglob(f"*{ending}"))
    ignored = [path for path in left if ".venv" not in path.parts]
    return sorted({path for path in (*names, *ignored) if path.is_file()})
