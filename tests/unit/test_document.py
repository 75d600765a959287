"""The design document: whole, true to the answers, and Markdown as its readers take it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import designs
from ml_scaffold.check import check
from ml_scaffold.document import document
from ml_scaffold.questions import Question, Questionnaire
from readers import tokens
from support import ROOT

HEADERS = {
    "Problem definition": "Aspect | Detail",
    "Feature engineering": "Feature | Description | Source | Transformation | Window | Type"
    " | Expected | Leakage risk",
    "Experiment tracking": "Aspect | Choice | Rationale | Rejected",
    "Training pipeline": "Stage | Tool or method | Notes",
    "Model serving": "Aspect | Detail",
    "A/B testing": "Aspect | Detail",
    "Monitoring and drift": "Monitor | Tool | Threshold | Action",
    "Scale and cost": "Aspect | Given | What follows",
    "Quality checks": "Check | Verdict | Evidence",
    "Hand-offs": "To | What | What they need from here",
}
"""The sections of every document, each with the columns of its first table."""
CHOICES = "Decision | Choice | Why | Rejected"
ASPECTS = {
    "Problem definition": {
        *("Problem type", "Target variable", "Business metric", "Evaluation metric"),
        *("Baseline performance", "Success threshold", "What is correct", "Decision"),
    },
    "Experiment tracking": {"Tool", "What's tracked", "Organisation", "Comparison"},
    "Training pipeline": {"Data split", "Training", "Tuning", "Validation", "Registry"},
    "Model serving": {"Serving mode", "Latency SLA", "Throughput", "Scaling", "Fallback"},
    "A/B testing": {
        *("Split", "Primary metric", "Guardrail metrics", "Min duration"),
        "Rollback criteria",
    },
}
"""What the first table of a section must speak of."""
TEXTS = ("business_metric", "business_metric_unit", "data_source", "approver", "owner")
FEATURE = {
    "name": "a",
    "description": "b",
    "type": "c",
    "source": "d",
    "transformation": "e",
    "window": "1 day",
    "leakage_risk": "low: f",
    "expected": "g",
}
MEASURED = {"data": "orders.csv | *2*", "date": "2026-05-04", "rows": 8000}
SAMPLED = designs.DOCUMENTS | {name: designs.ARRAY[name] for name in designs.SAMPLE}
every_design = pytest.mark.parametrize(
    "design",
    [
        pytest.param(design, id=name, marks=[] if name in SAMPLED else [pytest.mark.slow])
        for name, design in (designs.DOCUMENTS | designs.ALL).items()
    ],
)


DONE: dict[str, str] = {}


def written(design: Mapping[str, Any], questionnaire: Questionnaire) -> str:
    """Return the document of a design, made once."""
    if (key := repr(design)) not in DONE:
        report = check(design, questionnaire, "document")
        assert report.ok, report.faults
        DONE[key] = document(report.values, questionnaire)
    return DONE[key]


def tables(text: str) -> Iterator[list[list[str]]]:
    """Yield the tables of a document as rows of cells, the row of dashes left out."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for block in re.findall(r"(?:^\|.*\n)+", prose, re.MULTILINE):
        lines = block.splitlines()
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", each)[1:-1]] for each in lines]
        assert set(rows.pop(1)) == {"---"}
        yield rows


def section(text: str, title: str) -> str:
    """Return the section of a document with this title."""
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def assert_whole(text: str) -> None:
    """Check what must hold of every document, whatever the design."""
    assert text.endswith("|\n")
    assert not re.search(r"\n\n\n| \n", text)
    found = list(tables(text))
    for header, *rows in found:
        for row in rows:
            assert len(row) == len(header), row
            assert all(row), row
    read = tokens(text)
    assert sum(token.type == "table_open" for token in read) == len(found)
    assert "" not in [token.content for token in read if token.type == "inline"]
    titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert titles[: len(HEADERS)] == list(HEADERS)
    for title, columns in HEADERS.items():
        header, *rows = next(tables(section(text, title)))
        assert " | ".join(header) == columns
        assert {row[0] for row in rows} >= ASPECTS.get(title, set()), title
    for title in ("Problem definition", "Feature engineering", "Training pipeline"):
        assert f"| {CHOICES} |" in section(text, title)
    assert len(next(tables(section(text, "Quality checks")))) == 1 + 10


@every_design
def test_it_is_whole(design: dict[str, Any], questionnaire: Questionnaire) -> None:
    """It has all sections and columns, every row is as long as its header, and no cell is empty."""
    assert_whole(written(design, questionnaire))


