"""The live weeks: how good the answers were, what the monitors found, and what followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...kind import words
from . import figures, findings
from .drawing import Line, weekly
from .figures import data
from .findings import Summary
from .markup import Markup, badge, block, element, joined, legend, scrolling, section, table

LANES = ("alarms", "notices", "policy", "A/B test", "champion")
"""What an event has to do with, from above."""
VERDICTS = {"promote": "good", "roll_back": "bad"}
"""The style of an A/B test's outcome."""


@dataclass(frozen=True)
class Event:
    """Something that happened in a week.

    Attributes:
        week: its number.
        lane: one of `LANES`.
        style: good, bad, act or quiet.
        word: what it is, in a word or two.
        why: what led to it.
    """

    week: int
    lane: str
    style: str
    word: str
    why: Markup


def weeks(summary: Summary) -> Markup | None:
    """Return the section of the live weeks; None without any."""
    lived = findings.items(summary, "weeks")
    if not lived:
        return None
    happened = events(summary)
    rows = (
        [joined("week ", data(event.week)), badge(event.word, event.style), event.why]
        for event in happened
    )
    return section(
        "weeks",
        "The live weeks",
        _lead(summary),
        block(
            f"Live {findings.metric(summary)}, and what happened",
            _legend(summary),
            scrolling("Chart of the live weeks", chart(summary, happened)),
            _table(summary),
        ),
        block(
            "What the monitors found, and what followed",
            table("Events", ["When", "What", "Why"], rows),
        )
        if happened
        else None,
    )


def _lead(summary: Summary) -> Markup:
    measured = findings.measured(summary)
    if not measured:
        return Markup("")
    last = measured[-1]
    when = f"In week {last['week']}, the last that is measured, live"
    said = joined(f"{when} {findings.metric(summary)} was ", data(last["quality"]))
    if figures.known(last.get("best_reachable")):
        said = joined(said, ", where ", data(last["best_reachable"]), " was the best reachable")
    return joined(said, ".")


def _legend(summary: Summary) -> Markup:
    entries = [("live", f"live {findings.metric(summary)} of all answers")]
    if findings.tells(summary, "best_reachable"):
        entries.append(("best", words.BEST))
    if findings.drift_alarms(summary):
        entries.append(("alarmed", "alarm of drift"))
    if any(week.get("drifted") for week in findings.items(summary, "weeks")):
        entries.append(("drifted", "the world has drifted"))
    return legend(*entries)


def chart(summary: Summary, happened: list[Event]) -> Markup:
    """Draw the live quality of each week and the best reachable, above what happened."""
    lived = findings.items(summary, "weeks")
    alarms = {alarm["week"] for alarm in findings.drift_alarms(summary)}
    marks = {
        lane: [
            " ".join(e.word for e in happened if (e.week, e.lane) == (week["week"], lane))
            for week in lived
        ]
        for lane in LANES
    }
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
        lanes={lane: marked for lane, marked in marks.items() if any(marked)},
    )


def _table(summary: Summary) -> Markup:
    best = ["best_reachable"] if findings.tells(summary, "best_reachable") else []
    rows = [
        [
            week.get("name", ""),
            element("time", week.get("start", "")),
            *(data(week.get(key)) for key in ("quality", *best)),
            mean(week.get("value")),
        ]
        for week in findings.items(summary, "weeks")
    ]
    head = ["Week", "Begins", findings.metric(summary), *map(figures.title, best), words.VALUE]
    return table("The figures of each week", head, rows)


def mean(value: Any) -> Markup:
    """Show a mean of the business metric."""
    return data(value, lambda value: f"{figures.number(words.SCALE * value)}{words.VALUE_UNIT}")


def events(summary: Summary) -> list[Event]:
    """Return all events in the order of their weeks; within a week as they follow each other."""
    found = [
        *_promotions(summary),
        *_alarms("alarms", "bad", findings.drift_alarms(summary)),
        *_alarms("notices", "act", findings.notices(summary)),
        *_tests(summary),
        *_actions(summary),
    ]
    return sorted(found, key=lambda event: event.week)


def _alarms(lane: str, style: str, alarms: list[Mapping[str, Any]]) -> Iterator[Event]:
    for week in sorted({alarm["week"] for alarm in alarms}):
        names = [alarm.get("name", "") for alarm in alarms if alarm["week"] == week]
        word = f"{len(names)} {lane if len(names) > 1 else lane[:-1]}"
        why = joined(*(element("code", name) for name in names), by=", ")
        yield Event(week, lane, style, word, why)


def _tests(summary: Summary) -> Iterator[Event]:
    for test in findings.items(summary, "experiments"):
        outcome = str(test.get("outcome"))
        style, why = VERDICTS.get(outcome, "quiet"), joined("A/B test: ", test.get("reason"))
        yield Event(test["week"], "A/B test", style, figures.words(outcome), why)


def _actions(summary: Summary) -> Iterator[Event]:
    for week in findings.items(summary, "weeks"):
        if week.get("action") == "wait":
            yield Event(week["week"], "policy", "quiet", "wait", joined(week.get("action_reason")))
    for each in findings.items(summary, "retrainings"):
        yield Event(each["week"], "policy", "act", "retraining", joined(each.get("reason")))


def _promotions(summary: Summary) -> Iterator[Event]:
    for each in findings.items(summary, "promotions"):
        old = each.get("replaced")
        why = joined(
            "champion",
            f" in the place of {figures.version(old)}" if old is not None else "",
            f" by {each['by']}" if each.get("by") else "",
            f": {each['reason']}" if each.get("reason") else "",
        )
        yield Event(each["week"], "champion", "good", figures.version(each["version"]), why)
