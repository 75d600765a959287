"""How good the models are, and who let them through: scores, gate, A/B test, drift checks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from . import figures, findings
from .checks_chart import PANELS, History, histories, panel
from .compare_charts import intervals, ladder
from .drawing import HALF_WIDTHS, WIDTHS, responsive
from .figures import data, plural
from .findings import Summary
from .layout import badge, card, facts, grid, legend, section
from .markup import Markup, element, folded, joined, table

STANDINGS = {"champion": "good", "staging": "act", "refused": "bad"}
OUTCOMES = {"promote": "good", "roll_back": "bad"}


def scores(summary: Summary) -> Markup | None:
    """Return the score ladders, each on one set of rows; None without scores."""
    titles = {
        "scores": "On the first test rows",
        "after_drift": "After the drift, on the retraining's test rows",
    }
    metric = figures.words(findings.part(summary, "metric").get("name", "score"))
    cards = []
    for key, title in titles.items():
        known = {k: v for k, v in findings.part(summary, key).items() if figures.known(v)}
        if known:
            cards.append(_ladder(known, key, title, metric, findings.higher_is_better(summary)))
    if not cards:
        return None
    direction = "higher" if findings.higher_is_better(summary) else "lower"
    lead = f"{metric} of everything that could answer, {direction} is better; each ladder compares on the same rows."
    return section("scores", "Scores", lead, grid(*cards))


def _ladder(known: Mapping[str, Any], key: str, title: str, metric: str, higher: bool) -> Markup:
    names = [name for name in ("challenger", "retrained", "first_champion") if name in known]
    share = findings.share_of_gain(known, names[0]) if names else None
    said = None
    if share is not None:
        said = element(
            "p",
            f"{figures.title(names[0])}: ",
            data(share, lambda value: format(value, ".0%")),
            " of the way from the baseline to the best reachable.",
            class_="finding",
        )
    rows: list[list[object]] = [[figures.title(name), data(value)] for name, value in known.items()]
    return card(
        title,
        said,
        *responsive(f"ladder-{key}", partial(ladder, known, higher), HALF_WIDTHS),
        folded("The same as a table", table(title, ["Scorer", metric], rows)),
    )


def gates(summary: Summary) -> Markup | None:
    """Return every decision of the gate with all its criteria; None without decisions."""
    decisions = findings.items(summary, "gates")
    if not decisions:
        return None
    passed = sum(bool(gate.get("passed")) for gate in decisions)
    lead = joined(
        data(passed),
        " of ",
        data(len(decisions)),
        f" {plural(len(decisions), 'candidate')} passed the gate.",
    )
    return section("gate", "The gate", lead, grid(*map(_decision, decisions), class_="halves"))


def _decision(gate: Mapping[str, Any]) -> Markup:
    standing = str(gate.get("standing") or ("passed" if gate.get("passed") else "refused"))
    title = f"{figures.version(gate['version'])}, week {gate.get('week', figures.NONE)}"
    rows: list[list[object]] = [
        [
            figures.title(criterion["name"]),
            data(criterion.get("value")),
            element(
                "span",
                _sign(criterion.get("comparison")),
                " ",
                data(criterion.get("threshold")),
                class_="nowrap",
            ),
            _verdict(bool(criterion.get("passed"))),
        ]
        for criterion in gate.get("criteria") or []
    ]
    return card(
        title,
        table(
            f"Criteria of {title}",
            ["Criterion", "Value", "Asked", "Verdict"],
            rows,
            class_="criteria",
        ),
        element("p", gate["reason"], class_="finding") if gate.get("reason") else None,
        note=badge(standing, STANDINGS.get(standing, "quiet")),
    )


def _sign(comparison: object) -> str:
    return {">=": "\N{GREATER-THAN OR EQUAL TO}", "<=": "\N{LESS-THAN OR EQUAL TO}"}.get(
        str(comparison), str(comparison)
    )


def _verdict(passed: bool) -> Markup:
    return element(
        "span",
        "\N{CHECK MARK} passed" if passed else "\N{MULTIPLICATION X} failed",
        class_="good" if passed else "bad",
    )


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
        "Challenger minus champion, in percentage points of success",
        legend(("round good", "promote"), ("round bad", "roll back"), ("round quiet", "continue")),
        *responsive(
            "intervals", partial(intervals, drawn), HALF_WIDTHS if len(tests) == 1 else WIDTHS
        ),
        class_="" if len(tests) == 1 else "across",
    )
    return section(
        "experiments", "A/B tests", lead, grid(chart if drawn else None, *map(_test, tests))
    )


def _drawable(test: Mapping[str, Any]) -> bool:
    bounds = test.get("interval") or []
    return len(bounds) == 2 and all(map(figures.known, (*bounds, test.get("difference"))))


def _test(test: Mapping[str, Any]) -> Markup:
    outcome = str(test.get("outcome"))
    rows: list[list[object]] = [
        [
            figures.title(arm),
            data(findings.part(test, arm).get("n")),
            data(findings.part(test, arm).get("rate"), figures.percent),
        ]
        for arm in ("champion", "challenger")
    ]
    bounds = joined(
        *(data(bound, figures.points) for bound in test.get("interval") or []), by=" to "
    )
    return card(
        f"Verdict of week {test['week']}",
        table(f"Arms of the test of week {test['week']}", ["Arm", "Offers", "Success rate"], rows),
        facts(
            ("Difference, points", data(test.get("difference"), figures.points)),
            ("Interval", bounds or figures.NONE),
            ("p-value", data(test.get("p_value"))),
            ("Alpha", data(test.get("alpha"), figures.brief)),
            ("Planned an arm", data(test.get("planned_per_arm"))),
        ),
        element("p", test["reason"], class_="finding") if test.get("reason") else None,
        note=badge(figures.words(outcome), OUTCOMES.get(outcome, "quiet")),
    )


def checks(summary: Summary) -> Markup | None:
    """Return every check of the monitors against its limit; None without checks."""
    found = histories(summary)
    if not found:
        return None
    weeks = len(found[0].weeks)
    alarmed = sum(bool(check.alarms) for check in found)
    lead = joined(
        data(len(found)),
        f" {plural(len(found), 'check')} over ",
        data(weeks),
        f" {plural(weeks, 'week')}; ",
        data(alarmed),
        f" raised an alarm. {'The nearest to their limits are drawn.' if len(found) > PANELS else ''}",
    )
    panels = (
        element(
            "figure",
            element("figcaption", element("code", check.name), element("span", check.kind)),
            panel(check, f"check-{index}"),
        )
        for index, check in enumerate(found[:PANELS])
    )
    head: list[object] = ["Check", "Kind", *(f"Week {week}" for week in found[0].weeks)]
    rows: list[list[object]] = [[check.name, check.kind, *_cells(check)] for check in found]
    content = card(
        "Each check against its limit, a dot a week",
        legend(
            ("round check", "value"),
            ("line limit", "limit of that week"),
            ("round alarmed", "alarm"),
        ),
        element("div", *panels, class_="panels"),
        folded("All checks as a table", table("Value and limit of every check", head, rows)),
    )
    return section("checks", "Drift checks", lead, content)


def _cells(history: History) -> list[Markup]:
    return [
        element(
            "span",
            data(check.get("value")),
            " / ",
            data(check.get("threshold")),
            " \N{BLACK UP-POINTING TRIANGLE}" if check.get("alarm") else "",
            class_="bad nowrap" if check.get("alarm") else "nowrap",
            title=check.get("detail") or None,
        )
        if check
        else Markup(figures.NONE)
        for check in history.checks
    ]
