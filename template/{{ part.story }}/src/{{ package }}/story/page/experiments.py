"""The A/B tests: who answered better on live traffic, how sure that is, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from . import figures, findings, vocabulary
from .compare_charts import intervals
from .drawing import HALF_WIDTHS, WIDTHS, responsive
from .figures import data, plural
from .findings import Summary
from .layout import badge, card, facts, grid, legend, section
from .markup import Markup, element, joined, table

OUTCOMES = {"promote": "good", "roll_back": "bad"}


def experiments(summary: Summary) -> Markup | None:
    """Return the A/B tests with their intervals and verdicts; None without a test."""
    tests = findings.items(summary, "experiments")
    if not tests:
        return None
    drawn = [test for test in tests if _drawable(test)]
    counts = [
        f"{sum(t.get('outcome') == o for t in tests)} {figures.words(o)}"
        for o in dict.fromkeys(t.get("outcome") for t in tests)
    ]
    lead = joined(
        data(len(tests)), f" {plural(len(tests), 'verdict')} on live traffic: {', '.join(counts)}."
    )
    chart = card(
        vocabulary.DIFFERENCE,
        legend(("round good", "promote"), ("round bad", "roll back"), ("round quiet", "continue")),
        *responsive(
            "intervals", partial(intervals, drawn), HALF_WIDTHS if len(tests) == 1 else WIDTHS
        ),
        class_="" if len(tests) == 1 else "across",
    )
    asked = figures.title(findings.words(summary)["asked"])
    verdicts = (_test(test, asked) for test in tests)
    return section("experiments", "A/B tests", lead, grid(chart if drawn else None, *verdicts))


def _drawable(test: Mapping[str, Any]) -> bool:
    bounds = test.get("interval") or []
    return len(bounds) == 2 and all(map(figures.known, (*bounds, test.get("difference"))))


def _test(test: Mapping[str, Any], asked: str) -> Markup:
    outcome = str(test.get("outcome"))
    rows: list[list[object]] = [
        [
            figures.title(arm),
            data(findings.part(test, arm).get("n")),
            data(findings.part(test, arm).get("mean"), vocabulary.value),
        ]
        for arm in ("champion", "challenger")
    ]
    bounds = joined(
        *(data(bound, vocabulary.difference) for bound in test.get("interval") or []), by=" to "
    )
    return card(
        f"Verdict of week {test['week']}",
        table(
            f"Arms of the test of week {test['week']}",
            ["Arm", asked, vocabulary.VALUE],
            rows,
        ),
        facts(
            (
                f"Difference, {vocabulary.DIFFERENCE_UNIT}",
                data(test.get("difference"), vocabulary.difference),
            ),
            ("Interval", bounds or figures.NONE),
            ("p-value", data(test.get("p_value"))),
            ("Alpha", data(test.get("alpha"), figures.brief)),
            ("Planned an arm", data(test.get("planned_per_arm"))),
        ),
        element("p", test["reason"], class_="finding") if test.get("reason") else None,
        note=badge(figures.words(outcome), OUTCOMES.get(outcome, "quiet")),
    )
