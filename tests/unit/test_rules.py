"""Every rule in both directions, and that Copier and `check` agree on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import copier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import designs
from ml_scaffold import rules
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from ml_scaffold.rules import Rule
from support import ROOT, copy_template

RIGHT: list[dict[str, Any]] = [
    {},
    {"project_name": "A"},
    {"project_name": "x" * 60},
    {"project_name": 'Größe "L" & <b> \\ # $x {{ 7 }} 😀'},
    {"project_name": "pandas"},  # its package gets another name
    {"package": "a"},
    {"package": "p2_x"},
    {"package": "p" * 40},
    {"description": "y" * 200},
    {"owner": "O'Neil: risk; 50 %"},
    {"licence": "Apache-2.0"},
    {"licence": "Proprietary"},
    {"birth": 1, "daily_requests": 4000},
    {"birth": 2},
    {"entity": "site"},
    {"target": "churned", "entity": "account"},
    {"label_delay_days": 1},
    {"label_delay_days": 90},
    {"success_threshold": 0.5001},
    {"success_threshold": 0.999},
    {"problem_type": "regression", "evaluation_metric": "mae", "success_threshold": 2e-7},
    {"problem_type": "regression", "evaluation_metric": "mae", "success_threshold": 99_999_999.9},
    {"baseline": "constant", "baseline_margin": 0},
    {"baseline_margin": 0.3},
    {"slice_tolerance": 0},
    {"treated_share": 0.9},
    {"seed": 0},
    {"timeout_ms": 11},
    {"latency_p99_ms": 50.1},
    {"model_latency_ms": 1000, "timeout_ms": 50},  # the SLA's default follows
    {"timeout_ms": 60_000},
    {"evidence": {"trials": {"data": "a study", "date": "2026-02-28", "rows": 1}}},
    {"evidence": {"trials": {"data": "a study", "date": "2028-02-29", "rows": 1}}},
    {"evidence": {"trials": {"data": "a study", "date": "2000-12-31", "rows": 1}}},
    {"short_window_days": 1, "long_window_days": 2},
    {"short_window_days": 89, "long_window_days": 90},
    {"short_window_days": 89},  # the other default follows
    {"trials": 2},
    {"trials": 1000},
    {"serving_modes": ["batch"]},
    {"serving_modes": ["real-time"]},
    {"model_latency_ms": 0.1},
    {"model_latency_ms": 1000},
    {"challenger_share": 0},
    {"challenger_share": 0.01},
    {"challenger_share": 0.5},
    {"minimum_effect": 0.001, "daily_requests": 1_000_000_000},
    {"minimum_effect": 0.5},
    {"challenger_share": 0.0, "approval": "person"},
    {"drift_threshold": 0.05},
    {"drift_threshold": 1},
    {"retraining": "both", "retraining_schedule": "monthly"},
]

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"project_name": ""}, "must not be empty"),
    ({"project_name": "   "}, "must not be empty"),
    ({"project_name": " a"}, "begin or end with a space"),
    ({"project_name": "x" * 61}, "at most 60 characters, not 61"),
    ({"project_name": "a\nb"}, "one line"),
    ({"project_name": "a\n"}, "one line"),
    ({"owner": "a\x1b[31mb"}, "one line"),
    ({"owner": "a\x00b"}, "one line"),
    ({"owner": "a\x7fb"}, "one line"),
    ({"owner": "a\x85b"}, "one line"),
    ({"owner": "a\u2028b"}, "one line"),
    ({"owner": "a\u202eb"}, "one line"),
    ({"owner": "a\ufeffb"}, "one line"),
    ({"owner": "a\u2029b"}, "one line"),
    ({"owner": "a\ud800b"}, "one line"),
    ({"description": "a\udfff"}, "one line"),
    ({"package": "a\ud800"}, "lower-case"),
    ({"entity": "{{ 7 }}"}, "lower-case"),
    ({"target": "a;b"}, "lower-case"),
    ({"description": "y" * 201}, "at most 200 characters"),
    ({"package": "Customer"}, "lower-case"),
    ({"package": "a-b"}, "lower-case"),
    ({"package": "a__b"}, "lower-case"),
    ({"package": "_a"}, "lower-case"),
    ({"package": "a_"}, "lower-case"),
    ({"package": "2a"}, "lower-case"),
    ({"package": "a\n"}, "lower-case"),
    ({"package": "../a"}, "lower-case"),
    ({"package": "a/b"}, "lower-case"),
    ({"package": ""}, "lower-case"),
    ({"package": "größe"}, "lower-case"),
    ({"package": "p" * 41}, "at most 40 characters, not 41"),
    ({"package": "class"}, "keyword of Python"),
    ({"package": "match"}, "keyword of Python"),
    ({"package": "none"}, "keyword of Python"),
    ({"package": "con"}, "device on Windows"),
    ({"package": "lpt1"}, "device on Windows"),
    ({"package": "statistics"}, "standard library"),
    ({"package": "sklearn"}, "a package that the project may use"),
    ({"package": "scikit_learn"}, "a package that the project may use"),
    ({"package": "tests"}, "a folder or a tool"),
    ({"entity": "Customer"}, "lower-case"),
    ({"entity": "e" * 31}, "at most 30 characters"),
    ({"entity": "customer_id"}, "must not end with id"),
    ({"entity": "id"}, "must not end with id"),
    ({"entity": "order"}, "keyword of SQL"),
    ({"entity": "aux"}, "device on Windows"),
    ({"entity": "import"}, "keyword of Python"),
    ({"target": "select"}, "keyword of SQL"),
    ({"target": "offered_at"}, "another column"),
    ({"target": "visits_7d"}, "another column"),
    ({"problem_type": "regression", "target": "ordered_at"}, "another column"),
    ({"problem_type": "regression", "target": "median"}, "another column"),
    ({"problem_type": "regression", "target": "units_7d"}, "another column"),
    ({"label_delay_days": 0}, "from 1 to 90, not 0"),
    ({"label_delay_days": 91}, "from 1 to 90, not 91"),
    ({"success_threshold": 0.5}, "above 0.5 and below 1"),
    ({"success_threshold": 1.0}, "above 0.5 and below 1"),
    ({"success_threshold": float("nan")}, "not nan"),
    ({"baseline_margin": -0.01}, "from 0 to 0.3"),
    ({"slice_tolerance": 0.31}, "from 0 to 0.3"),
    ({"treated_share": 0.0}, "above 0 and below 1"),
    ({"treated_share": 1}, "above 0 and below 1"),
    ({"seed": -1}, "from 0 to 2147483647"),
    ({"seed": 2**31}, "from 0 to 2147483647"),
    ({"timeout_ms": 0}, "from 1 to 60000"),
    ({"latency_p99_ms": 50}, "must be above the time-out (50), not 50"),
    ({"timeout_ms": 100, "latency_p99_ms": 99.0}, "must be above the time-out (100), not 99.0"),
    ({"latency_p50_ms": 80, "latency_p99_ms": 79.0}, "at least the median (80), not 79.0"),
    ({"latency_p99_ms": float("nan")}, "not nan"),
    *(
        (
            {"evidence": {"trials": {"data": "a study", "date": "2026-02-28", "rows": 1} | wrong}},
            says,
        )
        for wrong, says in (
            ({"rows": 0}, "trials must count its rows"),
            ({"rows": True}, "trials must count its rows"),
            ({"rows": 1.0}, "trials must count its rows"),
            ({"date": "2026-13-01"}, "trials must have its date in quotes"),
            ({"date": "2026-02-31"}, "trials must have a date that the calendar has"),
            ({"date": "2026-02-29"}, "trials must have a date that the calendar has"),
            ({"date": "2100-02-29"}, "trials must have a date that the calendar has"),
            ({"date": "2026-11-31"}, "trials must have a date that the calendar has"),
            ({"date": date(2026, 5, 4)}, "trials must have its date in quotes"),
            ({"date": "2026-05-04\n"}, "trials must have its date in quotes"),
            ({"data": "a\nb"}, "trials must name its data in a line"),
            ({"data": "x" * 121}, "trials must name its data in a line"),
            ({"data": 3}, "trials must name its data in a line"),
            ({"by": "me"}, "trials must say data, date and rows"),
        )
    ),
    ({"evidence": {"trials": "a study"}}, "trials must say data, date and rows"),
    ({"evidence": {"evidence": {}}}, "each entry must name a question other than evidence"),
    ({"evidence": {"`x`": {}}}, "each entry must name a question"),
    ({"evidence": {1: {}}}, "each entry must name a question"),
    ({"evidence": ["trials"]}, "must be a mapping, not a list"),
    ({"baseline_margin": float("nan")}, "not nan"),
    ({"short_window_days": 0}, "from 1 to 89"),
    ({"short_window_days": 90}, "from 1 to 89"),
    ({"long_window_days": 91}, "at most 90"),
    ({"trials": 1}, "from 2 to 1000"),
    ({"trials": 1001}, "from 2 to 1000"),
    ({"serving_modes": []}, "choose at least one"),
    ({"model_latency_ms": 0.09}, "from 0.1 to 1000"),
    ({"model_latency_ms": float("inf")}, "not inf"),
    ({"challenger_share": 0.51}, "must be 0 (no A/B test) or from 0.01 to 0.5"),
    ({"challenger_share": 0.001}, "must be 0 (no A/B test) or from 0.01 to 0.5"),
    ({"challenger_share": float("nan")}, "not nan"),
    ({"minimum_effect": 0}, "from 0.0001 to 0.5"),
    ({"drift_threshold": 0.04}, "from 0.05 to 1"),
    ({"drift_threshold": float("nan")}, "not nan"),
    ({"birth": 3}, "is set at the project's birth"),
    ({"licence": "GPL"}, "MIT"),
    ({"baseline": "random"}, "can't be generated"),
    ({"baseline": "randon"}, "must be rule or constant, not 'randon'; did you mean random?"),
    ({"business_metric": "F1 score"}, "not what that is worth"),
    ({"minimum_effect": 0.001}, "would need 559 days of traffic"),
    ({"serving_modes": ["stream"]}, "real-time"),
    ({"retraining": "never"}, "triggered"),
    ({"retraining": "both", "retraining_schedule": "hourly"}, "weekly"),
    ({"challenger_share": 0, "approval": "nobody"}, "automatic"),
    *designs.REFUSED,
]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a template of the questions alone, with one file to render."""
    folder = copy_template(tmp_path_factory.mktemp("form"))
    for path in (folder / "template").rglob("*"):
        if path.is_file():
            path.unlink()
    (folder / "template" / "file").touch()
    return folder


