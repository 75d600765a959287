"""A generated project as a clone on disk: its answers, where it came from, and the state of git."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from . import answers
from .errors import ScaffoldError
from .source import git

ANSWERS_FILE = ".copier-answers.yml"


@dataclass(frozen=True)
class Project:
    """A generated project.

    Attributes:
        folder: its root, which is the root of its git repository too.
        answers: what it was generated from, without Copier's own entries.
        url: the template's source, as Copier recorded it.
        commit: the template's release, or the commit as `git describe` names it.
    """

    folder: Path
    answers: Mapping[str, Any]
    url: str
    commit: str


def generated(folder: Path) -> Path:
    """Return the absolute path of the project in `folder`.

    Raises:
        ScaffoldError: there is none.
    """
    folder = folder.expanduser().resolve()
    if not (folder / ANSWERS_FILE).is_file():
        raise ScaffoldError(f"{folder} is no generated project: it has no {ANSWERS_FILE}")
    return folder


def root_of(folder: Path) -> Path:
    """Return the absolute path of the project in `folder`, be it whole or half updated.

    Raises:
        ScaffoldError: there is none, or it isn't under git.
    """
    folder = generated(folder)
    if not (folder / ".git").exists():
        above = next((each for each in folder.parents if (each / ".git").exists()), None)
        if above:
            raise ScaffoldError(
                f"{folder} lies in the repository {above}, and an update merges by git: a project "
                "must be the root of a repository of its own"
            )
        raise ScaffoldError(
            f"{folder} is not the root of a git repository, and an update merges by git: "
            'run `git init && git add -A && git commit -m "Start"` there'
        )
    return folder


def open_project(folder: Path) -> Project:
    """Return the project in `folder`.

    Raises:
        ScaffoldError: there is none, it isn't under git, or it can't be updated.
    """
    folder = root_of(folder)
    file = folder / ANSWERS_FILE
    stored = answers.read(file)
    url, commit = stored.get("_src_path"), stored.get("_commit")
    if not isinstance(url, str) or not isinstance(commit, str):
        raise ScaffoldError(
            f"{file} doesn't say which release of which template it came from "
            "(_src_path, _commit): restore it from git, or generate from a release"
        )
    if ":" not in url and not Path(url).is_absolute():
        raise ScaffoldError(
            f"{file} says where the template is by a path that only holds from one folder: make "
            f"_src_path absolute there (it is {url}), and commit"
        )
    given = {key: value for key, value in stored.items() if not key.startswith("_")}
    return Project(folder, given, url, commit)


def refuse_older(project: Project, release: str) -> None:
    """Make sure that `release` isn't one before the project's, where versions name both.

    Raises:
        ScaffoldError: it is.
    """
    named = [re.match(r"v?(\d+(?:\.\d+)+)", name) for name in (release, project.commit)]
    versions = [Version(match[1]) for match in named if match]
    if len(versions) == 2 and versions[0] < versions[1]:
        raise ScaffoldError(
            f"{release} is older than the project's {project.commit}, and an update leads to a "
            "newer release; nothing was changed"
        )


def refuse_uncommitted(project: Project) -> None:
    """Make sure that git can undo whatever happens to the project next.

    Raises:
        ScaffoldError: something isn't committed.
    """
    changed = git("status", "--porcelain", folder=project.folder).splitlines()
    if changed:
        shown = "\n".join(f"  {line}" for line in changed[:10])
        more = f"\n  and {len(changed) - 10} more" if len(changed) > 10 else ""
        raise ScaffoldError(f"commit or stash first, so that nothing can be lost:\n{shown}{more}")
