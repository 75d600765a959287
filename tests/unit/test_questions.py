"""The questions as a form: complete, in order, and of one kind."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

import pytest
import yaml

from ml_scaffold.errors import ScaffoldError
from ml_scaffold.questions import Questionnaire
from support import ROOT

STEPS = [
    "project",
    "problem",
    "features",
    "tracking",
    "training",
    "serving",
    "experiment",
    "monitoring",
    "scale",
    "parts",
]


def test_copier_yml_holds_settings_and_includes_only() -> None:
    """`copier.yml` names each question file once, in the order of the steps, and asks nothing."""
    first, *others = (ROOT / "copier.yml").read_text(encoding="utf-8").split("\n---\n")
    assert [other.strip() for other in others] == [
        f"!include generator/questions/{step}.yml" for step in STEPS
    ]
    assert all(name.startswith("_") for name in yaml.safe_load(first))
    assert {file.stem for file in (ROOT / "generator" / "questions").glob("*")} == set(STEPS)


@pytest.mark.parametrize("setting", ["_tasks", "_jinja_extensions", "_migrations"])
def test_nothing_needs_trust(setting: str, questionnaire: Questionnaire) -> None:
    """The template has none of the settings that make Copier ask for `--trust`."""
    assert setting not in questionnaire.settings


def test_every_question_helps_and_validates(questionnaire: Questionnaire) -> None:
    """Every question has one sentence of help, and choices or a validator."""
    for question in questionnaire.questions:
        if not question.computed:
            assert re.fullmatch(r"[A-Z][^?\n]*[?.]", question.help), question.name
            assert ". " not in question.help, question.name
            assert len(question.help) <= 75, question.name  # one line of a usual terminal
        assert question.choices or question.validator, question.name


def test_defaults_pass_their_validators(questionnaire: Questionnaire) -> None:
    """Every default works, given the defaults before it."""
    values: dict[str, object] = {}
    for question in questionnaire.questions:
        default = questionnaire.default(question, values)
        assert questionnaire.complaint(question, default, values) == "", question.name
        values[question.name] = default


def test_names_collide_with_nothing_in_a_render(questionnaire: Questionnaire) -> None:
    """No question hides a macro, a filter's global or a keyword."""
    names = [question.name for question in questionnaire.questions]
    assert not {"range", "dict", "namespace", "cycler", "joiner", "lipsum", "now"} & set(names)
    assert not any(keyword.iskeyword(name) for name in names)


def reserved(name: str) -> set[str]:
    """Return one list of `generator/rules/reserved.jinja`."""
    text = (ROOT / "generator" / "rules" / "reserved.jinja").read_text(encoding="utf-8")
    block = re.search(rf"set {name} %}}(.*?){{% endset", text, re.DOTALL)
    assert block, name
    return set(block[1].split())


def test_reserved_names_cover_this_python() -> None:
    """The lists of taken names hold all keywords and standard modules of the running Python."""
    keywords = {word.lower() for word in [*keyword.kwlist, *keyword.softkwlist]} - {"_"}
    assert keywords <= reserved("python_keywords")
    modules = {name for name in sys.stdlib_module_names if re.fullmatch("[a-z][a-z0-9_]*", name)}
    assert modules <= reserved("standard_library")


def test_reserved_names_cover_the_tested_stack() -> None:
    """No package can be given the name of a distribution that the constraints bring in."""
    lines = (ROOT / "template" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {
        re.sub(r"[-_.]+", "_", line.partition("==")[0].lower()) for line in lines if "==" in line
    }
    taken = reserved("stack_modules") | reserved("standard_library") | reserved("project_folders")
    assert sorted(pinned - taken) == []


def test_a_question_asked_twice_is_refused(tmp_path: Path) -> None:
    """Two files can't define the same question: Copier would let the last one win in silence."""
    (tmp_path / "copier.yml").write_text(
        "a: {type: int, default: 1}\n---\na: {type: int, default: 2}\n"
    )
    with pytest.raises(ScaffoldError, match="asks `a` twice"):
        Questionnaire(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "is missing"),
        ("a: [", "can't be read"),
        ("!include ../outside.yml", "outside the template"),
        ("!include absent.yml", "absent.yml is missing"),
        ("a: {type: path, default: x}", "`a` needs a default and a type"),
    ],
)
def test_a_broken_template_is_named(text: str | None, says: str, tmp_path: Path) -> None:
    """Whatever is wrong with a template's questions is said in one sentence."""
    if text is not None:
        (tmp_path / "copier.yml").write_text(text)
    with pytest.raises(ScaffoldError, match=says):
        Questionnaire(tmp_path)