def asked_by_copier(form: Path, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the values that Copier would render with, all defaults taken."""
    worker = copier.run_copy(
        str(form),
        form / "never",
        data=dict(answers),
        defaults=True,
        pretend=True,
        quiet=True,
        settings=copier.Settings(),
    )
    return {key: value for key, value in worker.answers.combined.items() if key[0] != "_"}


@pytest.mark.parametrize("answers", RIGHT, ids=repr)
def test_right_answers_pass(
    answers: dict[str, Any], questionnaire: Questionnaire, form: Path
) -> None:
    """A design that keeps the rules passes in both places, and both compute the same values."""
    report = check(answers, questionnaire)
    assert report.ok
    assert "no_effect" not in {fault.rule for fault in report.faults}
    theirs = asked_by_copier(form, answers)
    assert {key: theirs[key] for key in report.values} == report.values


@pytest.mark.parametrize(("answers", "says"), WRONG, ids=repr)
def test_wrong_answers_are_refused(
    answers: dict[str, Any], says: str, questionnaire: Questionnaire, form: Path
) -> None:
    """A design that breaks one rule is refused in both places; `check` names the answer and why."""
    report = check(answers, questionnaire)
    assert not report.ok
    (fault,) = report.faults
    assert fault.key in answers
    assert says in fault.message
    with pytest.raises(ValueError, match=fault.key):
        asked_by_copier(form, answers)


SILENT = {"named_twice", "no_effect", "unknown_question", "wrong_type"}
"""What Copier lets pass; `check` is there for it."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "rule",
    [rule for rule in rules.read(ROOT).values() if rule.name not in SILENT],
    ids=lambda rule: rule.name,
)
def test_copier_refuses_errors_and_no_warnings(rule: Rule, form: Path) -> None:
    """A rule of the catalogue that is an error stops Copier too, and a warning doesn't."""
    if rule.severity == "error":
        with pytest.raises(ValueError, match="|".join(rule.fails)):
            asked_by_copier(form, dict(rule.fails))
    elif rule.purpose == "project":
        assert asked_by_copier(form, dict(rule.fails))


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)
    | st.sampled_from(["Pandas", "Class", "2026", "---", "con", "É", "a" * 60, "tests", "Σ 1"])
)
@settings(max_examples=200, deadline=None)
def test_every_project_name_gives_a_package(questionnaire: Questionnaire, name: str) -> None:
    """Whatever the project is called, its package's default is a name that the rules accept."""
    report = check({"project_name": name}, questionnaire)
    assert report.faults == (), report.values["package"]


@pytest.mark.parametrize(
    ("approver", "named"),
    [("\N{CJK UNIFIED IDEOGRAPH-5C71}", True), ("Zoë", True), ("n/a", False), ("- 😀 -", False)],
)
def test_a_name_may_have_any_letters(
    approver: str, named: bool, questionnaire: Questionnaire
) -> None:
    """Who approves is named in whatever script; signs without a letter name nobody."""
    broken = [fault.rule for fault in check({"approver": approver}, questionnaire).faults]
    assert broken == ["approver_is_named"] * (not named)


def test_rules_are_written_once() -> None:
    """No question spells out a rule: its validator calls one from `generator/rules`."""
    for file in (ROOT / "generator" / "questions").glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        validators = text.count("validator:")
        assert text.count("{% from 'generator/rules/") >= validators, file.name
        assert "{% if" not in text, file.name
