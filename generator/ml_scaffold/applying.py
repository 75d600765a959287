"""Bring merged files into a project's work tree, so that being broken off leaves no half of it.

Before the first file is written, a record of all that will be lies in the project's git folder. As
long as it lies there, an update was broken off; the next one first takes back what it had written.
Each file is either as it was or as it will be: it is written beside its place, then renamed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ScaffoldError
from .source import git

RECORD = "update.json"
"""The record's name in `ml-scaffold`, a folder of ours in that of git."""
BESIDE = ".ml-scaffold-new"
"""What ends the name of a file that is being written."""


def apply(project: Path, merged: Path, written: Collection[str], removed: Collection[str]) -> None:
    """Copy the files `written` from the folder `merged` into a project, and take out `removed`.

    Args:
        project: the root of a project in which all is committed.
        written: files that are as HEAD has them, or aren't there.
        removed: files that are as HEAD has them.

    Raises:
        ScaffoldError: something that isn't git's stands in the way, and nothing was changed; or
            another update is being applied.
    """
    with _held(project) as record:
        tracked = _tracked(project, written)
        for name in written:
            _refuse_in_the_way(project, name, name in tracked, removed)
        content = {
            "head": _head(project),
            "written": {name: _digest(merged / name) for name in written},
            "removed": list(removed),
        }
        _replace(record, json.dumps(content).encode())
        early = {str(parent) for name in written for parent in Path(name).parents}
        for name in removed:
            if name in early:  # a file that is a folder now
                _remove(project, name)
        for name in written:
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            _copy(merged / name, project / name)
        for name in removed:
            if name not in early:
                _remove(project, name)
        record.unlink()


def is_broken_off(project: Path) -> bool:
    """Return whether an update of the project in this folder ended while it was being applied."""
    with _held(project) as record:
        return _unfinished(project, record) is not None


def take_back(project: Path) -> bool:
    """Make the files that a broken-off update had written what they were; return if there was one.

    Raises:
        ScaffoldError: one of them has been edited since; nothing was changed.
    """
    with _held(project) as record:
        unfinished = _unfinished(project, record)
        if unfinished is None:
            return False
        written, removed = unfinished["written"], unfinished["removed"]
        edited = [
            name
            for name in _differing(project, [*written, *removed])
            if (project / name).is_file() and _digest(project / name) != written.get(name)
        ]
        if edited:
            raise ScaffoldError(
                "an update was broken off, and before it can be made anew, put aside what was "
                f"edited since: {', '.join(edited)}"
            )
        every = [*written, *removed]
        tracked = _tracked(project, every)
        for name in written:
            (project / f"{name}{BESIDE}").unlink(missing_ok=True)
            if name not in tracked:
                _remove(project, name)
        literally = ("--literal-pathspecs",)
        git(*literally, "reset", "--quiet", "HEAD", "--", *every, folder=project)
        if tracked:
            git(*literally, "checkout", "--quiet", "--", *tracked, folder=project)
        record.unlink()
        return True


@contextmanager
def _held(project: Path) -> Generator[Path]:
    """Give the record's path while no other update reads or writes it."""
    folder = Path(git("rev-parse", "--absolute-git-dir", folder=project).strip(), "ml-scaffold")
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ScaffoldError(f"{project} is being updated by another command") from None
        yield folder / RECORD


def _unfinished(project: Path, record: Path) -> dict[str, Any] | None:
    """Return what is recorded; nothing if there is no record, or HEAD has moved on since."""
    if not record.is_file():
        return None
    content: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    return content if content["head"] == _head(project) else None


def _refuse_in_the_way(project: Path, name: str, tracked: bool, removed: Collection[str]) -> None:
    path = project / name
    for folder in Path(name).parents[:-1]:
        there = project / folder
        no_folder = there.is_symlink() or (there.exists() and not there.is_dir())
        if no_folder and folder.as_posix() not in removed:
            raise ScaffoldError(
                f"nothing was changed, because of a file in the way of {name}: {folder} is no "
                "folder of the project"
            )
    if not tracked and (path.exists() or path.is_symlink()):
        raise ScaffoldError(
            f"nothing was changed, because of a file in the way: {name}: already exists, and git "
            "doesn't know it; move it away"
        )


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f"{target.name}{BESIDE}")
    shutil.copy2(source, beside, follow_symlinks=False)
    beside.replace(target)


def _replace(file: Path, content: bytes) -> None:
    beside = file.with_name(f"{file.name}{BESIDE}")
    beside.write_bytes(content)
    beside.replace(file)


def _remove(project: Path, name: str) -> None:
    """Remove a file, and the folders that it leaves empty."""
    path = project / name
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == project or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def _digest(file: Path) -> str:
    content = str(file.readlink()).encode() if file.is_symlink() else file.read_bytes()
    return hashlib.sha256(content).hexdigest()


def _head(project: Path) -> str:
    return git("rev-parse", "HEAD", folder=project).strip()


def _tracked(project: Path, names: Collection[str]) -> set[str]:
    """Return those of `names` that HEAD has."""
    listed = git("ls-tree", "-r", "-z", "--name-only", "HEAD", folder=project)
    return set(listed.split("\0")).intersection(names)


def _differing(project: Path, names: Collection[str]) -> set[str]:
    """Return those of `names` that aren't as HEAD has them."""
    changed = git("diff", "--name-only", "-z", "--no-renames", "HEAD", folder=project).split("\0")
    untracked = set(names) - _tracked(project, names)
    return set(changed).intersection(names) | untracked
