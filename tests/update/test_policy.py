"""Whose a file is, and what becomes of questions: rules of ours that Copier lacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pathspec

import designs
import layout
from ml_scaffold import answers, migrations
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from ml_scaffold.source import checkout
from support import ROOT, every_release


def spec(patterns: list[str]) -> pathspec.GitIgnoreSpec:
    """Return patterns as Copier matches those of `_exclude`."""
    return pathspec.GitIgnoreSpec.from_lines(patterns)


def paths(template: Path) -> set[str]:
    """Return every path that a project can have, with the package's name as `package`."""
    return set().union(*(layout.expected(design, template) for design in designs.ALL.values()))


def test_every_path_is_of_one_class(template: Path, questionnaire: Questionnaire) -> None:
    """No file is of two classes, or of none; no class names what no project has."""
    ownership: dict[str, list[str]] = questionnaire.settings["_ownership"]
    every = paths(template)
    classes = {
        name: {kind for kind, patterns in ownership.items() if spec(patterns).match_file(name)}
        for name in every
    }
    assert {name: found for name, found in classes.items() if len(found) != 1} == {}
    for patterns in ownership.values():
        for pattern in patterns:
            assert any(spec([pattern.lstrip("!")]).match_file(name) for name in every), pattern


def test_what_is_yours_is_skipped(questionnaire: Questionnaire) -> None:
    """The class decides what Copier leaves alone, and the starter code is left out of updates."""
    settings = questionnaire.settings
    assert settings["_skip_if_exists"] == settings["_ownership"]["yours"]
    assert any("'update'" in each and "problem/**" in each for each in settings["_exclude"])


def test_the_table_of_classes_is_the_list(questionnaire: Questionnaire) -> None:
    """CONTRIBUTING.md names the same paths for each class as copier.yml."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for kind, patterns in questionnaire.settings["_ownership"].items():
        (row,) = re.findall(rf"^\| {kind} \| (.*?) \|", text, re.MULTILINE)
        assert re.findall(r"`([^`]+)`", row) == [p for p in patterns if not p.startswith("!")]


@every_release
def test_no_question_is_dropped_or_reused(
    release: str, released: Path, questionnaire: Questionnaire
) -> None:
    """A question of a release is still asked, of the same type, or is retired with a reason."""
    now = {question.name: question for question in questionnaire.questions}
    retired = questionnaire.settings["_retired_questions"]
    assert not now.keys() & retired.keys()
    assert all(isinstance(reason, str) and reason for reason in retired.values())
    with checkout(str(released), release) as template:
        for question in Questionnaire(template).questions:
            if question.computed:
                continue
            assert question.name in now or question.name in retired, question.name
            if question.name in now:
                today = now[question.name]
                assert not today.computed, "its stored answers would be refused"
                assert (today.kind, today.multiple) == (question.kind, question.multiple)
                assert set(question.choices) <= set(today.choices), question.name


@every_release
def test_what_a_release_accepted_is_accepted(
    release: str, released: Path, questionnaire: Questionnaire
) -> None:
    """No answer file of a release, nor its defaults, breaks a rule of today, called as today."""
    tables = migrations.read(ROOT)
    with checkout(str(released), release) as template:
        old = Questionnaire(template)
        known = old.names()
        held: list[dict[str, Any]] = [answers.read(f) for f in answers.designs(template).values()]
        held += [designs.LONGEST, *({"latency_budget_ms": edge} for edge in (0.1, 1000.0))]
        held += [
            {name: value for name, value in design.items() if name in known}
            for design in designs.ARRAY.values()
            if "problem_type" in known or design["problem_type"] == "classification"
        ]
        accepted = 0
        for design in held:
            report = check(design, old)
            if not report.ok:
                continue  # no project was ever made of it
            accepted += 1
            stored = {  # what doesn't count is in no answers file
                question.name: report.values[question.name]
                for question in old.questions
                if old.applies(question, report.values)
            }
            called = migrations.migrated(tables, {k: v for k, v in stored.items() if v != []})
            now = check(called, questionnaire)
            assert [fault for fault in now.faults if fault.severity == "error"] == []
        assert accepted > len(held) / 2


def test_copier_says_what_it_cannot_keep(questionnaire: Questionnaire) -> None:
    """Before each plain update stands what would be lost, and the command that keeps it."""
    said = questionnaire.settings["_message_before_update"]
    assert "Copier removes a file that the new release has moved or deleted" in said
    assert "`make update`" in said


def test_only_questions_are_fixed(questionnaire: Questionnaire) -> None:
    """What decides what is copied once, or where, is an answer."""
    fixed = questionnaire.settings["_fixed_answers"]
    assert {"problem_type", "package"} <= set(fixed) <= set(questionnaire.names())


def test_nothing_asks_for_trust(questionnaire: Questionnaire) -> None:
    """No task, migration or extension: one release with any would taint all later updates."""
    for name in ("_tasks", "_migrations", "_jinja_extensions"):
        assert name not in questionnaire.settings


def test_the_birth_of_a_project_stays_valid(questionnaire: Questionnaire) -> None:
    """Every generation up to today's is accepted from a stored answer, and none from the future."""
    (birth,) = (question for question in questionnaire.questions if question.name == "birth")
    today = questionnaire.default(birth, {})
    for generation in range(1, today + 1):
        assert questionnaire.complaint(birth, generation, {}) == ""
    assert questionnaire.complaint(birth, today + 1, {}) != ""
    assert questionnaire.complaint(birth, 0, {}) != ""
