"""The list of parts: what is generated is offered, what isn't is told from typos and documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ml_scaffold.check import check
from ml_scaffold.cli import main
from ml_scaffold.data import load
from ml_scaffold.parts import Part, read
from ml_scaffold.questions import Question, Questionnaire
from support import ROOT, copy_template

PARTS = read(ROOT)
KNOWN = [part for part in PARTS.values() if not part.generated]
KINDS = ROOT / "generator" / "kinds"
each_known = pytest.mark.parametrize("part", KNOWN, ids=lambda part: part.key)
FEATURE = {
    "name": "length",
    "description": "length of the text",
    "type": "int",
    "source": "ticket",
    "transformation": "count of words",
    "window": "none",
    "leakage_risk": "low",
    "expected": "1 to 2000",
}
METRICS = {
    "ranking": ["ndcg", "map_at_k", "recall_at_k"],
    "vision": ["mean_average_precision"],
    "regression": ["rmse"],
}


def design(question: str, answer: Any) -> dict[str, Any]:
    """Return answers among which this one contradicts none."""
    multiple = question == "serving_modes"
    answers: dict[str, Any] = {question: [answer] if multiple else answer}
    for problem, metrics in METRICS.items():
        if answer in metrics:
            answers["problem_type"] = problem
    if answers.get("problem_type") not in {None, "regression"}:
        answers["features"] = [FEATURE]
    if question in {"split", "validation"}:
        answers["temporal"] = False
    if question == "fallback":
        answers["serving_modes"] = ["batch"]
    if question == "gpu":
        answers["gpu_available"] = True
    return answers


def asked(question: str, questionnaire: Questionnaire) -> Question:
    """Return a question by its name."""
    (found,) = (each for each in questionnaire.questions if each.name == question)
    return found


def test_the_list_holds_what_a_design_can_choose(questionnaire: Questionnaire) -> None:
    """Every choice of a question of which the list knows an answer is one of the list's."""
    questions = {part.question for part in PARTS.values()}
    for name in questions - {"", "cloud"}:  # a platform changes no code
        choices = asked(name, questionnaire).choices
        listed = [part.answer for part in PARTS.values() if part.question == name]
        assert {*choices} <= {*listed}, name


def test_a_question_takes_its_choices_from_the_list(tmp_path: Path) -> None:
    """A part that is generated is offered, in the list's order and with what it means."""
    copy_template(tmp_path)
    file = tmp_path / "generator" / "parts.yml"
    offered = "{is: tool, name: Dagster, means: assets, answer: {orchestrator: dagster}}"
    file.write_text(f"dagster: {offered}\n{file.read_text(encoding='utf-8')}")
    assert asked("orchestrator", Questionnaire(tmp_path)).choices == (
        *("dagster", "prefect", "script"),
    )
    environment = Questionnaire(tmp_path)._environment
    source = "{% from 'generator/macros/parts.jinja' import choices %}{{ choices('orchestrator') }}"
    assert yaml.safe_load(environment.from_string(source).render()) == {
        "dagster: assets": "dagster",
        "prefect: a server schedules, retries and records": "prefect",
        "script: cron schedules plain commands": "script",
    }


def test_each_part_is_described(questionnaire: Questionnaire) -> None:
    """It says what it is, and why one would choose it or why nobody can."""
    for part in PARTS.values():
        absence = part.brings_files and not part.when
        assert absence or part.why or part.not_yet or part.gone, part.key
        assert not (part.why + part.not_yet + part.gone).endswith("."), part.key
        for name in (*part.needs, *part.without):
            assert list(PARTS).index(name) < list(PARTS).index(part.key), part.key


@each_known
def test_what_is_not_generated_is_no_choice_and_names_one(
    part: Part, questionnaire: Questionnaire
) -> None:
    """What comes nearest is generated; the answer isn't, and says why or what became of it."""
    question = asked(part.question, questionnaire)
    assert part.answer not in question.choices
    assert part.nearest in (question.choices or (questionnaire.default(question, {}),))
    assert bool(part.not_yet) != bool(part.gone)


@each_known
def test_what_is_not_generated_makes_a_document_and_no_project(
    part: Part, questionnaire: Questionnaire
) -> None:
    """For a project it's refused with the reason; for a document only what is gone is."""
    answers = design(part.question, part.answer)
    report = check(answers, questionnaire)
    (message,) = (fault.message for fault in report.faults if fault.key == part.question)
    assert (part.gone or f"because {part.not_yet}") in message
    assert str(part.nearest).lower() in message
    errors = [
        fault.rule
        for fault in check(answers, questionnaire, "document").faults
        if fault.severity == "error"
    ]
    assert errors == (["gone"] if part.gone else [])


