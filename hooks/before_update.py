"""Before an update: what stops it, and the answers that it takes.

Copier would put a default in the place of an answer that the new rules refuse, take another answer
to what was decided once and for all, let an answer stand in for what follows from the others where
no rule of the question is against it, and lose what isn't committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ml_scaffold.check import Fault, check
from ml_scaffold.errors import RunError, ScaffoldError
from ml_scaffold.migrations import Table, declared, migrated
from ml_scaffold.project import ANSWERS_FILE, Project, refuse_uncommitted
from ml_scaffold.questions import Question, Questionnaire


@dataclass(frozen=True)
class Prepared:
    """The answers with which a project is made anew.

    Attributes:
        stored: those that it has, as the release calls and values them.
        given: those that take their place: what was assigned, and how its new questions are
            answered where that isn't by their defaults.
        values: what follows: all answers, stored and computed.
    """

    stored: Mapping[str, Any]
    given: Mapping[str, Any]
    values: Mapping[str, Any]


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


def prepare(
    project: Project,
    release: str,
    assigned: Mapping[str, str],
    questionnaire: Questionnaire,
    tables: Sequence[Table],
) -> Prepared:
    """Return the answers with which the project is brought to `release`.

    Args:
        assigned: answers that take the place of the stored ones, as they are typed.
        questionnaire, tables: the release's questions, and its tables since the project's release.

    Raises:
        RefusedAnswers: the rules of `release` refuse an answer.
        ScaffoldError: something isn't committed, or the answers file holds what is no answer.
    """
    refuse_uncommitted(project)
    _refuse_computed(project, questionnaire)
    questions = {question.name: question for question in questionnaire.questions}
    stored = migrated(tables, project.answers)
    typed = {name: _typed(text, questions.get(name)) for name, text in assigned.items()}
    added = declared(tables, stored)
    given = {**{name: added[name] for name in added if name in questions}, **typed}
    held = {name: value for name, value in stored.items() if name in questions}
    report = check({**held, **given}, questionnaire)
    before = check(held, questionnaire).values
    fixed = [
        Fault(name, f"was decided when the project was made, as {before[name]}: make another one")
        for name in questionnaire.settings.get("_fixed_answers", ())
        if name in typed and typed[name] != before[name]
    ]
    faults = (
        *fixed,
        *(
            fault
            for fault in report.faults
            if fault.severity == "error" or (fault.rule == "no_effect" and fault.key in typed)
        ),
    )
    if faults:
        raise RefusedAnswers(release, project.commit, faults)
    return Prepared(stored, given, report.values)


def _refuse_computed(project: Project, questionnaire: Questionnaire) -> None:
    computed = [each.name for each in questionnaire.questions if each.computed]
    stray = [name for name in project.answers if name in computed]
    if stray:
        raise ScaffoldError(
            f"{ANSWERS_FILE} holds what follows from the other answers, and Copier would take it "
            f"for one: remove {', '.join(stray)} there and commit; nothing was changed"
        )


def _typed(text: str, question: Question | None) -> Any:
    if question is None or (question.kind == "str" and not question.multiple):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
