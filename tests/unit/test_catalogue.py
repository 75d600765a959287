"""The catalogue: every rule by two designs, and that those designs would notice its loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader

from ml_scaffold import rules
from ml_scaffold.check import GENERATED_ONLY, check
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.explain import explain
from ml_scaffold.questions import Questionnaire
from ml_scaffold.rules import Rule
from support import ROOT

CATALOGUE = rules.read(ROOT)
FOLDER = ROOT / "generator" / "rules"
MACRO = re.compile(r"({%- macro (\w+)\([^)]*\) -%})(.*?)({%- endmacro -%})", re.DOTALL)
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "generator").rglob("*.jinja")
}
IN_CODE = {
    "document_only",
    "gone",
    "named_twice",
    "no_effect",
    "unknown_choice",
    "unknown_question",
    "wrong_type",
}
"""Rules that need no Jinja, because Copier hasn't them, or only in silence."""

each = pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.name)


@each
def test_one_design_keeps_a_rule_and_another_breaks_it(
    rule: Rule, questionnaire: Questionnaire
) -> None:
    """The first has no fault at all; the second has one, of that name, severity and place."""
    faults = check(rule.passes, questionnaire, rule.purpose).faults
    useless = ["no_effect"] if rule.name == "not_an_answer" else []  # right, and better left out
    assert [fault.rule for fault in faults] == useless
    report = check(rule.fails, questionnaire, rule.purpose)
    (fault,) = report.faults
    assert (fault.rule, fault.severity) == (rule.name, rule.severity)
    assert rule.question in {"", fault.key}
    assert report.ok == (rule.severity == "warning")


@each
def test_a_rule_says_why_and_whence(rule: Rule, questionnaire: Questionnaire) -> None:
    """`--explain` shows the reason, its source, both designs, and what the second is told."""
    text = explain(rule.name, questionnaire)
    assert text.startswith(f"{rule.name} ({rule.severity}")
    assert "Source: " in text
    assert rule.why.endswith(".")
    assert rule.source.endswith(".")
    assert max(map(len, text.splitlines())) <= 90


def test_every_rule_is_in_the_catalogue(questionnaire: Questionnaire) -> None:
    """What a validator calls is an error there, and what the catalogue calls is a warning."""
    called = {
        name
        for question in questionnaire.questions
        for name, _ in rules.split(question.validator, questionnaire._environment)
    }
    errors = {rule.name for rule in CATALOGUE.values() if not rule.warns} - {"no_effect"}
    assert called - {"anything"} | IN_CODE - {"no_effect"} == errors
    warnings = {rule.name for rule in CATALOGUE.values() if rule.severity == "warning"}
    assert warnings - {"no_effect"} == {rule.name for rule in CATALOGUE.values() if rule.warns}
    for rule in CATALOGUE.values():
        if rule.warns:
            assert f" {rule.name}(" in rule.warns, rule.name


def test_every_validator_can_be_told_apart(questionnaire: Questionnaire) -> None:
    """No question has a validator whose rules `check` couldn't name."""
    for question in questionnaire.questions:
        if question.validator:
            assert rules.split(question.validator, questionnaire._environment), question.name


def test_a_rule_that_there_is_not_is_answered(questionnaire: Questionnaire) -> None:
    """By the nearest alone, so that it stays on the screen; where nothing is near, by all."""
    with pytest.raises(ScaffoldError, match="did you mean longer_window") as error:
        explain("longer_windw", questionnaire)
    assert "\n" not in str(error.value)
    with pytest.raises(ScaffoldError) as error:
        explain("xyzzy", questionnaire)
    assert all(
        f"  {rule.severity:<8} {name}" in str(error.value) for name, rule in CATALOGUE.items()
    )


def test_a_question_is_answered_with_its_rules(questionnaire: Questionnaire) -> None:
    """Those that its validator calls, and warnings; both are reported at it."""
    with pytest.raises(ScaffoldError, match="it is a question") as error:
        explain("long_window_days", questionnaire)
    assert str(error.value).endswith("the rules reported there are longer_window")
    with pytest.raises(ScaffoldError) as error:
        explain("retraining", questionnaire)
    named = str(error.value).rpartition(" are ")[2].split(", ")
    assert {"drift_is_acted_on", "runs_can_be_repeated"} <= set(named)


@pytest.mark.parametrize(
    ("question", "answer", "example"),
    [
        ("package", "Bad-Name", "my_name"),
        ("entity", "Bad-Name", "my_name"),
        ("business_metric", "accuracy", "costs, revenue"),
    ],
)
def test_a_terminal_shows_what_to_do(
    question: str, answer: str, example: str, questionnaire: Questionnaire
) -> None:
    """Of a refusal, Copier's prompt shows what fits behind this into 80 columns."""
    (fault,) = (
        each for each in check({question: answer}, questionnaire).faults if each.key == question
    )
    shown = f"Validation error for question '{question}': {fault.message}"[:80]
    assert example in shown


def with_macro(name: str, body: str, questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire with the rule `name` saying `body`, whatever it is asked about."""
    sources = {
        path: MACRO.sub(
            lambda found: found[1] + body + found[4] if found[2] == name else found[0], s
        )
        for path, s in SOURCES.items()
    }
    assert sources != SOURCES, name
    changed = copy(questionnaire)
    changed._environment = questionnaire._environment.overlay(loader=DictLoader(sources))
    changed._compiled = {}
    return changed


def speaks(
    rule: Rule, answers: Mapping[str, Any], one: Questionnaire, changed: Questionnaire
) -> bool:
    """Return whether a rule of the `changed` questionnaire has something against a design."""
    report = check(answers, one, rule.purpose)
    if rule.warns:
        return bool(changed.render(rule.warns, report.values).strip())
    key = rule.question or next(iter(check(rule.fails, one, rule.purpose).faults)).key
    (question,) = (each for each in one.questions if each.name == key)
    without = {GENERATED_ONLY} if rule.purpose == "document" else set()
    value = answers.get(key, report.values[key])
    return changed.broken(question, value, report.values, without)[0] == rule.name


@pytest.mark.parametrize("name", sorted(CATALOGUE.keys() - IN_CODE))
def test_a_rule_that_says_nothing_or_always_something_is_noticed(
    name: str, questionnaire: Questionnaire
) -> None:
    """Its own two designs tell the difference."""
    rule = CATALOGUE[name]
    assert speaks(rule, rule.fails, questionnaire, questionnaire)
    assert not speaks(rule, rule.fails, questionnaire, with_macro(name, "", questionnaire))
    assert not speaks(rule, rule.passes, questionnaire, questionnaire)
    assert speaks(rule, rule.passes, questionnaire, with_macro(name, "always", questionnaire))


def test_a_template_without_a_catalogue_is_checked_all_the_same(tmp_path: Path) -> None:
    """A release from before it has neither catalogue nor parts, and its rules have no names."""
    (tmp_path / "copier.yml").write_text(
        "a: {type: int, default: 1, validator: '{% if a > 3 %}too large{% endif %}'}"
    )
    (fault,) = check({"a": 5}, Questionnaire(tmp_path)).faults
    assert (fault.message, fault.rule) == ("too large", "")
