"""Check answers against a template's questions: every fault at once, before anything is rendered.

The rules are the template's own validators. Added is what Copier lacks: unknown keys are refused,
types are strict, and one fault doesn't hide the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .errors import nearest
from .questions import KINDS, Question, Questionnaire

STAMPS = frozenset({"_commit", "_src_path"})
"""What Copier adds to an answer file about the template; not answers."""

NEEDS = {
    "str": "text (put it in quotes)",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "yaml": "a list",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one answer. Only an error keeps a design from being rendered."""

    key: str
    message: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Report:
    """What a check found."""

    faults: tuple[Fault, ...]
    values: Mapping[str, Any]
    """All values that would be rendered: answers, defaults, computed ones. Where an answer is
    faulty, the default stands in for it."""

    @property
    def ok(self) -> bool:
        """Whether the design can be rendered."""
        return all(fault.severity != "error" for fault in self.faults)


def check(answers: Mapping[str, Any], questionnaire: Questionnaire) -> Report:
    """Return all faults of `answers`, in the order of the questions, unknown keys first."""
    known = questionnaire.names()
    faults = [
        Fault(key, f"there is no such question{nearest(key, known)}")
        for key in answers
        if key not in STAMPS and key not in {question.name for question in questionnaire.questions}
    ]
    values: dict[str, Any] = {}
    for question in questionnaire.questions:
        name = question.name
        applies = questionnaire.applies(question, values)
        default = questionnaire.default(question, values)
        value = answers.get(name, default)
        message = _mistyped(question, value)
        if not message and (applies or name in answers):  # as Copier does
            message = questionnaire.complaint(question, value, values)
        if message:
            faults.append(Fault(name, message))
        elif name in answers and not applies and not faults:  # a fault may be why it doesn't apply
            why = "follows from the other answers" if question.computed else "has no effect here"
            faults.append(Fault(name, f"{why}: leave it out", "warning"))
        values[name] = default if message else value
    return Report(tuple(faults), values)


def _mistyped(question: Question, value: Any) -> str:
    """Return how `value` isn't of the question's type or among its choices; nothing if it is."""
    if not question.multiple:
        return _mistyped_item(question, value)
    if not isinstance(value, list):
        return f"must be a list, such as [{question.choices[0]}], not {shown(value)}"
    if len(set(map(str, value))) < len(value):
        return "must not name a choice twice"
    return next(filter(None, (_mistyped_item(question, item) for item in value)), "")


def _mistyped_item(question: Question, value: Any) -> str:
    accepted = (int, float) if question.kind == "float" else KINDS[question.kind]
    if not isinstance(value, accepted) or (isinstance(value, bool) and question.kind != "bool"):
        return f"must be {NEEDS[question.kind]}, not {shown(value)}"
    if question.choices and value not in question.choices:
        allowed = " or ".join(question.choices)
        return f"must be {allowed}, not {shown(value)}{nearest(str(value), question.choices)}"
    return ""


def shown(value: Any) -> str:
    """Return `value` as a message can show it: short, and whatever it may hold."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= 60 else f"{value[:57]}...")
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return str(value)[:60]
