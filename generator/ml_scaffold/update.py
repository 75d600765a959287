"""Update a project to another release, or to other answers, and lose nothing on the way.

Copier merges; what it lacks is done around it. Answers that the new rules refuse stop an update,
where Copier would put the default in their place. Edits that its merge drops without a mark (in a
file that the template no longer has, in a binary) are put back and reported. The merge happens in a
clone of the project, and only a finished one is carried over, so a failure changes nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from copier.errors import CopierError
from jinja2 import TemplateError
from plumbum import ProcessExecutionError

from . import answers, source
from .check import Fault, check
from .errors import RunError, ScaffoldError
from .project import ANSWERS_FILE, Project, refuse_uncommitted
from .questions import Question, Questionnaire
from .scaffold import render
from .source import git
from .worker import worker

MARKER = "<<<<<<< "
"""What begins the first line of a conflict that is left to people."""


@dataclass(frozen=True)
class Update:
    """What an update did, or would do. Paths are relative to the project.

    Attributes:
        answers: each answer that is another one now: (before, after), None where there is none.
        added, changed, removed: files, among them those that follow.
        conflicts: files with conflict markers.
        kept: edited files that the template no longer has; they stay as they were.
        beside: the template's versions of edited binaries, beside yours, ending in `.rej`.
        patch: the file with all of it, for `apply`.
    """

    before: str
    after: str
    answers: Mapping[str, tuple[Any, Any]]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[str, ...]
    kept: tuple[str, ...]
    beside: tuple[str, ...]
    patch: Path

    @property
    def finished(self) -> bool:
        """Whether nothing is left for people to decide."""
        return not (self.conflicts or self.kept or self.beside)


class RefusedAnswers(RunError):
    """The new rules refuse answers that the project holds, or ones that were given."""

    def __init__(self, release: str, before: str, faults: tuple[Fault, ...]) -> None:
        make = "make redesign KEY=VALUE" if release == before else "make update SET=KEY=VALUE"
        listed = "\n".join(f"  {fault.key}: {fault.message}" for fault in faults)
        super().__init__(
            f"{release} refuses answers of this project, and nothing was changed:\n{listed}\n"
            f"give another answer: `{make}`, or --set KEY=VALUE of `ml-scaffold update`"
        )
        self.faults = faults


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
        temporary: an empty folder, in which the result's `patch` lies afterwards.
        lock: whether to run the project's `make lock` where the merge changed what it reads.

    Raises:
        RefusedAnswers: the rules of `release` refuse an answer.
        ScaffoldError: git, Copier or `make lock` failed.
    """
    refuse_uncommitted(project)
    given = _accepted(project, release, assigned)
    work = temporary / "project"
    git("clone", "--quiet", "--local", "--no-hardlinks", "--", str(project.folder), str(work))
    head = git("rev-parse", "HEAD", folder=work).strip()
    _run_copier(work, release, given)
    stored = answers.read(work / ANSWERS_FILE)
    after = {key: value for key, value in stored.items() if not key.startswith("_")}
    kept, beside = _put_back(work, head, project, temporary / "before")
    git("add", "--all", "--force", folder=work)
    conflicts = _conflicts(work, head)
    pinned = {"pyproject.toml", "constraints.txt"} & set(_names(work, head))
    if lock and pinned and not conflicts:
        _lock(work)
        git("add", "--update", folder=work)  # not the tools that it may have got for itself
    patch = temporary / "update.patch"
    patch.write_bytes(_git_bytes(work, "diff", "--cached", "--binary", "--no-renames", head))
    return Update(
        before=project.commit,
        after=str(stored.get("_commit")),
        answers=_changed_answers(project.answers, after),
        added=_names(work, head, "--diff-filter=A"),
        changed=_names(work, head, "--diff-filter=MT"),
        removed=_names(work, head, "--diff-filter=D"),
        conflicts=conflicts,
        kept=kept,
        beside=beside,
        patch=patch,
    )


def apply(project: Project, made: Update) -> None:
    """Bring what was merged into the project's work tree, wholly or not at all.

    Raises:
        ScaffoldError: a file that git ignores stands where the new release has one.
    """
    if made.patch.stat().st_size == 0:
        return
    try:
        git("apply", "--binary", "--whitespace=nowarn", str(made.patch), folder=project.folder)
    except ScaffoldError as error:
        raise ScaffoldError(f"nothing was changed, because of a file in the way: {error}") from None