@every_design
def test_nothing_of_the_template_is_left(
    design: dict[str, Any], questionnaire: Questionnaire
) -> None:
    """It holds no Jinja, and no value as Python would print it."""
    plain = {name: "plain" for name in (*TEXTS, "project_name", "description") if name in design}
    text = written({**design, **plain}, questionnaire)
    left = re.search(r"{{|{%|{#|\b(None|True|False|Undefined|nan|inf)\b|\[\]", text)
    assert not left, left


@every_design
def test_the_diagram_is_well_formed(design: dict[str, Any], questionnaire: Questionnaire) -> None:
    """It has a line a step, each once and joined to the next, and leads back at its end."""
    text = section(written(design, questionnaire), "Training pipeline")
    (block,) = re.findall(r"^```text\n(.*?)^```$", text, re.M | re.S)
    lines = block.splitlines()
    steps, joins = lines[::2], lines[1::2]
    names = [re.fullmatch(r"([A-Z][a-z]+) +\S.*", step) for step in steps]
    assert len({name[1] for name in names if name}) == len(steps) == 13
    assert joins == ["    |"] * 12 + ["    +--> Features, with the rows known by then"]


@every_design
def test_texts_stay_texts(design: dict[str, Any], questionnaire: Questionnaire) -> None:
    """A free text reaches the reader as it was given, and makes no link, tag or code."""
    read = tokens(written(design, questionnaire))
    pieces = [token for token in read if token.type == "inline"]
    shown = "\n".join("".join(child.content for child in piece.children or []) for piece in pieces)
    values = check(design, questionnaire, "document").values
    for name in TEXTS:
        assert values[name] in shown, name
    kinds = {child.type for piece in pieces for child in piece.children or []}
    assert kinds <= {
        *("text", "text_special", "code_inline", "softbreak", "strong_open", "strong_close"),
        *("link_open", "link_close"),
    }
    links = {
        child.attrGet("href")
        for piece in pieces
        for child in piece.children or []
        if child.type == "link_open"
    }
    assert links <= {"features.md", "runbook.md"}


def others(question: Question, value: Any) -> Any:
    """Return another answer to a question, right or not."""
    if question.multiple:
        return [each for each in question.choices if each not in value] or value[:1]
    if question.choices:
        return next(each for each in question.choices if each != value)
    return {
        "bool": lambda: not value,
        "str": lambda: f"{value} too",
        "int": lambda: value + 1,
        "float": lambda: value * 0.97 + 0.002,
        "yaml": lambda: [FEATURE] if isinstance(value, list) else {"entity": MEASURED},
    }[question.kind]()


UNSAID = {"preset", "licence", "package", "birth", "demo", "replay"}
"""Answers that a design has and that its document need not speak of."""


@pytest.mark.parametrize(
    "design",
    [
        pytest.param({}, id="A/B test"),
        pytest.param({"challenger_share": 0.0, "retraining": "both"}, id="approval"),
        pytest.param({"problem_type": "regression"}, id="regression"),
        pytest.param(designs.DOCUMENTS["fraud"], id="fraud"),
    ],
)
def test_every_answer_counts(design: dict[str, Any], questionnaire: Questionnaire) -> None:
    """No question is asked for nothing: another answer makes another document."""
    values = check(design, questionnaire, "document").values
    text = document(values, questionnaire)
    ignored = set()
    for question in questionnaire.questions:
        asked = questionnaire.applies(question, values) and not question.computed
        if asked and len(question.choices) != 1:
            other = {**values, question.name: others(question, values[question.name])}
            for each in questionnaire.questions:
                if each.computed:
                    other[each.name] = questionnaire.default(each, other)
            if document(other, questionnaire) == text:
                ignored.add(question.name)
    if values["features"]:  # which take the place of the starter's windows
        ignored -= {"short_window_days", "long_window_days"}
    assert ignored - UNSAID == set()


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ({}, ("positive_rate", "baseline_performance", "base_rate", "daily_requests")),
        ({"problem_type": "regression"}, ("metric_std", "number_of_entities", "label_delay_days")),
    ],
)
def test_it_tells_what_was_measured_from_what_was_assumed(
    answers: dict[str, Any], names: tuple[str, ...], questionnaire: Questionnaire
) -> None:
    """A measured figure has its data, day and rows beside it, and stands in a table of its own."""
    assumed = written(answers, questionnaire)
    assert "## Measured answers" not in assumed
    assert "measured on" not in assumed
    told = written({**answers, "evidence": dict.fromkeys(names, MEASURED)}, questionnaire)
    assert_whole(told)
    beside = r"measured on orders.csv \| \*2\*, 2026-05-04, 8,000 rows"
    assert told.count(beside) == len(names)
    measured_rates = {"positive_rate", "baseline_performance"} & set(names)
    words = "as stated in the design, which may be an assumption"
    assert assumed.count(words) - told.count(words) == len(measured_rates)
    header, *rows = next(tables(section(told, "Measured answers")))
    assert header == ["Answer", "Value", "Measured on", "Date", "Rows"]
    values = check(answers, questionnaire).values
    data, date = r"orders.csv \| \*2\*", MEASURED["date"]
    assert rows == [[f"`{name}`", str(values[name]), data, date, "8,000"] for name in names]


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_the_features_are_those_of_the_feature_table(
    problem: str, questionnaire: Questionnaire
) -> None:
    """Two documents of one project say the same of a feature's type, values and leakage risk."""
    values = check({"problem_type": problem}, questionnaire).values
    page = ROOT / "template" / f"{{{{ part.{problem} }}}}" / "docs" / "features.md.jinja"
    text = questionnaire.render(page.read_text("utf-8"), values)
    _, *rows = next(tables(text))
    detailed = {  # its aggregates have a row for each window
        re.sub(r"_\d+d`$", "`", row[0]): (row[2], row[6].replace(";", ","), row[7]) for row in rows
    }
    _, *rows = next(tables(section(document(values, questionnaire), "Feature engineering")))
    assert [(row[5], row[6], row[7]) for row in rows] == list(detailed.values())


