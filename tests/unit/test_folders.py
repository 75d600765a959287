"""The folders of parts, over all sets of parts that can be chosen together; and their guards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import designs
import folder_guards
import folders
import internals
import layout
from ml_scaffold.check import check
from ml_scaffold.parts import Part
from ml_scaffold.questions import Questionnaire
from support import ROOT

TEMPLATE = ROOT / "template"


@pytest.mark.parametrize(
    "places", [(TEMPLATE,), (TEMPLATE, internals.FOLDER)], ids=["shipped", "with our internals"]
)
def test_every_set_of_parts_makes_a_whole_project(
    places: tuple[Path, ...], questionnaire: Questionnaire
) -> None:
    """No two files own a path, each folder is picked by something, and all imports are there."""
    multiple = {question.name for question in questionnaire.questions if question.multiple}
    together = folders.sets(questionnaire.parts, multiple)
    assert 50 < len(together) < 5_000
    said = folder_guards.faults(questionnaire, *places)
    assert [fault for guard in said.values() for fault in guard] == []


def test_the_tests_pick_the_same_parts(questionnaire: Questionnaire) -> None:
    """What `part` says of a design of the array is what its answers bring, said apart from it."""
    multiple = {question.name for question in questionnaire.questions if question.multiple}
    together = folders.sets(questionnaire.parts, multiple)
    for name, design in designs.ALL.items():
        chosen = check(design, questionnaire).values["part"]
        brought = {part: "." if picks(design) else "" for part, picks in layout.BROUGHT.items()}
        assert chosen == brought, name
        assert frozenset(part for part, folder in chosen.items() if folder) in together, name


WHOLE = {
    "README.md.jinja": "Text.\n{{- passages('README.md/more') }}\n",
    "src/{{ package }}/__init__.py": "",
    "src/{{ package }}/one.py": "from .two import three\n",
    "{{ part.red }}/src/{{ package }}/two.py": "three = 3\n",
    "{{ part.blue }}/src/{{ package }}/two.py": "three = 4\n",
    "{{ part.red }}/_passages/README.md/more": "More{{ passages('README.md/form') }}\n",
    "{{ part.round }}/_passages/README.md/form": "And round.\n",
}
PARTS = {
    "red": Part("red", "colour", "red", brings_files=True, when={"colour": "red"}),
    "blue": Part("blue", "colour", "blue", brings_files=True, when={"colour": "blue"}),
    "round": Part("round", "form", "round", brings_files=True, when={"forms": "round"}),
    "square": Part("square", "form", "square", when={"forms": "square"}, answer="square"),
}
"""A small template of two colours, one of which a design has, and two forms, of which some."""


def small(folder: Path, changes: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Return what the guards that speak have against the small template with these changes."""
    for name, text in {**WHOLE, **changes}.items():
        if text is not None:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    asked = {"part", "colour", "is_red"}
    said = folder_guards.judge(folders.files(folder), PARTS, folders.sets(PARTS, {"forms"}), asked)
    return {guard: each for guard, each in said.items() if each}


def test_sets_are_all_that_can_be_answered() -> None:
    """One answer to a question of one choice, some to one of several, and what needs are met."""
    hollow = Part("hollow", "form", "hollow", brings_files=True, without=("round",))
    filled = Part("filled", "form", "x", brings_files=True, when={"full": True}, needs=("round",))
    assert folders.sets({**PARTS, "hollow": hollow, "filled": filled}, {"forms"}) == {
        frozenset({colour, *forms})
        for colour in ("red", "blue")
        for forms in ({"round"}, {"round", "filled"}, {"hollow"})
    }


def test_a_whole_template_has_no_fault(tmp_path: Path) -> None:
    """Of the small one no guard says anything."""
    assert small(tmp_path, {}) == {}


def test_an_answer_may_be_printed(tmp_path: Path) -> None:
    """What a person chose can be shown; only what depends on it is the part's."""
    assert small(tmp_path, {"Makefile.jinja": "# {{ colour }}, since {{ is_red }}\n"}) == {}


