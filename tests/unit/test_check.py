"""`check` beyond the rules: types, unknown keys, and all faults at once."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import designs
from ml_scaffold.check import Fault, check
from ml_scaffold.questions import Questionnaire


def test_all_faults_are_reported_at_once(questionnaire: Questionnaire) -> None:
    """Each faulty answer is named, unknown keys first, then in the order of the questions."""
    answers = {"trials": 0, "project_name": "", "trails": 5, "licence": "GPL", "owner": "A"}
    faults = check(answers, questionnaire).faults
    assert [fault.key for fault in faults] == ["trails", "project_name", "licence", "trials"]
    assert all(fault.severity == "error" for fault in faults)


def test_a_misspelt_key_gets_the_nearest(questionnaire: Questionnaire) -> None:
    """A key that no question has is refused, and the one most like it is offered."""
    (fault,) = check({"sucess_threshold": 0.7}, questionnaire).faults
    assert fault.message == "there is no such question; did you mean success_threshold?"
    (fault,) = check({"zzz": 1}, questionnaire).faults
    assert fault.message == "there is no such question"


def test_an_answer_that_is_no_longer_asked_is_pointed_out(questionnaire: Questionnaire) -> None:
    """It keeps no design from being generated, and says what took its place."""
    report = check({"minimum_rows": 500}, questionnaire)
    assert report.ok
    (fault,) = report.faults
    assert (fault.key, fault.severity) == ("minimum_rows", "warning")
    assert fault.message.startswith("is no longer asked, for each monitor knows by itself")


MEASURED = {"data": "orders.csv", "date": "2026-05-04", "rows": 8000}


def test_what_was_measured_is_the_answer_to_a_question(questionnaire: Questionnaire) -> None:
    """A measurement of no answer is refused with the nearest; one that is computed is no answer."""
    for name, says in (("positive_rat", "; did you mean positive_rate?"), ("ab_test", "")):
        report = check({"evidence": {name: MEASURED}}, questionnaire)
        (fault,) = report.faults
        assert fault == Fault(
            "evidence", f"{name}: there is no such question{says}", rule="unknown_question"
        )
        assert not report.ok
    assert check({"evidence": {"positive_rate": MEASURED}}, questionnaire).faults == ()


def test_a_measurement_without_effect_is_pointed_out(questionnaire: Questionnaire) -> None:
    """It may be kept: another answer, or a release that asks no longer, took its effect away."""
    gone = copy(questionnaire)
    gone.settings = {**gone.settings, "_retired_questions": {"on_alarm": "retraining_triggers"}}
    evidence = {"metric_std": MEASURED, "on_alarm": MEASURED}
    report = check({"evidence": evidence}, gone)
    assert report.ok
    assert [(fault.key, fault.rule) for fault in report.faults] == [("evidence", "no_effect")] * 2
    assert report.faults[0].message == "metric_std has no effect here: leave its measurement out"


def test_a_measurement_of_a_faulty_answer_is_no_second_fault(questionnaire: Questionnaire) -> None:
    """One fault is told once."""
    answers = {"challenger_share": 2.0, "evidence": {"challenger_share": MEASURED}}
    assert [fault.key for fault in check(answers, questionnaire).faults] == ["challenger_share"]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"success_threshold": 0.9, "baseline_performance": 0.1}, "lower the threshold"),
        (
            {
                "evaluation_metric": "mae",
                "success_threshold": 5.0,
                "baseline_performance": 6.0,
                "baseline_margin": 10.0,
            },
            "the margin must be smaller than the baseline",
        ),
    ],
)
def test_the_advice_on_an_error_metric_can_be_followed(
    answers: dict[str, Any], says: str, questionnaire: Questionnaire
) -> None:
    """An error is improved by lowering it, and never below 0."""
    (fault,) = check({"problem_type": "regression", **answers}, questionnaire).faults
    assert says in fault.message


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e7])
def test_defaults_keep_the_digits_of_any_unit(unit: float, questionnaire: Questionnaire) -> None:
    """What is made from a threshold in the outcome's unit is right to 12 digits, and no more."""
    answers = {
        "problem_type": "regression",
        "evaluation_metric": "mae",
        "success_threshold": 12.345678 * unit,
    }
    report = check(answers, questionnaire)
    assert report.faults == ()
    expected = {
        "baseline_margin": 0.24691356,
        "baseline_performance": 12.59259156,
        "concept_tolerance": 0.37037034,
    }
    found = {name: report.values[name] for name in expected}
    assert found == {
        name: pytest.approx(value * unit, rel=1e-11) for name, value in expected.items()
    }
    assert all(value == float(f"{value:.12g}") for value in found.values())


