"""The models: how good they are, what the gate decided, and who answered better live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...kind import words
from . import figures, findings
from .drawing import Scale, label, line, picture, ticks
from .figures import counted, data
from .findings import Summary
from .markup import Markup, badge, block, element, joined, scrolling, section, table
from .weeks import VERDICTS, mean

SCORES = {"scores": "First test rows", "after_drift": "The retraining's test rows"}
STANDINGS = {"champion": "good", "staging": "act", "refused": "bad"}
SIGNS = {">=": "\N{GREATER-THAN OR EQUAL TO}", "<=": "\N{LESS-THAN OR EQUAL TO}"}


def scores(summary: Summary) -> Markup | None:
    """Return what each model reached, on the same rows each; None without scores."""
    columns = {title: findings.part(summary, key) for key, title in SCORES.items()}
    columns = {title: found for title, found in columns.items() if found}
    if not columns:
        return None
    names = list(dict.fromkeys(name for found in columns.values() for name in found))
    names.sort(key=lambda name: name == "best_reachable")
    direction = "higher" if findings.higher_is_better(summary) else "lower"
    lead = f"{findings.metric(summary)}, each column on the same rows; {direction} is better."
    rows = [[figures.title(n), *(data(c.get(n)) for c in columns.values())] for n in names]
    return section(
        "scores",
        "Scores",
        lead,
        table("Scores", ["Model", *columns], rows),
    )


def gates(summary: Summary) -> Markup | None:
    """Return every decision of the gate with all its criteria; None without decisions."""
    decisions = findings.items(summary, "gates")
    if not decisions:
        return None
    passed = sum(bool(gate.get("passed")) for gate in decisions)
    lead = joined(data(passed), " of ", counted(len(decisions), "candidate"), " passed the gate.")
    asked = [{c["name"]: c for c in findings.items(gate, "criteria")} for gate in decisions]
    rows: list[list[object]] = [["Verdict", *map(_standing, decisions)]]
    rows += [
        [figures.title(name), *(_criterion(criteria.get(name)) for criteria in asked)]
        for name in dict.fromkeys(name for criteria in asked for name in criteria)
    ]
    head = [f"{figures.version(gate['version'])}, week {gate.get('week')}" for gate in decisions]
    return section("gate", "The gate", lead, table("The gate's decisions", ["", *head], rows))


def _standing(gate: Mapping[str, Any]) -> Markup:
    standing = str(gate.get("standing") or ("passed" if gate.get("passed") else "refused"))
    return joined(badge(standing, STANDINGS.get(standing, "quiet")), gate.get("reason"), by=" ")


def _criterion(criterion: Mapping[str, Any] | None) -> Markup:
    if criterion is None:
        return Markup(figures.NONE)
    passed = bool(criterion.get("passed"))
    comparison = str(criterion.get("comparison"))
    return element(
        "span",
        data(criterion.get("value")),
        f" {SIGNS.get(comparison, comparison)} ",
        data(criterion.get("threshold")),
        " \N{CHECK MARK}" if passed else " \N{MULTIPLICATION X} failed",
        class_=None if passed else "bad",
    )


def experiments(summary: Summary) -> Markup | None:
    """Return the A/B tests with their intervals and verdicts; None without a test."""
    tests = findings.items(summary, "experiments")
    if not tests:
        return None
    drawn = [test for test in tests if _drawable(test)]
    asked = findings.history(summary)["asked"]
    head = ["Week", "Verdict", "Champion", "Challenger", "Difference", "Interval", "p-value"]
    return section(
        "experiments",
        "A/B tests",
        joined(counted(len(tests), "verdict"), f" on live {asked}."),
        block(words.DIFFERENCE, scrolling(words.DIFFERENCE, intervals(drawn))) if drawn else None,
        table("A/B tests", [*head, "Alpha", "Planned an arm"], [_test(t, asked) for t in tests]),
    )


def _drawable(test: Mapping[str, Any]) -> bool:
    bounds = test.get("interval") or []
    return len(bounds) == 2 and all(map(figures.known, (*bounds, test.get("difference"))))


def _test(test: Mapping[str, Any], asked: str) -> list[object]:
    outcome = str(test.get("outcome"))
    arms = [findings.part(test, arm) for arm in ("champion", "challenger")]
    bounds = (data(bound, _difference) for bound in test.get("interval") or [])
    return [
        data(test["week"]),
        badge(figures.words(outcome), VERDICTS.get(outcome, "quiet")),
        *(joined(mean(arm.get("mean")), " of ", data(arm.get("n")), f" {asked}") for arm in arms),
        data(test.get("difference"), _difference),
        joined(*bounds, by=" to ") or figures.NONE,
        *(data(test.get(key)) for key in ("p_value", "alpha", "planned_per_arm")),
    ]


def _difference(value: float) -> str:
    return figures.signed(words.SCALE * value)


def intervals(tests: list[Mapping[str, Any]]) -> Markup:
    """Draw the difference of the arms' means in each A/B test with its confidence interval."""
    bounds = [words.SCALE * bound for test in tests for bound in test["interval"]]
    marks = ticks(min([*bounds, 0]), max([*bounds, 0]), 6)
    bottom = 44.0 * len(tests) + 6
    scale = Scale(marks[0], marks[-1], 80, 980)
    drawn = [line(scale(m), 4, scale(m), bottom, "grid" if m else "zero") for m in marks]
    drawn += [label(scale(m), bottom + 18, f"{m:+g}" if m else "0") for m in marks]
    said = []
    for index, test in enumerate(tests):
        y, middle = 44.0 * (index + 0.5) + 12, scale(words.SCALE * test["difference"])
        low, high = (scale(words.SCALE * bound) for bound in test["interval"])
        written = [_difference(value) for value in (test["difference"], *test["interval"])]
        drawn.append(
            element(
                "g",
                label(72, y + 4, f"week {test['week']}", anchor="end"),
                line(low, y, high, y, "whisker"),
                element("circle", cx=middle, cy=y, r=6.0, class_="estimate"),
                label(middle, y - 11, written[0], "value"),
                class_=VERDICTS.get(str(test.get("outcome")), "quiet"),
            )
        )
        said.append("Week {}: {}, interval {} to {}.".format(test["week"], *written))
    return picture("intervals", words.DIFFERENCE, " ".join(said), (1000, bottom + 26), *drawn)
