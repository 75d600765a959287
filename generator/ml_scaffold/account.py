"""What an update did, in lines for people."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from . import migrations
from .check import shown
from .errors import visible
from .migrations import Table
from .project import Project
from .questions import Questionnaire

LONGEST = 100
"""Characters of a list or a mapping that a line shows."""
BLOCKED = "because a file of yours stands at its new place"
DELETED = "because no project has it any more"
LEFT_OUT = "because the answers leave it out"
"""Why a team's edited file has no place."""


@dataclass(frozen=True)
class Account:
    """What an update did, or would do. Paths are relative to the project.

    Attributes:
        answers: each answer that is another one now: (before, after), None where there is none.
        taken: answers to questions that are new to the project, each with what it's the answer to.
        moved: files that the project had elsewhere: (before, after).
        added, changed, removed: the other files.
        conflicts: files with conflict markers.
        aside: a team's edited files without a place, under names that end in `.yours`, each with
            why.
        beside, missed: as in `Settled`.
        ignored: new files that git will leave out of a commit.
        left: files of the team's own in folders in which the template has none any more.
    """

    before: str
    after: str
    answers: Mapping[str, tuple[Any, Any]]
    taken: Mapping[str, tuple[Any, str]]
    moved: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[str, ...]
    aside: Mapping[str, str]
    beside: tuple[str, ...]
    missed: tuple[str, ...]
    ignored: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def finished(self) -> bool:
        """Whether nothing is left for people to decide."""
        return not (self.conflicts or self.aside or self.beside or self.ignored)

    def __str__(self) -> str:
        """Return it as lines for people."""
        return "\n".join(map(visible, self._lines()))

    def _lines(self) -> Iterator[str]:
        other = self.before != self.after
        yield f"from {self.before} to {self.after}" if other else f"{self.after} with other answers"
        for key, (before, after) in self.answers.items():
            yield f"  answer {key}: {_shown(before)} -> {_shown(after)}"
        if self.taken:
            yield "  answers to new questions (`make redesign KEY=VALUE` changes one):"
        for key, (value, question) in self.taken.items():
            yield f"    {key}: {_shown(value)} ({question})"
        moves = tuple(f"{before} -> {after}" for before, after in self.moved)
        for names, verb in (
            (moves, "moved"),
            (self.added, "added"),
            (self.changed, "changed"),
            (self.removed, "removed"),
        ):
            if names:
                yield f"  {len(names)} files {verb}:"
                yield from (f"    {name}" for name in names)
        for names, what in (
            (self.conflicts, "conflicts: mend what stands between <<<<<<< and >>>>>>>"),
            *(
                (
                    tuple(name for name, other in self.aside.items() if other == why),
                    f"put aside, with your edits, {why}: take over what you need, then remove",
                )
                for why in (DELETED, BLOCKED, LEFT_OUT)
            ),
            (
                self.beside,
                "the template's version of a file of yours: compare, then remove",
            ),
            (
                self.ignored,
                "git ignores these, so that they won't be committed: change .gitignore, or"
                " `git add --force` them",
            ),
            (self.left, "yours, in a folder that the template left:"),
            (self.missed, "not merged, because you removed or renamed it:"),
        ):
            if names:
                yield f"  {what}"
                yield from (f"    {name}" for name in names)


def changed_answers(
    project: Project, stored: Mapping[str, Any], tables: Sequence[Table]
) -> dict[str, tuple[Any, Any]]:
    """Return the answers that are others now, under the names that they had and have."""
    changed = {}
    for key, before in project.answers.items():
        now = migrations.name_now(tables, key)
        if now != key or before != stored.get(now):
            changed[key if now == key else f"{key}, now {now}"] = (before, stored.get(now))
    return changed


def new_answers(
    before: Mapping[str, Any], stored: Mapping[str, Any], questionnaire: Questionnaire
) -> dict[str, tuple[Any, str]]:
    """Return the answers that the project had none of, each with its question."""
    asks = {question.name: question.help for question in questionnaire.questions}
    return {
        key: (value, asks[key])
        for key, value in stored.items()
        if key in asks and key not in before
    }


def why_aside(
    tables: Sequence[Table], path: str, package: str, ours: Collection[str], theirs: Collection[str]
) -> str:
    """Return why the file that the team has at `path` has no place.

    Args:
        ours, theirs: the paths that the team has, and that the release generates.
    """
    place = migrations.new_place(tables, path, package)
    if place != path and place in ours and place in theirs:
        return BLOCKED
    return DELETED if migrations.is_deleted(tables, path, package) else LEFT_OUT


def _shown(answer: Any) -> str:
    if not isinstance(answer, list | dict):
        return shown(answer)
    text = yaml.safe_dump(
        answer, default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
    )
    text = visible(text.strip())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