@pytest.mark.parametrize(
    ("entity", "entities"),
    [("query", "queries"), ("day", "days"), ("person", "people"), ("box", "boxes")],
)
def test_many_of_an_entity_are_called_by_its_plural(
    entity: str, entities: str, questionnaire: Questionnaire
) -> None:
    """An entity's plural is English."""
    assert f"| 20,000 {entities}, " in written({"entity": entity}, questionnaire)


def test_what_is_not_generated_has_a_document(questionnaire: Questionnaire) -> None:
    """It is designed all the same, and said to be a document only."""
    for part in questionnaire.parts.values():
        if not part.not_yet:
            continue
        (asked,) = (each for each in questionnaire.questions if each.name == part.question)
        given = {
            part.question: [part.answer] if asked.multiple else part.answer,
            "features": [FEATURE],
            "gpu_available": True,
        }
        values = check(given, questionnaire, "document").values
        text = document({**values, **given}, questionnaire)
        assert_whole(text)
        assert "This is a document only" in text
        assert f"| `{part.question}`: {part.name}".replace("&", r"\&") in text
        assert not re.search(r"`(make|tests/|problem/|deploy/|APP_)", text)


def verdicts(design: Mapping[str, Any], questionnaire: Questionnaire) -> dict[str, str]:
    """Return which quality check has which verdict."""
    _, *rows = next(tables(section(written(design, questionnaire), "Quality checks")))
    return {check: verdict for check, verdict, _ in rows}


def test_the_default_design_keeps_every_quality_check(questionnaire: Questionnaire) -> None:
    """Nothing is to be desired of the default answers."""
    assert set(verdicts({}, questionnaire).values()) == {"holds"}


@pytest.mark.parametrize(
    ("given", "check", "verdict"),
    [
        ({"daily_requests": 0}, "A/B test", "fails"),
        ({"challenger_share": 0.0}, "A/B test", "fails"),
        ({"number_of_entities": 100}, "A/B test", "open"),
        ({"label_delay_days": 14, "minimum_days": 7}, "A/B test", "open"),
        ({"label_delay_days": 14, "minimum_days": 19}, "A/B test", "holds"),
        ({"positive_rate": 0.3, "base_rate": 0.4}, "A/B test", "open"),
        ({"serving_modes": ["batch"]}, "A/B test", "does not apply"),
    ],
)
def test_a_quality_check_that_does_not_hold_says_so(
    given: dict[str, Any], check: str, verdict: str, questionnaire: Questionnaire
) -> None:
    """One check has that verdict, and all others hold."""
    found = verdicts(given, questionnaire)
    (named,) = (each for each in found if check in each)
    assert found.pop(named) == verdict
    assert set(found.values()) == {"holds"}


