"""Kinds that are known and not generated: told from typos, and documented all the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ml_scaffold import kinds
from ml_scaffold.check import check
from ml_scaffold.cli import main
from ml_scaffold.kinds import Kind
from ml_scaffold.questions import Questionnaire
from support import ROOT

KINDS = kinds.read(ROOT)
EVERY = [
    pytest.param(question, answer, kind, id=f"{question}-{answer}")
    for question, known in KINDS.items()
    for answer, kind in known.items()
]
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
    """Return answers among which that of a kind contradicts none."""
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


@pytest.mark.parametrize(("question", "answer", "kind"), EVERY)
def test_a_kind_is_no_choice_and_names_one(
    question: str, answer: Any, kind: Kind, questionnaire: Questionnaire
) -> None:
    """What comes nearest is generated; the kind itself isn't, and says why or what became of it."""
    (asked,) = (each for each in questionnaire.questions if each.name == question)
    assert answer not in asked.choices
    assert kind.nearest in (asked.choices or (questionnaire.default(asked, {}),))
    assert bool(kind.why) != bool(kind.gone)
    assert not (kind.why + kind.gone).endswith(".")
    assert kind.name


@pytest.mark.parametrize(("question", "answer", "kind"), EVERY)
def test_a_kind_makes_a_document_and_no_project(
    question: str, answer: Any, kind: Kind, questionnaire: Questionnaire
) -> None:
    """For a project it's refused with the reason; for a document only what is gone is."""
    answers = design(question, answer)
    report = check(answers, questionnaire)
    (message,) = (fault.message for fault in report.faults if fault.key == question)
    assert (kind.gone or f"because {kind.why}") in message
    assert str(kind.nearest).lower() in message
    errors = [
        fault.rule
        for fault in check(answers, questionnaire, "document").faults
        if fault.severity == "error"
    ]
    assert errors == (["gone"] if kind.gone else [])


def test_every_metric_fits_some_type_of_problem(questionnaire: Questionnaire) -> None:
    """Choices and kinds of the evaluation metric are those that `metrics.jinja` knows."""
    text = (ROOT / "generator" / "macros" / "metrics.jinja").read_text(encoding="utf-8")
    table = re.search(r"set metrics_of = {(.*?)}", text, re.DOTALL)
    assert table
    metrics = {
        name for row in re.findall(r"\[(.*?)\]", table[1]) for name in re.findall(r"\w+", row)
    }
    (asked,) = (each for each in questionnaire.questions if each.name == "evaluation_metric")
    assert metrics == {*asked.choices, *KINDS["evaluation_metric"]}


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