def test_a_computed_value_is_not_offered(questionnaire: Questionnaire) -> None:
    """The nearest key is one that may be answered."""
    (fault,) = check({"ab_tset": True}, questionnaire).faults
    assert "did you mean" not in fault.message


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("owner", 42, "must be text (put it in quotes), not 42"),
        ("owner", True, "must be text (put it in quotes), not true"),
        ("owner", None, "not nothing"),
        ("trials", "20", "must be a whole number, not '20'"),
        ("trials", 20.5, "must be a whole number, not 20.5"),
        ("trials", True, "must be a whole number, not true"),
        ("drift_threshold", "0.2", "must be a number, not '0.2'"),
        ("drift_threshold", False, "must be a number, not false"),
        ("serving_modes", "batch", "must be a list, such as [real-time], not 'batch'"),
        ("serving_modes", ["batch", "batch"], "must not name a choice twice"),
        ("serving_modes", ["batch", 3], "must be text"),
        ("licence", ["MIT"], "not a list"),
        ("alpha", 0.02, "must be 0.01 or 0.05 or 0.1, not 0.02; did you mean 0.05?"),
        ("description", {"a": 1}, "not a mapping"),
    ],
)
def test_types_are_strict(key: str, value: Any, says: str, questionnaire: Questionnaire) -> None:
    """What Copier would convert in silence is refused, and the message says what is needed."""
    report = check({key: value}, questionnaire)
    (fault,) = report.faults
    assert fault.key == key
    assert says in fault.message


def test_a_wrong_choice_gets_the_allowed_ones(questionnaire: Questionnaire) -> None:
    """The message lists the choices and offers the nearest."""
    assert check({"retraining": "trigered"}, questionnaire).faults == (
        Fault(
            "retraining",
            "must be triggered or scheduled or both, not 'trigered'; did you mean triggered?",
            rule="unknown_choice",
        ),
    )


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_a_metric_that_does_not_fit_gets_those_that_are_generated(
    problem: str, questionnaire: Questionnaire
) -> None:
    """What the message says to choose isn't refused in turn, and it names all that there is."""
    (asked,) = (each for each in questionnaire.questions if each.name == "evaluation_metric")
    wrong = {"classification": "wape", "regression": "roc_auc"}[problem]
    given = {"problem_type": problem, "evaluation_metric": wrong}
    (fault,) = check(given, questionnaire).faults
    assert fault.rule == "evaluation_metric_fits"
    advice = fault.message.removeprefix("must be ").split(" for ")[0].split(" or ")
    for metric in asked.choices:
        told = check({**given, "evaluation_metric": metric}, questionnaire)
        assert (metric in advice) == told.ok, metric
    assert set(advice) <= set(asked.choices)


def test_an_answer_without_effect_is_a_warning(questionnaire: Questionnaire) -> None:
    """An answer to a question that isn't asked is pointed out, and the design still passes."""
    report = check({"approval": "person"}, questionnaire)
    assert report.ok
    message = "has no effect here: leave it out"
    assert report.faults == (Fault("approval", message, "warning", "no_effect"),)


def test_a_fault_hides_warnings_that_it_may_have_caused(questionnaire: Questionnaire) -> None:
    """Where an answer is faulty, what depends on it isn't judged; the rest is."""
    answers = {"retraining": "bth", "retraining_schedule": "weekly"}
    assert [fault.key for fault in check(answers, questionnaire).faults] == ["retraining"]
    answers = {"serving_modes": [], "team_size": 1}  # which is too few for an online mode
    assert [fault.key for fault in check(answers, questionnaire).faults] == ["serving_modes"]
    answers = {"trials": 1, "team_size": 1}
    assert [fault.key for fault in check(answers, questionnaire).faults] == ["trials", "team_size"]


def test_what_copier_adds_is_no_answer(questionnaire: Questionnaire) -> None:
    """The answer file of a project passes as it is."""
    answers = {"_commit": "v0.1.0", "_src_path": "/somewhere", "trials": 5, "birth": 2}
    assert check(answers, questionnaire).faults == ()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_answers_give_a_report(questionnaire: Questionnaire, data: st.DataObject) -> None:
    """No answer whatever ends in a traceback, and each is judged by its own name."""
    keys = st.sampled_from([question.name for question in questionnaire.questions]) | st.text()
    answers = data.draw(st.dictionaries(keys, values, max_size=6))
    report = check(answers, questionnaire)
    assert {fault.key for fault in report.faults if fault.severity == "error"} <= set(answers)
    assert set(report.values) == {question.name for question in questionnaire.questions}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_default_is_right_whatever_was_answered_before(
    questionnaire: Questionnaire, data: st.DataObject
) -> None:
    """Right answers never make a question's default wrong: Copier would end in a traceback."""
    free = {name: st.sampled_from(values) for name, values in designs.VALUES.items()}
    chosen = {
        each.name: st.sampled_from(each.choices)
        for each in questionnaire.questions
        if each.choices and not each.multiple
    }
    free |= {
        "entity": st.sampled_from(["accepted", "demand", "shop"]),
        "daily_requests": st.integers(0, 10_000),
        "base_rate": st.floats(0.0001, 0.998),
        "challenger_share": st.floats(0.01, 0.5),
        "metric_std": st.floats(0.000001, 1000),
    }
    some = data.draw(st.fixed_dictionaries({}, optional=free | chosen))
    while errors := [f for f in check(some, questionnaire).faults if f.severity == "error"]:
        assert {fault.key for fault in errors} <= set(some)
        some = {key: value for key, value in some.items() if key != errors[0].key}
