"""The page's charts: the live weeks, each check of the monitors, and the A/B tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ...kind import words
from . import findings
from .drawing import Line, Scale, element, label, line, picture, ticks, weekly
from .figures import difference, known
from .findings import VERDICTS, Course, Summary


def live_weeks(summary: Summary) -> Markup:
    """Draw the live quality of each week and the best reachable."""
    lived = findings.items(summary, "weeks")
    alarms = {alarm["week"] for alarm in findings.drift_alarms(summary)}
    # A value stands on the side away from the line of the best.
    away = 20 if findings.higher_is_better(summary) else -11
    live = Line(
        f"live {findings.metric(summary)}",
        "live",
        [week.get("quality") for week in lived],
        {index for index, week in enumerate(lived) if week["week"] in alarms},
        away,
    )
    best = Line("best reachable", "best", [week.get("best_reachable") for week in lived])
    return weekly(
        "live-weeks",
        "The live weeks",
        [week["week"] for week in lived],
        [best, live] if findings.tells(summary, "best_reachable") else [live],
        size=(1000, 300),
        shaded=[index for index, week in enumerate(lived) if week.get("drifted")],
    )


def panel(name: str, weeks: Sequence[int], course: Course, key: str) -> Markup:
    """Draw one check: dots for its values, steps for its limits, and alarms that stand out."""
    values, limits = ([c and c.get(part) for c in course] for part in ("value", "threshold"))
    # A value that may be negative may err to both sides.
    other = [-limit if known(limit) else None for limit in limits]
    mirrored = any(known(value) and value < 0 for value in values)
    return weekly(
        key,
        name,
        weeks,
        [Line("value", "live", values, findings.alarmed(course))],
        size=(240, 110),
        limits=[limits, other] if mirrored else [limits],
    )


def intervals(tests: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw the difference of the arms' means in each A/B test with its confidence interval.

    A test of which one of them is unknown isn't drawn.
    """
    tests = [test for test in tests if known(test.get("difference")) and test.get("interval")]
    tests = [test for test in tests if all(map(known, test["interval"]))]
    if not tests:
        return Markup("")
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
        written = [difference(value) for value in (test["difference"], *test["interval"])]
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