def test_what_is_asked_for_is_computed(questionnaire: Questionnaire) -> None:
    """Answers that pick parts, what follows from these, and nothing that doesn't."""
    asked = folders.asked(questionnaire)
    assert asked >= {"part", "problem_type", "serving_modes", "online", "ab_test"}
    assert asked.isdisjoint({"distribution_name", "challenger_share", "retraining", "evidence"})


@pytest.mark.parametrize(
    ("guard", "changes", "says"),
    [
        (
            "collisions",
            {"{{ part.round }}/src/{{ package }}/two.py": ""},
            "src/package/two.py: two",
        ),
        ("collisions", {"src/{{ package }}/two.py.jinja": ""}, "src/package/two.py: two"),
        ("unlisted", {"{{ part.rde }}/notes.md": ""}, "rde: parts.yml has no such part"),
        ("unlisted", {"{{ part.square }}/notes.md": ""}, "square: parts.yml has no such part"),
        (
            "unlisted",
            {"{{ part.round }}/_passages/README.md/form": None},
            "round: it",
        ),
        ("unpicked", {"{{ part.red }}/{{ part.blue }}/notes.md": ""}, "red and blue: no project"),
        (
            "conditional_paths",
            {"{% if red %}notes.md{% endif %}": ""},
            "{% if red %}notes.md{% endif %}: a path has no condition",
        ),
        (
            "missing_imports",
            {"{{ part.blue }}/src/{{ package }}/two.py": None, "{{ part.blue }}/notes.md": ""},
            "src/package/one.py: src/package/two is not there in a project with blue",
        ),
        (
            "missing_imports",
            {"tests/test_one.py.jinja": "from {{ package }}.three import four\n"},
            "tests/test_one.py: src/package/three is not there",
        ),
        (
            "missing_imports",
            {
                "{{ part.red }}/src/{{ package }}/deep/four.py": "from .. import five\n",
                "{{ part.round }}/src/{{ package }}/five.py": "",
            },
            "src/package/deep/four.py: src/package/five is not there in a project with red",
        ),
        (
            "loose_passages",
            {"{{ part.red }}/_passages/README.md/mroe": "x"},
            "README.md/mroe: no file has such a place",
        ),
        (
            "loose_passages",
            {"Makefile.jinja": "{{- passages('Makefile/more') }}\n"},
            "Makefile/more: no part has a passage for it",
        ),
        (
            "loose_passages",
            {"Makefile.jinja": "{{- passages('README.md/more') }}\n"},
            "README.md/more: a place of Makefile begins with its path",
        ),
        (
            "loose_passages",
            {"{{ part.red }}/_passages/README.md/more": "{{ passages('Makefile/more') }}"},
            "Makefile/more: a place of README.md begins with its path",
        ),
        (
            "loose_passages",
            {"{{ part.red }}/{{ part.round }}/_passages/README.md/more": "x"},
            "README.md/more: it stands in red and round",
        ),
        (
            "questions_to_parts",
            {"Makefile.jinja": "\n{% if is_red and x %}{% endif %}"},
            "Makefile: line 2 asks for is_red",
        ),
        (
            "questions_to_parts",
            {"Makefile.jinja": "{{ 'hot' if colour == 'red' else 'cold' }}"},
            "Makefile: line 1 asks for colour",
        ),
        (
            "questions_to_parts",
            {"Makefile.jinja": "{% set hot = is_red %}{{ {true: 'hot'}.get(hot) }}"},
            "Makefile: line 1 asks for is_red",
        ),
        (
            "questions_to_parts",
            {"{{ part.red }}/_passages/README.md/more": "{{ 'x' if part.round }}"},
            "README.md/more: line 1 asks for part",
        ),
    ],
)
def test_a_broken_template_is_seen(
    guard: str, changes: dict[str, str | None], says: str, tmp_path: Path
) -> None:
    """Each guard says what is wrong, and where."""
    said = small(tmp_path, changes)
    assert any(each.startswith(says) for each in said[guard]), said