def test_every_type_of_problem_says_what_it_means() -> None:
    """Each has a file, all of these say the same things, and nothing else lies among them."""
    types = {part.answer: part for part in PARTS.values() if part.question == "problem_type"}
    assert {file.name for file in KINDS.iterdir()} == {f"{answer}.yml" for answer in types}
    said = {answer: load(KINDS / f"{answer}.yml") for answer in types}
    assert len({tuple(kind) for kind in said.values()}) == 1
    for answer, kind in said.items():
        assert types[answer].generated == bool(kind["metrics"]) == bool(kind["starter"])
        assert kind["value"] in {"share", "mean"}
        assert kind["outcome"] in {"yes or no", "amount", "order", "label"}
        assert kind["inputs"] in {"columns", "text", "images"}


def asking_for_the_type(root: Path) -> list[str]:
    """Return the files beside the types' own that know one type from another.

    In the generator they compare the answer; in the template a type's name is enough.
    """
    types = {part.answer: part for part in PARTS.values() if part.question == "problem_type"}
    own = {f"{{{{ part.{name} }}}}" for name, part in types.items() if part.generated}
    names = "|".join(name for name, part in types.items() if part.generated)
    asks = {
        "generator": re.compile(r"problem_type\s*(==|!=|in\b|not\b)"),
        "template": re.compile(rf"\b({names}|problem_type)\b", re.IGNORECASE),
    }
    return [
        str(file.relative_to(root))
        for folder, asked in asks.items()
        for file in sorted((root / folder).rglob("*"))
        if file.is_file() and file.suffix != ".pyc"
        if own.isdisjoint(file.parts) and asked.search(file.read_text(encoding="utf-8"))
    ]


def test_nothing_but_its_own_asks_for_the_type_of_a_problem(tmp_path: Path) -> None:
    """What is not one type is not taken for another: a third comes as a folder and a file."""
    assert asking_for_the_type(ROOT) == ["generator/macros/kind.jinja"]
    root = copy_template(tmp_path)
    for path, text in {
        "generator/document/serving.md.jinja": "{{ 1 if problem_type == 'classification' }}",
        "generator/rules/features.jinja": "{{ 1 if problem_type not in ['regression'] }}",
        "template/README.md.jinja": "{{ 'amounts' if regression }}",
    }.items():
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(text)
        assert path in asking_for_the_type(root)


def test_every_metric_fits_some_type_of_problem(questionnaire: Questionnaire) -> None:
    """Choices and known answers of the evaluation metric are those that the types name."""
    kinds = [load(file) for file in KINDS.iterdir()]
    metrics = {name for kind in kinds for name in kind["metrics"] + kind["metrics_of_documents"]}
    listed = {part.answer for part in PARTS.values() if part.question == "evaluation_metric"}
    assert metrics == listed
    offered = {*asked("evaluation_metric", questionnaire).choices}
    assert offered == {name for kind in kinds for name in kind["metrics"]}


def test_what_cannot_be_generated_is_pointed_to_its_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` ends with what can be done about it; a tool that is gone gets no such advice."""
    file = tmp_path / "design.yml"
    file.write_text("orchestrator: airflow\n")
    assert main(["check", str(file)]) == 1
    assert "`ml-scaffold design " in capsys.readouterr().out
    file.write_text("tracking_tool: neptune\n")
    assert main(["check", str(file)]) == 1
    out = capsys.readouterr().out
    assert "use 'mlflow' instead [gone]" in out
    assert "`ml-scaffold design " not in out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"leakage_risk": "none"}, "length: leakage_risk must be low, medium or high"),
        ({"window": "7 days"}, 'say why its leakage risk is low, as in "low: known before'),
        ({"windw": "7 days"}, 'feature 1 has "windw", which is none of name,'),
        ({"name": ""}, "feature 1: name must not be empty"),
        ({"type": 3}, "feature 1: type must be text"),
        ({"source": None}, "feature 1: source must be text"),
    ],
)
def test_a_feature_is_described_whole(
    change: dict[str, Any], says: str, questionnaire: Questionnaire
) -> None:
    """The first thing that is wrong with the features of a document is named with its feature."""
    answers = {"features": [FEATURE | change]}
    (fault,) = check(answers, questionnaire, "document").faults
    assert says in fault.message


@pytest.mark.parametrize("features", [[3], [None], [[FEATURE]], [FEATURE, FEATURE]], ids=repr)
def test_features_that_are_none_are_refused(
    features: list[Any], questionnaire: Questionnaire
) -> None:
    """Whatever stands in the list, there is a message and no traceback."""
    (fault,) = check({"features": features}, questionnaire, "document").faults
    assert fault.rule == "features_are_described"
    assert fault.message.startswith("feature ")