@pytest.mark.parametrize(
    ("value", "check"),
    [
        ({"business_metric": "ROC AUC"}, "business metric"),
        ({"split": "random"}, "split"),
        ({"peak_requests_per_second": 1, "daily_requests": 1_000_000}, "latency"),
        ({"daily_outcomes": 10}, "A/B test"),
        ({"base_rate": 0.99}, "A/B test"),
        ({"fallback": "none"}, "fallback"),
    ],
)
def test_a_fault_fails_its_quality_check(
    value: dict[str, Any], check: str, questionnaire: Questionnaire
) -> None:
    """What the rules would refuse or warn of is no pass in the document either."""
    values = globals()["check"]({}, questionnaire).values
    text = document({**values, **value}, questionnaire)
    _, *rows = next(tables(section(text, "Quality checks")))
    assert [row[0] for row in rows if row[1] == "fails" and check in row[0]]


def test_without_features_no_leakage_risk_is_stated(questionnaire: Questionnaire) -> None:
    """A type of problem without a starter's features has none until the design lists its own."""
    values = check({}, questionnaire).values
    bare = {**values, "features": [], "kind": {**values["kind"], "starter": []}}
    _, *rows = next(tables(section(document(bare, questionnaire), "Quality checks")))
    assert [row[0] for row in rows if row[1] == "fails"] == [
        "Leakage risk is stated for every temporal feature"
    ]


def test_pages_and_rules_agree_on_capacity(questionnaire: Questionnaire) -> None:
    """One figure for what a worker does sizes the service, its costs and the warnings."""
    huge = {"cloud": "aws", "monthly_budget": 30, "daily_requests": 1_000_000_000}
    found = check({**huge, "scaling_trigger": "cpu"}, questionnaire)
    (warning,) = found.faults
    assert warning.rule == "budget_pays_for_machines"
    assert "8 machines, for its 16 workers" in warning.message
    text = document(found.values, questionnaire)
    serving, scale = section(text, "Model serving"), section(text, "Scale and cost")
    assert "11,574 a second on average; a worker answered some 5,000 one-row requests" in serving
    assert "the peak needs 15 workers at 70% load, and one more for failures" in serving
    assert "16 workers for the peak" in scale
    assert "$1.67 for each of 18 processes" in scale
    assert "less than $0.01 for 1,000 predictions" in scale
    assert not re.search(r"\de[-+]\d", text)
    faults = check({"peak_requests_per_second": 3600}, questionnaire).faults
    assert [fault.rule for fault in faults] == ["replicas_follow_the_peak"]


@pytest.mark.parametrize(
    ("name", "title", "says", "never"),
    [
        ("tickets", "Model serving", "when the model can't", "more often than silence"),
        ("tickets", "Training pipeline", "a run that fails begins anew", "run again alone"),
        ("tickets", "Training pipeline", "| Tuner | grid search |", "learns nothing"),
        ("tickets", "Training pipeline", "of thousands of words", "no columns"),
        ("recommendations", "Hand-offs", "before the day begins", "the week begins"),
        ("recommendations", "Model serving", "each run fetches the champion", "swapped"),
        ("recommendations", "Training pipeline", "all trials at once", "in turn"),
        ("winback", "Hand-offs", "before the week begins", "the day begins"),
        ("search", "Training pipeline", "every step can be run again alone", "begins anew"),
        ("fraud", "Problem definition", "is `fraud` 1 or 0 for one payment", "one card"),
        ("defects", "Problem definition", "the place in the picture", "text"),
        ("defects", "Model serving", "its answers can be foreseen", "as was done before the model"),
        ("offers", "Model serving", "as was done before the model", "can be foreseen"),
        (
            "search",
            "Training pipeline",
            "on the validation rows the best is no worse",
            "is never worse",
        ),
    ],
)
def test_choices_do_not_argue_against_each_other(
    name: str, title: str, says: str, never: str, questionnaire: Questionnaire
) -> None:
    """What one choice says fits those that were made beside it."""
    text = section(written(designs.DOCUMENTS[name], questionnaire), title)
    assert says in text
    assert never not in text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "half of it, seen in 7 days as well: state a smaller one if it matters"),
        ({"minimum_effect": 0.01}, "half of it, seen in 44 days instead of 9: a gain that is said"),
        ({"daily_requests": 0}, "half of it, seen by four times the outcomes or more: a gain that"),
    ],
)
def test_it_says_why_no_smaller_effect_is_tested(
    given: dict[str, Any], says: str, questionnaire: Questionnaire
) -> None:
    """The row of the decision says what half of the effect would cost."""
    text = section(written(given, questionnaire), "A/B testing")
    (row,) = re.findall(
        r"^\| Minimum effect \| [^|]+ \| the design states it.*$", text, re.MULTILINE
    )
    assert says in row
