"""Update a project to another release, or to other answers, and lose nothing on the way.

Copier renders the project as it was generated and as it would be now, git merges what the team made
of the one with the other, in a clone, and only a finished merge is carried over, so a failure
changes nothing. What has to be known beyond that stands in `hooks/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pathspec

from . import answers, applying, merging, migrations, source
from .account import Account, changed_answers, new_answers, why_aside
from .clashes import refuse_clashes
from .errors import ScaffoldError
from .hooks import after_update, before_update
from .merging import Tree
from .project import ANSWERS_FILE, Project, refuse_older, refuse_uncommitted
from .questions import Questionnaire
from .scaffold import render, render_again
from .source import git

PINNED = {"pyproject.toml", "constraints.txt"}
"""What `make lock` reads and writes."""


@dataclass(frozen=True)
class Update:
    """A finished merge, not yet in the project.

    Attributes:
        account: what it did.
        merged: a folder with all files as they will be.
        written, removed: the paths that are to be copied from there, and to be taken out.
    """

    account: Account
    merged: Path
    written: tuple[str, ...]
    removed: tuple[str, ...]


def newest(project: Project) -> str:
    """Return the release to which a project would be updated.

    Raises:
        ScaffoldError: the template has no release, or can't be read.
    """
    release = source.newest_release(project.url)
    if release is None:
        raise ScaffoldError(f"{project.url} has no release (a tag such as v1.2.3) to update to")
    return release


def merge(
    project: Project,
    release: str,
    assigned: Mapping[str, str],
    temporary: Path,
    *,
    lock: bool = True,
) -> Update:
    """Merge a release into a clone of the project, in `temporary`; the project is left alone.

    Args:
        release: a tag of the template, or the commit that the project was generated from.
        assigned: answers that take the place of the stored ones, as they are typed.
        temporary: an empty folder, in which the result lies afterwards.
        lock: whether to run the project's `make lock` where the merge changed what it reads.

    Raises:
        RefusedAnswers: the rules of `release` refuse an answer.
        ScaffoldError: git, Copier or `make lock` failed, or the project isn't ready for an update;
            or something of the team's stands in the way of a file.
    """
    refuse_older(project, release)
    work = temporary / "merged"
    with source.checkout(project.url, release) as root:
        questionnaire = Questionnaire(root)
        tables = migrations.since(root, project.commit) if release != project.commit else ()
        prepared = before_update.prepare(project, release, assigned, questionnaire, tables)
        git("clone", "--quiet", "--local", "--no-checkout", "--", str(project.folder), str(work))
        render(project.url, project.commit, temporary / "before", project.answers)
        render_again(project.url, release, temporary / "now", prepared.stored, prepared.given)
        base = merging.rendered(work, temporary / "before")
        theirs = merging.rendered(work, temporary / "now")
        head = merging.committed(work)
        ours = dict(head)
        _leave_to_the_team(base, ours, theirs, questionnaire, prepared.values)
    package = str(project.answers.get("package"))
    left = merging.left_behind(base, ours, theirs)
    moved = migrations.move(tables, package, base, ours, theirs)
    if ANSWERS_FILE in ours:
        base[ANSWERS_FILE] = ours[ANSWERS_FILE]  # an edit there was taken up as an answer
    merged = merging.three_way(work, base, ours, theirs, release)
    settled = after_update.settle(merged.undecided, merged.tree.keys() | head.keys())
    undecided = {each.path for each in merged.undecided}
    refuse_clashes(head, merged.tree | settled.tree, undecided, release)
    merging.check_out(work, merged.tree | settled.tree)
    if lock and not merged.conflicts and _differing(head, merged.tree) & PINNED:
        after_update.lock(work)
        git("add", "--update", folder=work)  # not the tools that it may have got for itself
    tree = merging.indexed(work)
    differing = sorted(_differing(head, tree))
    added = tuple(name for name in differing if name not in head)
    changed = tuple(name for name in differing if name in head and name in tree)
    removed = tuple(name for name in differing if name not in tree)
    told = {*(name for pair in moved for name in pair), *settled.aside, *settled.beside}
    leftovers = {*settled.aside, *settled.beside}
    ignored = merging.ignored(project.folder, work) - leftovers
    stored = answers.read(temporary / "now" / ANSWERS_FILE)
    account = Account(
        before=project.commit,
        after=str(stored.get("_commit")),
        answers=changed_answers(project, stored, tables),
        taken=new_answers(prepared.stored, stored, questionnaire),
        moved=moved,
        added=tuple(name for name in added if name not in told),
        changed=changed,
        removed=tuple(name for name in removed if name not in told),
        conflicts=merged.conflicts,
        aside={
            name: why_aside(tables, path, package, head, theirs)
            for name, path in settled.aside.items()
        },
        beside=settled.beside,
        missed=settled.missed,
        ignored=tuple(name for name in added if name in ignored),
        left=left,
    )
    # What others import is written before them, and last the release that the project is at.
    written = sorted((*added, *changed), key=lambda name: (name == ANSWERS_FILE, name in head))
    return Update(account, work, tuple(written), removed)


def apply(project: Project, made: Update) -> None:
    """Bring what was merged into the project's work tree, wholly or not at all.

    Raises:
        ScaffoldError: something that git doesn't know is in the way, or the project was changed
            while the merge was made.
    """
    refuse_uncommitted(project)
    applying.apply(project.folder, made.merged, made.written, made.removed)


def _leave_to_the_team(
    base: Tree,
    ours: Tree,
    theirs: Tree,
    questionnaire: Questionnaire,
    values: Mapping[str, Any],
) -> None:
    """Take out of a merge what the template copies once, as Copier leaves it alone in an update."""

    def matcher(setting: str) -> pathspec.GitIgnoreSpec:
        context = {**values, "_copier_operation": "update"}
        patterns = questionnaire.settings.get(setting, ())
        return pathspec.GitIgnoreSpec.from_lines(
            questionnaire.render(pattern, context) for pattern in patterns
        )

    excluded, copied_once = matcher("_exclude"), matcher("_skip_if_exists")
    for path in [*base, *(path for path in theirs if path not in base)]:
        if excluded.match_file(path):
            base.pop(path, None)
            theirs.pop(path, None)
        elif path in theirs and copied_once.match_file(path):
            if path in ours:
                base[path] = theirs[path] = ours[path]
            else:
                base.pop(path, None)  # the code reads it, so it is made again


def _differing(one: Tree, other: Tree) -> set[str]:
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}
