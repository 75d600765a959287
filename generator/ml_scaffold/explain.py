"""Why a rule exists, in words for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import yaml

from .check import check
from .questions import Questionnaire
from .rules import named

WIDTH = 80


def explain(name: str, questionnaire: Questionnaire) -> str:
    """Return what the rule `name` is for, with its source, and a design that breaks it.

    Raises:
        ScaffoldError: there is no such rule; all are listed.
    """
    rule = named(name, questionnaire.catalogue)
    place = f", at {rule.question}" if rule.question else ""
    faults = check(rule.fails, questionnaire, rule.purpose).faults
    said = next(fault for fault in faults if fault.rule == name)
    return "\n".join(
        [
            f"{name} ({rule.severity}{place})",
            "",
            *_wrapped(rule.why, "  "),
            *_wrapped(f"Source: {rule.source}", "  "),
            "",
            "It is kept by",
            _design(rule.passes),
            "and broken by",
            _design(rule.fails),
            "which is told",
            *_wrapped(f"{said.key}: {said.message}", "  "),
        ]
    )


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _design(answers: Mapping[str, Any]) -> str:
    """Return answers as they stand in an answer file; those left out take their defaults."""
    if not answers:
        return "  the defaults"
    text = yaml.safe_dump(dict(answers), sort_keys=False, allow_unicode=True, width=WIDTH)
    return textwrap.indent(text.rstrip(), "  ")
