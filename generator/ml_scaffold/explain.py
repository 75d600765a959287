"""Why rules exist, in words for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import yaml

from .check import check
from .errors import ScaffoldError, nearest
from .questions import Questionnaire
from .rules import Rule

WIDTH = 80


def explain(name: str, questionnaire: Questionnaire) -> str:
    """Return what the rule `name` is for, with its source, and a design that breaks it.

    Raises:
        ScaffoldError: there is no such rule; the message says which may be meant.
    """
    rule = _named(name, questionnaire)
    heading, *reason = _reason(rule)
    faults = check(rule.fails, questionnaire, rule.purpose).faults
    said = next(fault for fault in faults if fault.rule == name)
    return "\n".join(
        [
            heading,
            "",
            *reason,
            "",
            "It is kept by",
            _design(rule.passes),
            "and broken by",
            _design(rule.fails),
            "which is told",
            *_wrapped(f"{said.key}: {said.message}", "  "),
        ]
    )


def explain_all(questionnaire: Questionnaire) -> str:
    """Return every rule in the catalogue's order, with what it is for and its source."""
    return "\n\n".join("\n".join(_reason(rule)) for rule in questionnaire.catalogue.values())


def described(name: str, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what there is to say of the rule `name`, as JSON can hold it.

    Raises:
        ScaffoldError: as of `explain`.
    """
    return _described(_named(name, questionnaire))


def described_all(questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Return that of every rule, in the catalogue's order."""
    return [_described(rule) for rule in questionnaire.catalogue.values()]


def _described(rule: Rule) -> dict[str, Any]:
    return {name: value for name, value in vars(rule).items() if name != "warns"}


def _named(name: str, questionnaire: Questionnaire) -> Rule:
    """Return the rule called `name`; where there is none, say which may be meant, or list all."""
    catalogue = questionnaire.catalogue
    if name in catalogue:
        return catalogue[name]
    why = f"there is no rule {name!r}"
    if judges := questionnaire.judged_by(name):
        raise ScaffoldError(
            f"{why}: it is a question, and the rules reported there are {', '.join(judges)}"
        )
    if close := nearest(name, catalogue):
        raise ScaffoldError(f"{why}{close} `ml-scaffold check --explain all` shows each")
    listed = "\n".join(f"  {rule.severity:<8} {rule.name}" for rule in catalogue.values())
    raise ScaffoldError(f"{why}\nThe rules are:\n{listed}")


def _reason(rule: Rule) -> list[str]:
    place = f", at {rule.question}" if rule.question else ""
    return [
        f"{rule.name} ({rule.severity}{place})",
        *_wrapped(rule.why, "  "),
        *_wrapped(f"Source: {rule.source}", "  "),
    ]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _design(answers: Mapping[str, Any]) -> str:
    """Return answers as they stand in an answer file; those left out take their defaults."""
    if not answers:
        return "  the defaults"
    text = yaml.safe_dump(dict(answers), sort_keys=False, allow_unicode=True, width=WIDTH)
    return textwrap.indent(text.rstrip(), "  ")
