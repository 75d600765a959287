"""Merge three versions of a project by git: as generated, as the team has it, as generated now.

A version is a `Tree`: each path with its mode and the name of its content in a repository. What
both sides changed is merged by lines. What no merge can decide is returned, not decided.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .source import git

YOURS = "yours"
"""What the team's side of a conflict is called in its marker; the other one is named by release."""


class Entry(NamedTuple):
    """A file of a tree: its mode, and the name of its content, as git writes both."""

    mode: str
    blob: str


Tree = dict[str, Entry]


@dataclass(frozen=True)
class Undecided:
    """A path that no merge by lines can decide.

    Attributes:
        ours: the team's file; None where they removed or renamed it.
        theirs: the template's; None where it no longer has it.
    """

    path: str
    ours: Entry | None
    theirs: Entry | None


@dataclass(frozen=True)
class Merged:
    """What a merge came to.

    Attributes:
        tree: all that is decided, conflicts among it.
        conflicts: paths of texts in which markers stand.
        undecided: what stands in no tree yet.
    """

    tree: Tree
    conflicts: tuple[str, ...]
    undecided: tuple[Undecided, ...]


def committed(repository: Path) -> Tree:
    """Return the tree of the repository's HEAD, and make it the index."""
    git("read-tree", "HEAD", folder=repository)
    return indexed(repository)


def indexed(repository: Path, env: Mapping[str, str] | None = None) -> Tree:
    """Return the tree of the repository's index, in which no path has two versions."""
    listed = git("ls-files", "-z", "--stage", folder=repository, env=env)
    lines = (line.partition("\t") for line in listed.split("\0") if line)
    return {path: Entry(*details.split(" ")[:2]) for details, _, path in lines}


def rendered(repository: Path, folder: Path) -> Tree:
    """Return all files of `folder` as a tree, with their contents added to the repository."""
    with TemporaryDirectory(prefix="ml-scaffold-") as temporary:
        env = _at(repository) | {
            "GIT_INDEX_FILE": str(Path(temporary, "index")),
            "GIT_WORK_TREE": str(folder),
        }
        # Of what a user's own settings ignore nothing may be missing.
        git("add", "--all", "--force", "--", ".", folder=folder, env=env)
        return indexed(folder, env)


def three_way(repository: Path, base: Tree, ours: Tree, theirs: Tree, release: str) -> Merged:
    """Merge what `ours` and `theirs` made of `base`.

    Args:
        repository: where the contents are, and those that come about are added to.
        release: what the template's side of a conflict is called in its marker.
    """
    tree: Tree = {}
    conflicts: list[str] = []
    undecided: list[Undecided] = []
    for path in sorted(ours.keys() | theirs.keys()):
        was, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if mine == other or was == other:
            decided = mine
        elif was == mine:
            decided = other
        else:
            decided = None
            if was and mine and other:
                decided, clean = _by_lines(repository, was, mine, other, release)
                if decided and not clean:
                    conflicts.append(path)
            if decided is None:
                undecided.append(Undecided(path, mine, other))
        if decided is not None:
            tree[path] = decided
    return Merged(tree, tuple(conflicts), tuple(undecided))


def check_out(repository: Path, tree: Tree) -> None:
    """Make `tree` the index and the work tree of a repository that has no work tree yet."""
    git("read-tree", "--empty", folder=repository)
    lines = "".join(f"{entry.mode} {entry.blob}\t{path}\0" for path, entry in tree.items())
    git("update-index", "-z", "--index-info", folder=repository, given=lines)
    git("checkout-index", "--all", "--quiet", folder=repository)


def folders(paths: Iterable[str]) -> set[str]:
    """Return all folders that `paths` lie in, at any depth."""
    return {folder.as_posix() for path in paths for folder in PurePosixPath(path).parents[:-1]}


def left_behind(base: Tree, ours: Tree, theirs: Tree) -> tuple[str, ...]:
    """Return the team's own files in folders that `base` has and `theirs` has no more."""
    left = folders(base) - folders(theirs)
    return tuple(path for path in ours if path not in base and folders([path]) & left)


def ignored(project: Path, work: Path) -> set[str]:
    """Return the files in `work` that git doesn't have in `project`, and would leave out there."""
    repository = git("rev-parse", "--absolute-git-dir", folder=project).strip()
    listed = git(
        *("ls-files", "-z", "--others", "--ignored", "--exclude-standard"),
        folder=work,
        env={"GIT_DIR": repository, "GIT_WORK_TREE": str(work)},
    )
    return set(listed.split("\0"))


def _by_lines(
    repository: Path, base: Entry, ours: Entry, theirs: Entry, release: str
) -> tuple[Entry | None, bool]:
    """Return the merged file, if git can merge it, and whether that left no conflict."""
    mode = theirs.mode if base.mode == ours.mode else ours.mode
    if not {base.mode, ours.mode, theirs.mode} <= {"100644", "100755"}:
        return None, False  # a link, or another repository
    with TemporaryDirectory(prefix="ml-scaffold-") as temporary:
        labels = []
        for side, entry in ((YOURS, ours), ("before", base), (release, theirs)):
            labels += ["-L", side]
            content = _bytes("cat-file", "blob", entry.blob, folder=repository)
            Path(temporary, str(len(labels))).write_bytes(content)
        done = subprocess.run(
            ["git", "merge-file", "--stdout", *labels, "2", "4", "6"],
            cwd=temporary,
            capture_output=True,
            check=False,
        )
        if done.returncode > 127:  # up to there it counts conflicts; 255 says that it's no text
            return None, False
        Path(temporary, "merged").write_bytes(done.stdout)
        written = git(
            *("hash-object", "-w", "--no-filters", "merged"),
            folder=temporary,
            env=_at(repository),
        )
    return Entry(mode, written.strip()), done.returncode == 0


def _at(repository: Path) -> dict[str, str]:
    return {"GIT_DIR": os.fspath(repository / ".git")}


def _bytes(*arguments: str, folder: Path) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True).stdout
