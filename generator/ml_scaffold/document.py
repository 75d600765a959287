"""The design document, also of a design that no project can be generated from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .parts import asked_for
from .questions import Questionnaire

SOURCE = "{% include 'generator/document/design.md.jinja' %}"
"""What a generated project's docs/design.md is rendered from, too."""


def document(values: Mapping[str, Any], questionnaire: Questionnaire) -> str:
    """Return the document of a design as Markdown.

    Args:
        values: all values of a design, as a check for documents gives them.
        questionnaire: the template's.
    """
    answers = {
        question.name: values[question.name]
        for question in questionnaire.questions
        if not question.computed and questionnaire.applies(question, values)
    }
    missing = list(_not_generated(values, questionnaire))
    given = {"_copier_answers": answers, "not_generated": missing}
    return questionnaire.render(SOURCE, {**values, **given})


def _not_generated(
    values: Mapping[str, Any], questionnaire: Questionnaire
) -> Iterator[dict[str, str]]:
    """Yield each answer that no project can be generated with, and what comes nearest to it."""
    for part in asked_for(values, questionnaire.parts):
        shown = str(part.nearest).lower() if isinstance(part.nearest, bool) else part.nearest
        yield {
            "question": part.question,
            "name": part.name,
            "why": part.not_yet,
            "nearest": shown,
        }
    if values["features"]:
        yield {
            "question": "features",
            "name": "features of its own",
            "why": "a generated project declares its features in code",
            "nearest": "leave them out, and edit the starter's in the project",
        }
