"""The tables in `hooks/migrations` say all that has changed since the releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

import designs
import layout
from ml_scaffold import migrations
from ml_scaffold.check import check
from ml_scaffold.migrations import Table
from ml_scaffold.questions import Questionnaire
from ml_scaffold.scaffold import render
from ml_scaffold.source import checkout
from support import DONE, ROOT, every_release, files

TABLES = migrations.read(ROOT)
SAMPLE = [{}, *(designs.ARRAY[name] for name in designs.SAMPLE)]

REAL: dict[str, Any] = {name: how for each in TABLES for name, how in each.new.items()}
"""How an old project answers each new question."""


OLD_DESIGNS: Sequence[Mapping[str, Any]] = (
    {"birth": 1},
    {"birth": 1, "model_latency_ms": 100.0},
)
"""Answers of an old project: its defaults, and others that new defaults may follow."""


def untrue(new: Mapping[str, Any], questionnaire: Questionnaire) -> list[str]:
    """Return the questions whose defaults for an old project aren't what a table says of them."""
    defaults = [check(design, questionnaire).values for design in OLD_DESIGNS]
    return [
        name
        for name, how in new.items()
        if how != migrations.DEFAULT and any(how["value"] != values[name] for values in defaults)
    ]


def released_questions(released: Path) -> set[str]:
    """Return the questions of the newest release."""
    with checkout(str(released), DONE[-1]) as old:
        return set(Questionnaire(old).names())


def test_each_new_question_says_how_an_old_project_answers_it(
    released: Path, questionnaire: Questionnaire
) -> None:
    """What no release asked yet stands in the table of the next, and nothing else does."""
    newest = Version(DONE[-1])
    tables = [each for each in TABLES if each.version > newest]
    new = [name for each in tables for name in each.new]
    known = {migrations.name_now(tables, name) for name in released_questions(released)}
    assert sorted(new) == sorted(set(questionnaire.names()) - known)


def test_an_answer_keeps_its_value_under_another_name(questionnaire: Questionnaire) -> None:
    """Copier reads no table: it finds the answer by the name that it had, in the new default."""
    renamed = {old: new for each in TABLES for old, new in each.renamed.items()}
    assert renamed["latency_budget_ms"] == "model_latency_ms"
    questions = {question.name: question for question in questionnaire.questions}
    for old, new in renamed.items():
        assert questionnaire.default(questions[new], {old: 17.0}) == 17.0
        assert questionnaire.default(questions[new], {}) != 17.0
        assert migrations.migrated(TABLES, {old: 17.0}) == {new: 17.0}


def test_an_old_project_answers_alike_in_both_ways(questionnaire: Questionnaire) -> None:
    """A value that a table gives is an old project's default, too: Copier reads no table."""
    assert untrue({**REAL, "demo": {"value": False}}, questionnaire) == ["demo"]
    twice = {"latency_p99_ms": {"value": 100.0}}  # of the default time-out, and of no other
    assert untrue({**REAL, **twice}, questionnaire) == ["latency_p99_ms"]
    assert untrue(REAL, questionnaire) == []


def untold(
    rendered: Collection[str], now: Collection[str], tables: Sequence[Table]
) -> dict[str, str]:
    """Return where each path would be that is neither in the project `now`, nor the team's, nor
    deleted by a table: it has gone without a word.
    """
    places = {
        path: migrations.new_place(tables, path, "package")
        for path in rendered
        if not path.startswith("src/package/problem/")
        and not migrations.is_deleted(tables, path, "package")
    }
    return {path: place for path, place in places.items() if place not in now}


@pytest.mark.slow
@every_release
def test_no_path_goes_without_an_entry(
    release: str, released: Path, template: Path, tmp_path: Path
) -> None:
    """What a release rendered from some answers and this one doesn't is told of by a table."""
    with checkout(str(released), release) as old:
        asked = Questionnaire(old).names()
    moved = any(each.moves or each.deletes for each in TABLES if each.version > Version(release))
    changed = False
    for number, design in enumerate(SAMPLE):
        folder = tmp_path / str(number)
        answers = {name: value for name, value in design.items() if name in asked}
        render(str(released), release, folder, answers)
        stored = yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))
        assert stored["_commit"] == release
        before, now = layout.neutral(files(folder)), layout.expected(answers, template)
        assert untold(before, now, TABLES) == {}
        changed |= bool(untold(before, now, ()))
    assert changed == moved


def test_nothing_is_called_deleted_that_a_project_has(template: Path) -> None:
    """No part brings a path that the table of the next release deletes."""
    newest = Version(DONE[-1])
    tables = [each for each in TABLES if each.version > newest]
    present = layout.owners(template)
    assert [path for path in present if migrations.is_deleted(tables, path, "package")] == []


def test_a_path_without_an_entry_is_noticed() -> None:
    """One that moved, one that moved to where the answers bring nothing, and one that is gone."""
    table = Table(Version("1"), moves={"a.py": "b.py", "c.py": "d.py"}, deletes=["e.py"])
    before = ["a.py", "c.py", "e.py", "f.py", "same.py", "src/package/problem/model.py"]
    assert untold(before, ["b.py", "d.py", "same.py"], [table]) == {"f.py": "f.py"}
    assert untold(before, ["b.py", "same.py"], [table]) == {"c.py": "d.py", "f.py": "f.py"}
    assert untold(before, ["same.py"], []).keys() == {"a.py", "c.py", "e.py", "f.py"}
