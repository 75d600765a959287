"""The presets as a user meets them: which questions are put, and a project at the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from support import ROOT
from terminal import ENTER, ERASE, SPACE, UP, Terminal


def asked(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[str]:
    """Return the questions that a user is asked who answers like this."""
    values = check(answers, questionnaire).values
    return [
        question.name
        for question in questionnaire.questions
        if questionnaire.applies(question, values) and questionnaire.puts(question, values)
    ]


STARTER = [
    "preset",
    "problem_type",
    "project_name",
    "description",
    "entity",
    "target",
    "business_metric",
    "serving_modes",
    "daily_requests",
]


def test_the_starter_asks_what_only_the_user_knows(questionnaire: Questionnaire) -> None:
    """Eight questions, and fewer where an answer makes one of them pointless."""
    answers: dict[str, Any] = {"preset": "starter"}
    assert asked(questionnaire, answers) == STARTER
    answers["serving_modes"] = ["batch"]
    assert asked(questionnaire, answers) == STARTER[:-1]
    answers["business_metric"] = "margin of a delivery"
    unit = STARTER.index("business_metric") + 1
    assert asked(questionnaire, answers) == [
        *STARTER[:unit],
        "business_metric_unit",
        "serving_modes",
    ]


@pytest.mark.parametrize("problem_type", ["classification", "regression"])
def test_each_preset_asks_more_than_the_one_before(
    problem_type: str, questionnaire: Questionnaire
) -> None:
    """What the starter asks, the standard does; what that asks, all questions do."""
    starter, standard, full = (
        asked(questionnaire, {"preset": preset, "problem_type": problem_type})
        for preset in ("starter", "standard", "full")
    )
    assert set(starter) < set(standard) < set(full)
    assert len(starter) == 9
    assert 25 <= len(standard) <= 32
    assert 55 <= len(full) <= 70


def test_no_preset_asks_what_has_one_answer(questionnaire: Questionnaire) -> None:
    """A question with a single choice decides nothing for a user."""
    for question in questionnaire.questions:
        if question.choices and len(question.choices) == 1:
            assert not questionnaire.puts(question, {"preset": "full"}), question.name


@pytest.mark.slow
def test_a_walk_through_the_starter_ends_in_a_project(
    repository: Path, tmp_path: Path, bin_folder: Path
) -> None:
    """A person at a terminal is asked these questions, told what is wrong, and gets a project."""
    command = [bin_folder / "ml-scaffold", "new", "mine", "--template", repository]
    with Terminal(command, tmp_path) as terminal:
        terminal.wait_for("decide yourself?")
        terminal.send(UP + ENTER)  # from the standard preset
        terminal.wait_for("What kind of problem")
        terminal.send(ENTER)
        terminal.wait_for("What is the project called")
        terminal.send(f"{ERASE}Parcel Returns{ENTER}")
        terminal.wait_for("What does the system do")
        terminal.send(f"{ERASE}Predicts which parcels come back.{ENTER}")
        terminal.wait_for("Whom or what")
        terminal.send(f"{ERASE}parcel{ENTER}")
        terminal.wait_for("Which outcome")
        terminal.send(f"{ERASE}parcel_id{ENTER}")
        terminal.wait_for("must differ from the entity")
        terminal.send(f"{ERASE}returned{ENTER}")
        terminal.wait_for("Which figure of the business")
        terminal.send(f"{ERASE}accuracy{ENTER}")
        terminal.wait_for("name costs, revenue or another")
        terminal.send(f"{ERASE}cost of a return{ENTER}")
        terminal.wait_for("In which unit")
        terminal.send(f"{ERASE}euros{ENTER}")
        terminal.wait_for("How are predictions delivered?")
        terminal.send(SPACE + ENTER)  # takes real-time away
        assert terminal.finish() == 0, terminal.shown
        assert ".. generating mine" in terminal.shown  # the seconds count as soon as it is asked
        assert "Parcel Returns is in mine. Next, in that folder:" in terminal.shown
    stored = yaml.safe_load((tmp_path / "mine" / ".copier-answers.yml").read_text("utf-8"))
    expected = {
        "preset": "starter",
        "package": "parcel_returns",
        "target": "returned",
        "business_metric_unit": "euros",
        "serving_modes": ["batch"],
        "approval": "person",
    }
    assert {name: stored[name] for name in expected} == expected
    assert (tmp_path / "mine" / "src" / "parcel_returns").is_dir()
    report = check({k: v for k, v in stored.items() if k[0] != "_"}, Questionnaire(ROOT))
    assert report.ok
