"""Check answers against a template's questions: every fault at once, before anything is rendered.

The rules are the template's own validators, and its catalogue's warnings. Added is what Copier
lacks: unknown keys are refused, types are strict, one fault doesn't hide the next, and
what is known but not generated is told from what is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import nearest, visible
from .parts import Part
from .questions import Question, Questionnaire
from .rules import Purpose, Severity

STAMPS = frozenset({"_commit", "_src_path"})
"""What Copier adds to an answer file about the template; not answers."""

NEEDS: Mapping[type, str] = {
    str: "text (put it in quotes)",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}
GENERATED_ONLY, DOCUMENT_ONLY = "generated_only", "document_only"
"""The rules that a design needs to keep only if a project is generated from it."""
EVIDENCE = "evidence"
"""The question whose answer says of others what they were measured on."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one answer. Only an error keeps a design from being rendered.

    `rule` names what is broken, as the catalogue does; a template without one may leave it empty.
    """

    key: str
    message: str
    severity: Severity = "error"
    rule: str = ""


@dataclass(frozen=True)
class Report:
    """What a check found."""

    faults: tuple[Fault, ...]
    values: Mapping[str, Any]
    """All values that would be rendered: answers, defaults, computed ones. Where an answer is
    faulty, the default stands in for it, unless it's only that no project can have it."""

    @property
    def ok(self) -> bool:
        """Whether the design can be rendered."""
        return all(fault.severity != "error" for fault in self.faults)


def check(
    answers: Mapping[str, Any], questionnaire: Questionnaire, purpose: Purpose = "project"
) -> Report:
    """Return all faults of `answers`: unknown keys, then errors by question, then warnings.

    For a document, answers are right that no project can be generated with.
    """
    known = questionnaire.names()
    questions = {question.name for question in questionnaire.questions}
    retired = questionnaire.settings.get("_retired_questions", {})
    unknown = [key for key in answers if key not in STAMPS and key not in questions]
    faults = [
        Fault(key, f"there is no such question{nearest(key, known)}", rule="unknown_question")
        for key in unknown
        if key not in retired
    ]
    unsure = {fault.key for fault in faults}
    warnings = [
        Fault(key, f"is no longer asked, for {retired[key]}: leave it out", "warning", "no_effect")
        for key in unknown
        if key in retired
    ]
    values: dict[str, Any] = {}
    asked: set[str] = set()
    for question in questionnaire.questions:
        name = question.name
        applies = questionnaire.applies(question, values)
        asked |= {name} if applies else set()
        default = questionnaire.default(question, values)
        value = answers.get(name, default)
        rule, message = _refusal(question, value, questionnaire, purpose)
        if not message and (applies or name in answers):  # as Copier does
            without = {GENERATED_ONLY} if purpose == "document" else set()
            rule, message = questionnaire.broken(question, value, values, without)
        if message:
            faults.append(Fault(name, message, rule=rule))
            unsure.add(name)
        elif name in answers and not applies and not unsure:  # a fault may be why it doesn't apply
            why = "follows from the other answers" if question.computed else "has no effect here"
            warnings.append(Fault(name, f"{why}: leave it out", "warning", "no_effect"))
        # What follows from an answer that is right in itself is judged by that answer.
        values[name] = default if message and rule != DOCUMENT_ONLY else value
    if EVIDENCE in answers and EVIDENCE not in unsure:
        for fault in _of_measurements(values[EVIDENCE], questionnaire, asked | unsure):
            (faults if fault.severity == "error" else warnings).append(fault)
    warnings += _warnings(questionnaire, values, asked, unsure)
    order = [*retired, *values]
    warnings.sort(key=lambda fault: order.index(fault.key))
    return Report((*faults, *warnings), values)


def _of_measurements(
    evidence: Collection[str], questionnaire: Questionnaire, counting: Collection[str]
) -> Iterator[Fault]:
    """Yield which measured answers are none, or have no effect: are none of `counting`."""
    known = questionnaire.names()
    retired = questionnaire.settings.get("_retired_questions", {})
    for name in evidence:
        if name not in known and name not in retired:
            message = f"{name}: there is no such question{nearest(name, known)}"
            yield Fault(EVIDENCE, message, rule="unknown_question")
        elif name not in counting:
            message = f"{name} has no effect here: leave its measurement out"
            yield Fault(EVIDENCE, message, "warning", "no_effect")


def _warnings(
    questionnaire: Questionnaire, values: Mapping[str, Any], asked: set[str], unsure: set[str]
) -> Iterator[Fault]:
    """Yield what makes a design weak, where all that it is judged by is sure."""
    for rule in questionnaire.catalogue.values():
        if rule.warns and rule.question in asked:
            message = questionnaire.render(rule.warns, values).strip()
            if message and not _rests_on(unsure, rule.warns, questionnaire):
                yield Fault(rule.question, message, "warning", rule.name)


def _rests_on(unsure: set[str], source: str, questionnaire: Questionnaire) -> bool:
    """Return whether `source` reads what is unsure, or what follows from that."""
    computed = {each.name: each.default for each in questionnaire.questions if each.computed}
    read = set(questionnaire.reads(source))
    read |= {
        other for name in read & set(computed) for other in questionnaire.reads(computed[name])
    }
    return bool(read & unsure)


def _refusal(
    question: Question, value: Any, questionnaire: Questionnaire, purpose: Purpose
) -> tuple[str, str]:
    """Return by which rule `value` is no answer to the question at all, and why; or two times
    nothing.
    """
    missing = questionnaire.not_generated.get(question.name, {})
    if not question.multiple:
        return _refused(question, value, missing, purpose)
    if not isinstance(value, list):
        example = f"such as [{question.choices[0]}]"
        return "wrong_type", f"must be a list, {example}, not {shown(value)}"
    if len(set(map(str, value))) < len(value):
        return "named_twice", "must not name a choice twice"
    every = (_refused(question, item, missing, purpose) for item in value)
    return next((refusal for refusal in every if refusal[1]), ("", ""))


def _refused(
    question: Question, value: Any, missing: Mapping[Any, Part], purpose: Purpose
) -> tuple[str, str]:
    boolean = isinstance(value, bool) and question.kind != "bool"
    if boolean or not isinstance(value, question.types):
        return "wrong_type", f"must be {NEEDS[question.types[-1]]}, not {shown(value)}"
    part = missing.get(value) if isinstance(value, str | bool) else None
    if part and part.gone:
        return "gone", f"{part.name}: {part.gone}; use {shown(part.nearest)} instead"
    if part and purpose == "project":
        return DOCUMENT_ONLY, (
            f"{shown(value)} can't be generated, because {part.not_yet}; the nearest that can is "
            f"{shown(part.nearest)}"
        )
    if question.choices and value not in question.choices and not part:
        generated = [str(choice) for choice in question.choices]
        known = [*generated, *(each for each in missing if not missing[each].gone)]
        allowed = " or ".join(generated if purpose == "project" else known)
        return (
            "unknown_choice",
            f"must be {allowed}, not {shown(value)}{nearest(str(value), known)}",
        )
    return "", ""


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


def listing(file: Path, report: Report) -> str:
    """Return what a check found as lines for people."""
    if not report.faults:
        return f"{file}: no faults"
    lines = (
        f"  {'warning: ' * (fault.severity == 'warning')}{visible(fault.key)}: {fault.message}"
        + f" [{fault.rule}]" * bool(fault.rule)
        for fault in report.faults
    )
    return "\n".join([f"{file}:", *lines])
