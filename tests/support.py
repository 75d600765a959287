"""What tests share: where things lie, a copy of the template, and projects rendered from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from ml_scaffold.source import git

ROOT = Path(__file__).resolve().parents[1]
IDENTITY = (
    "-c",
    "user.name=tests",
    "-c",
    "user.email=tests@localhost",
    "-c",
    "commit.gpgsign=false",
)


RELEASES: list[dict[str, str]] = tomllib.loads(
    (ROOT / "tests" / "releases.toml").read_text(encoding="utf-8")
)["release"]
DONE = [each["version"] for each in RELEASES if each["commit"]]


def _in_turn(versions: Sequence[str]) -> pytest.MarkDecorator:
    slow = [pytest.param(version, marks=pytest.mark.slow) for version in versions[1:]]
    return pytest.mark.parametrize("release", [versions[0], *slow])


every_release = _in_turn(DONE)
"""Every release that was made; the way from the oldest is the longest, and the only fast one."""
of_the_first_layout = _in_turn([each for each in DONE if Version(each) < Version("v0.3.0")])
"""Releases whose projects had other files: what moved since, and what is gone."""
NEXT = "v99.0.0"
"""The tag that the working tree gets in a clone with all releases: newer than every one."""


def copy_template(destination: Path) -> Path:
    """Copy what of this clone isn't git-ignored into `destination`, without its history.

    Rendering from such a folder skips the clone that Copier makes of a repository.
    """
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=ROOT).split(
        "\0"
    )
    for name in filter(None, names):
        source, target = ROOT / name, destination / name
        if source.exists():  # a deletion that isn't committed yet is still listed
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    return destination


def commit_all(folder: Path, message: str, tag: str | None = None) -> None:
    """Commit all that is in `folder`, as a new repository if it's none yet, and tag it."""
    if not (folder / ".git").exists():
        git("init", "--quiet", "--initial-branch=main", folder=folder)
    git("add", "--all", folder=folder)
    git(
        *IDENTITY, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", message, folder=folder
    )
    if tag:
        git("tag", tag, folder=folder)


def clone_with_releases(folder: Path, template: Path) -> Path:
    """Make `folder` a clone of this repository with the tags of all releases, and return it.

    Its newest release is `template`, which stands for one that has no commit yet, too.
    """
    git("clone", "--quiet", "--no-checkout", str(ROOT), str(folder))
    for tag in git("tag", folder=folder).split():
        git("tag", "--delete", tag, folder=folder)
    for release in RELEASES:
        if release["commit"]:
            git("tag", release["version"], release["commit"], folder=folder)
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True)
    if not RELEASES[-1]["commit"]:
        commit_all(folder, "The release in the making", RELEASES[-1]["version"])
    commit_all(folder, "The working tree", NEXT)
    return folder


def release(folder: Path, tag: str, contents: Mapping[str, str | bytes]) -> None:
    """Make `contents` the whole of the template in `folder`, and tag it."""
    if folder.exists():
        git("rm", "-r", "--quiet", ".", folder=folder)
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    commit_all(folder, tag, tag)


def files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below `folder`, less git's own, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def make_targets(markdown: str) -> set[str]:
    """Return the targets that a document calls with `make`, in code spans and in code blocks."""
    blocks = re.findall(r"^```.*?\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", markdown)
    return set(re.findall(r"\bmake ([a-z][a-z-]*)\b", "\n".join([*blocks, *spans])))


def run(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `cwd` without a terminal, and return its exit code and all it printed."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
