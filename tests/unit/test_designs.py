"""The array of designs: right, complete, and sampled so that nothing is missed on any day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations
from pathlib import Path
from posixpath import normpath
from typing import Any

import pytest
from jinja2 import Environment, nodes

import designs
from covering import array
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from space import NOT_ASKED, Row, Space


@pytest.fixture(scope="module")
def space(questionnaire: Questionnaire) -> Space:
    """Return all values of all questions."""
    return Space(questionnaire)


def holes(rows: Collection[Row], space: Space) -> list[Row]:
    """Return the possible pairs that no row has."""
    held = {
        repr({one: row.get(one, NOT_ASKED), other: row.get(other, NOT_ASKED)})
        for row in rows
        for one, other in combinations(space.factors, 2)
    }
    return [pair for pair in space.pairs() if repr(pair) not in held and space.possible(pair)]


def unused(rows: Collection[Row], space: Space) -> list[tuple[str, Any]]:
    """Return the values that no row has, by question."""
    used = {(name, repr(value)) for row in rows for name, value in row.items()}
    return [
        (name, value)
        for name in space.questionnaire.names()
        if name != "birth"
        for value in space.values(name)
        if (name, repr(value)) not in used
    ]


def test_every_design_of_the_array_is_right(questionnaire: Questionnaire, space: Space) -> None:
    """No row breaks a rule, or answers what isn't asked, or leaves a factor out.

    It may be a weak design: warnings keep nothing from being rendered. What it leaves out takes its
    default, where no value goes with the others.
    """
    for name, design in designs.ARRAY.items():
        report = check(design, questionnaire)
        assert report.ok, name
        assert "no_effect" not in {fault.rule for fault in report.faults}, name
        asked = {
            question.name
            for question in questionnaire.questions
            if questionnaire.applies(question, report.values)
        }
        assert asked & space.factors.keys() == design.keys() & space.factors.keys(), name


def test_the_array_has_every_pair(space: Space) -> None:
    """Nothing that two answers can be together is left out."""
    assert holes(designs.ARRAY.values(), space) == []


def test_the_array_has_every_value(space: Space) -> None:
    """Each value that stands for others is in some design, be it paired or dealt out."""
    assert unused(designs.ARRAY.values(), space) == []


def test_a_hole_in_the_array_is_seen(space: Space) -> None:
    """Without one of its rows the array isn't whole, and without one text a value is missing."""
    first, *others = designs.ARRAY.values()
    assert holes(others, space) != []
    text = first["project_name"]
    without = [row for row in others if row["project_name"] != text]
    assert ("project_name", text) in unused(without, space)


def test_what_cannot_be_together_is_in_no_pair(space: Space) -> None:
    """An answer to a question that isn't asked, and one of the other problem type, can't be."""
    assert not space.possible({"serving_modes": ["batch"], "scaling_trigger": "cpu"})
    assert not space.possible({"serving_modes": ["batch"], "guardrails": ["latency"]})
    assert space.possible({"serving_modes": ["batch"], "alpha": 0.05})
    assert not space.possible({"alpha": 0.05, "approval": "person"})
    assert not space.possible({"interval_level": 0.9, "guardrails": ["treated-share"]})
    assert space.possible({"scaling_trigger": NOT_ASKED, "approval": "person"})


def test_whatever_can_be_answered_can_be(space: Space, questionnaire: Questionnaire) -> None:
    """Designs answered at random, question by question, are none that the space leaves out.

    What it wrongly held to be impossible would be missing from the array, and nobody would see it.
    """
    dice = random.Random(0)

    def answered() -> dict[str, Any]:
        """Return a value for each factor, all questions being answered."""
        context: dict[str, Any] = {}
        row: dict[str, Any] = {}
        for question in questionnaire.questions:
            name = question.name
            context[name] = questionnaire.default(question, context)
            asked = questionnaire.applies(question, context) and name != "birth"
            if asked:
                values = [*space.values(name), context[name]]  # a default is always right
                right = [v for v in values if not questionnaire.complaint(question, v, context)]
                context[name] = dice.choice(right)
            if name in space.factors:
                row[name] = context[name] if asked else NOT_ASKED
        return row

    for _ in range(60):
        row = answered()
        assert space.possible(row), row


@pytest.mark.slow
def test_the_array_is_what_the_questions_make(space: Space) -> None:
    """`make array` would write what stands in `array.jsonl`."""
    assert array(space) == list(designs.ARRAY.values())