def _accepted(project: Project, release: str, assigned: Mapping[str, str]) -> dict[str, Any]:
    """Return what is assigned as the questions of `release` type it, if all answers are right."""
    with source.checkout(project.url, release) as root:
        questionnaire = Questionnaire(root)
        kinds = {question.name: question for question in questionnaire.questions}
        given = {name: _typed(text, kinds.get(name)) for name, text in assigned.items()}
        held = {name: value for name, value in project.answers.items() if name in kinds}
        report = check({**held, **given}, questionnaire)
        before = check(held, questionnaire).values
    fixed = [
        Fault(name, f"was decided when the project was made, as {before[name]}: make another one")
        for name in questionnaire.settings.get("_fixed_answers", ())
        if name in given and given[name] != before[name]
    ]
    faults = (
        *fixed,
        *(
            fault
            for fault in report.faults
            if fault.severity == "error" or (fault.rule == "no_effect" and fault.key in given)
        ),
    )
    if faults:
        raise RefusedAnswers(release, project.commit, faults)
    return given


def _typed(text: str, question: Question | None) -> Any:
    if question is None or (question.kind == "str" and not question.multiple):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _run_copier(work: Path, release: str, given: Mapping[str, Any]) -> None:
    try:
        with worker(
            work, data=dict(given), vcs_ref=release, defaults=True, overwrite=True
        ) as updating:
            updating.run_update()
    except ProcessExecutionError as error:
        raise ScaffoldError(f"git failed: {error.stderr.strip()}") from None
    except (CopierError, TemplateError, OSError, ValueError) as error:
        raise ScaffoldError(f"the update can't be made: {error}") from None


def _put_back(
    work: Path, head: str, project: Project, pristine: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Restore the edits that the merge dropped; return what was kept, and what was set beside.

    Args:
        pristine: where the project is made as it was generated, if an edit may have been dropped:
            in a file that is gone, or in a binary, in whose place the merge puts the template's.
    """
    git("add", "--all", "--force", folder=work)
    gone = _names(work, head, "--diff-filter=D")
    binary = _binaries(work, head)
    if not (gone or binary):
        return (), ()
    render(project.url, project.commit, pristine, project.answers)
    kept, beside = [], []
    for name in (*gone, *binary):
        path, generated = work / name, pristine / name
        ours = _git_bytes(work, "cat-file", "--filters", f"{head}:{name}")
        if not generated.is_file() or generated.read_bytes() == ours:
            continue
        if name in gone:
            path.parent.mkdir(parents=True, exist_ok=True)
            kept.append(name)
        elif (theirs := path.read_bytes()) != generated.read_bytes():
            path.with_name(f"{path.name}.rej").write_bytes(theirs)
            beside.append(f"{name}.rej")
        path.write_bytes(ours)
    return tuple(kept), tuple(beside)


def _lock(work: Path) -> None:
    """Pin anew what the merged pyproject.toml asks for; what is pinned stays."""
    uv = os.environ.get("UV") or shutil.which("uv")
    command = ["make", "lock", *([f"UV={uv}"] if uv else [])]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-10:])
        raise ScaffoldError(
            "nothing was changed, because the dependencies can't be pinned together "
            f"(`make lock`; --no-lock leaves it out):\n{said}"
        )


def _changed_answers(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    return {
        key: (before.get(key), after.get(key))
        for key in (*after, *(key for key in before if key not in after))
        if before.get(key) != after.get(key)
    }


def _conflicts(work: Path, head: str) -> tuple[str, ...]:
    """Return the changed files in which the merge left markers."""
    return tuple(
        name
        for name in _names(work, head, "--diff-filter=AMT")
        if any(
            line.startswith(MARKER)
            for line in (work / name).read_text("utf-8", "replace").splitlines()
        )
    )


def _names(folder: Path, head: str, *options: str) -> tuple[str, ...]:
    listed = git(
        "diff", "--cached", "--name-only", "-z", "--no-renames", *options, head, folder=folder
    )
    return tuple(name for name in listed.split("\0") if name)


def _binaries(folder: Path, head: str) -> tuple[str, ...]:
    """Return the changed files in which git merges no lines, which counts them as `-`."""
    listed = git(
        *("diff", "--cached", "--numstat", "-z", "--no-renames", "--diff-filter=MT", head),
        folder=folder,
    )
    uncounted = "-\t-\t"
    return tuple(
        line.removeprefix(uncounted) for line in listed.split("\0") if line.startswith(uncounted)
    )


def _git_bytes(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True).stdout
