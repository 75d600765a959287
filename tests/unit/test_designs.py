"""The array of designs: right, complete, and sampled so that nothing is missed on any day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

import designs
from covering import array
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from space import NOT_ASKED, Cell, Space


@pytest.fixture(scope="module")
def space(questionnaire: Questionnaire) -> Space:
    """Return all values of all questions."""
    return Space(questionnaire)


def holes(rows: Collection[Mapping[str, Any]], space: Space) -> list[dict[str, Any]]:
    """Return the possible pairs, and triples of what is structural, that no row has."""
    held: set[tuple[Cell, ...]] = set()
    for row in rows:
        held.update(space.held({name: row.get(name, NOT_ASKED) for name in space.factors}))
    return [
        {name: space.factors[name][place] for name, place in cells}
        for cells in space.tuples()
        if cells not in held and space.possible(dict(cells))
    ]


def test_every_design_of_the_array_is_right(questionnaire: Questionnaire) -> None:
    """No row breaks a rule, or answers what isn't asked, or leaves out what is.

    It may be a weak design: warnings keep nothing from being rendered.
    """
    for name, design in designs.ARRAY.items():
        report = check(design, questionnaire)
        assert report.ok, name
        assert "no_effect" not in {fault.rule for fault in report.faults}, name
        asked = {
            question.name
            for question in questionnaire.questions
            if questionnaire.applies(question, report.values) and question.name != "birth"
        }
        assert design.keys() == asked, name


def test_the_array_has_every_pair_and_every_structural_triple(space: Space) -> None:
    """Nothing that two answers, or three structural ones, can be together is left out."""
    assert holes(designs.ARRAY.values(), space) == []


def test_a_hole_in_the_array_is_seen(space: Space) -> None:
    """Without one of its rows the array isn't whole."""
    _, *others = designs.ARRAY.values()
    assert holes(others, space) != []


def test_what_cannot_be_together_is_in_no_pair(space: Space) -> None:
    """An answer to a question that isn't asked, and windows the wrong way round, can't be."""

    def possible(**part: Any) -> bool:
        return space.possible(space.places(part))

    assert not possible(serving_modes=["batch"], latency_budget_ms=10.0)
    assert not possible(minimum_effect=0.03, approval="person")
    assert not possible(short_window_days=89, long_window_days=30)
    assert not possible(challenger_share=NOT_ASKED, latency_budget_ms=10.0)
    assert possible(challenger_share=NOT_ASKED, approval="person")


def test_whatever_can_be_answered_can_be(space: Space, questionnaire: Questionnaire) -> None:
    """Designs answered at random, question by question, are none that the space leaves out.

    What it wrongly held to be impossible would be missing from the array, and nobody would see it.
    """
    dice = random.Random(0)

    def answered() -> dict[str, Any]:
        """Return a value for each question, or for those up to one that has no right value."""
        context: dict[str, Any] = {}
        row: dict[str, Any] = {}
        for question in questionnaire.questions:
            context[question.name] = questionnaire.default(question, context)
            if question.name not in space.factors:
                continue
            row[question.name] = NOT_ASKED
            if questionnaire.applies(question, context):
                values = [value for value in space.factors[question.name] if value is not NOT_ASKED]
                right = [v for v in values if not questionnaire.complaint(question, v, context)]
                if not right:
                    return {}
                row[question.name] = context[question.name] = dice.choice(right)
        return row

    designs = list(filter(None, (answered() for _ in range(60))))
    assert len(designs) > 20
    for design in designs:
        assert space.possible(space.places(design)), design


@pytest.mark.slow
def test_the_array_is_what_the_questions_make(space: Space) -> None:
    """`make array` would write what stands in `array.jsonl`."""
    assert array(space) == list(designs.ARRAY.values())


def test_the_sample_has_all_parts_and_structural_values() -> None:
    """What `make test` renders has any three parts that can be, and each structural value."""
    sample = [designs.shown(designs.ARRAY[name]) for name in designs.SAMPLE]
    every = [designs.shown(design) for design in designs.ARRAY.values()]
    assert set().union(*sample) == set().union(*every)
    assert len(sample) <= 16


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
    """A condition in a template's text or path reads a structural answer, and each one is read.

    A passage of a document on which two answers decide is in some design of all pairs anyway.
    """
    environment = Environment(
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        autoescape=False,  # parsed, never rendered
    )
    names = {question.name for question in questionnaire.questions}
    read: set[str] = set()
    needed: set[str] = set()
    sources = [*(template / "template").rglob("*"), *(template / "generator/document").iterdir()]
    for file in sources:
        path = file.relative_to(template).as_posix()
        document = path.startswith(("template/docs/", "generator/document/"))
        text = file.read_text(encoding="utf-8") if file.suffix == ".jinja" else ""
        for decision in (*decisions(path, environment), *decisions(text, environment)):
            found = {name.name for name in decision.find_all(nodes.Name)}
            if isinstance(decision, nodes.Name):
                found.add(decision.name)
            asked = set().union(*(space.asked(f"{{{{ {name} }}}}") for name in found & names))
            read |= asked
            if not (document and len(found & names) <= 2):
                needed |= asked
    assert needed <= set(designs.STRUCTURAL) <= read


def test_no_two_files_of_the_template_make_the_same_path(
    questionnaire: Questionnaire, template: Path
) -> None:
    """Of the versions of a file, each design takes one: Copier would let the last one win."""
    source = template / "template"
    paths = [
        file.relative_to(source).as_posix().removesuffix(".jinja")
        for file in source.rglob("*")
        if file.is_file()
    ]
    for name in designs.SAMPLE:
        context = {
            **check(designs.ARRAY[name], questionnaire).values,
            "_copier_conf": {"answers_file": ".copier-answers.yml"},
        }
        rendered = [[questionnaire.render(p, context) for p in path.split("/")] for path in paths]
        kept = Counter("/".join(parts) for parts in rendered if all(parts))
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