def test_the_sample_has_all_parts_and_structural_values() -> None:
    """What `make test` renders has any three parts that can be, and each structural value."""
    sample = [designs.shown(designs.ARRAY[name]) for name in designs.SAMPLE]
    every = [designs.shown(design) for design in designs.ARRAY.values()]
    assert set().union(*sample) == set().union(*every)
    assert len(sample) <= 10


def test_values_stand_for_all_questions_without_choices(questionnaire: Questionnaire) -> None:
    """A new question gets values here before it can be covered."""
    free = {each.name for each in questionnaire.questions if not (each.computed or each.choices)}
    assert designs.VALUES.keys() == free - {"birth"}


def decisions(source: str, environment: Environment) -> Iterator[nodes.Node]:
    """Yield the parts of a template that decide what stands in it."""
    tree = environment.parse(source)
    for branch in tree.find_all((nodes.If, nodes.CondExpr)):
        yield branch.test
    for included in tree.find_all(nodes.Include):
        yield included.template


def test_structural_answers_are_those_that_a_template_asks(
    space: Space, questionnaire: Questionnaire, template: Path
) -> None:
    """A part, or a condition in a template's text, reads structural answers, and each one is read.

    A passage of a document on which two answers decide is in some design of all pairs anyway.
    """
    environment = Environment(
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        autoescape=False,  # parsed, never rendered
    )
    names = {question.name for question in questionnaire.questions}
    read: set[str] = set()
    needed: set[str] = set()
    for part in questionnaire.parts.values():
        needed = needed.union(*(space.asked(f"{{{{ {question} }}}}") for question in part.when))
    for file in (*(template / "template").rglob("*"), *(template / "generator/document").iterdir()):
        path = file.relative_to(template).as_posix()
        document = "/docs/" in path or path.startswith("generator/document/")
        rendered = file.suffix == ".jinja" or (file.is_file() and "_passages" in file.parts)
        text = file.read_text(encoding="utf-8") if rendered else ""
        for decision in decisions(text, environment):
            found = {name.name for name in decision.find_all(nodes.Name)}
            if isinstance(decision, nodes.Name):
                found.add(decision.name)
            asked = set().union(*(space.asked(f"{{{{ {name} }}}}") for name in found & names))
            read |= asked
            if not (document and len(found & names) <= 2):
                needed |= asked
    assert needed <= set(designs.STRUCTURAL) <= read | needed


def test_no_two_files_of_the_template_make_the_same_path(
    questionnaire: Questionnaire, template: Path
) -> None:
    """Of the versions of a file, each design takes one: Copier would let the last one win."""
    source = template / "template"
    paths = [
        file.relative_to(source).as_posix().removesuffix(".jinja")
        for file in source.rglob("*")
        if file.is_file() and "_passages" not in file.parts
    ]
    for name in designs.SAMPLE:
        context = {
            **check(designs.ARRAY[name], questionnaire).values,
            "_copier_conf": {"answers_file": ".copier-answers.yml"},
        }
        rendered = [[questionnaire.render(p, context) for p in path.split("/")] for path in paths]
        kept = Counter(normpath("/".join(parts)) for parts in rendered if all(parts))
        assert [path for path, times in kept.items() if times > 1] == [], name


@pytest.mark.parametrize(("answers", "says"), designs.REFUSED, ids=repr)
def test_combinations_are_refused_with_a_reason(
    answers: dict[str, Any], says: str, questionnaire: Questionnaire
) -> None:
    """Each answer is right by itself, and the last one is told what it contradicts."""
    *others, last = answers
    (fault,) = check(answers, questionnaire).faults
    assert (fault.key, fault.severity) == (last, "error")
    assert says in fault.message
    for name in others:
        assert check({name: answers[name]}, questionnaire).faults == ()


@pytest.mark.parametrize("answers", designs.WITHOUT_EFFECT, ids=repr)
def test_answers_without_effect_are_pointed_out(
    answers: dict[str, Any], questionnaire: Questionnaire
) -> None:
    """An answer to a question that isn't asked is a warning, and the design can be rendered."""
    (fault,) = check(answers, questionnaire).faults
    assert (fault.key, fault.severity) == (list(answers)[-1], "warning")
    assert fault.message == "has no effect here: leave it out"
