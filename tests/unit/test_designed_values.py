"""`design.yml` holds what was answered and nothing else, so an edit of it is always a wrong one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from ml_scaffold.check import check
from ml_scaffold.questions import Question, Questionnaire

SOURCE = "{% include 'template/design.yml.jinja' %}"


def leaves(values: Mapping[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    """Return each value of the `design.yml` of a design, by its section and name."""
    sections = yaml.safe_load(questionnaire.render(SOURCE, values))
    return {f"{name}.{key}": each for name, of in sections.items() for key, each in of.items()}


def others(question: Question, value: Any) -> Iterator[Any]:
    """Yield other answers to a question, right or not."""
    if question.multiple:
        yield [each for each in question.choices if each not in value] or value[:1]
    elif question.choices:
        yield from (each for each in question.choices if each != value)
    elif question.kind in {"int", "float"}:
        yield value + 1
    elif question.kind == "str":
        yield f"{value}_too"


@pytest.mark.parametrize(
    "design",
    [
        pytest.param({}, id="A/B test"),
        pytest.param({"challenger_share": 0.0, "retraining": "both"}, id="approval"),
        pytest.param({"problem_type": "regression"}, id="regression"),
        pytest.param({"serving_modes": ["batch"]}, id="batch"),
    ],
)
def test_each_value_is_an_answer(design: dict[str, Any], questionnaire: Questionnaire) -> None:
    """For each value there is a question that a user can answer otherwise, and it alone changes."""
    values = check(design, questionnaire).values
    plain = leaves(values, questionnaire)
    set_by: dict[str, str] = {}
    for question in questionnaire.questions:
        if question.computed or not questionnaire.applies(question, values):
            continue
        for other in others(question, values[question.name]):
            answered = {**values, question.name: other}
            for each in questionnaire.questions:
                if each.computed:
                    answered[each.name] = questionnaire.default(each, answered)
            changed = leaves(answered, questionnaire)
            moved = [name for name in plain if changed.get(name, plain[name]) != plain[name]]
            set_by |= dict.fromkeys(moved, question.name)
    assert sorted(plain.keys() - set_by.keys()) == []
