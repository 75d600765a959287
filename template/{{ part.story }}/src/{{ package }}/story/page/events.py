"""What the monitors found and what followed: one list, drawn above the weeks and told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import figures, findings
from .figures import data, plural
from .findings import Summary
from .layout import badge, card, series
from .markup import Markup, element, joined

ALARM = "\N{BLACK UP-POINTING TRIANGLE}"
LANES = ("alarms", "notices", "training", "A/B test", "champion")
"""The kinds of events that are drawn, from above."""
TOLD = 4
"""So many alarms of a week are told in words; the checks show all."""


@dataclass(frozen=True)
class Event:
    """Something that happened in a week.

    Attributes:
        week: its number.
        lane: one of `LANES`; empty if it is told only.
        mark: what is drawn, and `short` where there is little room.
        style: good, bad, act, quiet, or that of a version.
        word: what it is, in a word or two.
        told: what happened.
    """

    week: int
    lane: str
    mark: str
    short: str
    style: str
    word: str
    told: Markup


def events(summary: Summary) -> list[Event]:
    """Return all events in the order of their weeks; within a week as they follow each other."""
    found = [
        *_promotions(summary),
        *_alarms(summary, "alarms", "bad", findings.drift_alarms(summary)),
        *_alarms(summary, "notices", "act", findings.notices(summary)),
        *_tests(summary),
        *_waits(summary),
        *_retrainings(summary),
    ]
    return sorted(found, key=lambda event: event.week)


def diary(summary: Summary) -> Markup | None:
    """Return the events in words; None where nothing happened."""
    rows = [
        element(
            "li",
            element("span", f"week {event.week}", class_="when"),
            badge(event.word, "good" if event.lane == "champion" else event.style),
            element("span", event.told),
        )
        for event in events(summary)
    ]
    if not rows:
        return None
    return card("What the monitors found, and what followed", element("ul", *rows, class_="diary"))


def _alarms(
    summary: Summary, lane: str, style: str, alarms: list[Mapping[str, Any]]
) -> Iterator[Event]:
    by_week: dict[int, list[Mapping[str, Any]]] = {}
    for alarm in alarms:
        by_week.setdefault(alarm["week"], []).append(alarm)
    for week, here in by_week.items():
        told = (
            joined(
                element("code", alarm.get("name", "")),
                " ",
                data(alarm.get("value")),
                ", limit ",
                data(alarm.get("threshold")),
            )
            for alarm in here[:TOLD]
        )
        more = f"; and {len(here) - TOLD} more" if len(here) > TOLD else ""
        mark, word = f"{ALARM} {len(here)}", f"{len(here)} {plural(len(here), lane[:-1])}"
        yield Event(week, lane, mark, mark, style, word, joined(joined(*told, by="; "), more))


def _tests(summary: Summary) -> Iterator[Event]:
    styles = {"promote": "good", "roll_back": "bad"}
    marks = {"promote": "\N{CHECK MARK}", "roll_back": "\N{MULTIPLICATION X}"}
    for test in findings.items(summary, "experiments"):
        outcome = str(test.get("outcome"))
        short, word = marks.get(outcome, "\N{HORIZONTAL ELLIPSIS}"), figures.words(outcome)
        told = joined("A/B test: ", test.get("reason"))
        style = styles.get(outcome, "quiet")
        yield Event(test["week"], "A/B test", word, short, style, word, told)


def _waits(summary: Summary) -> Iterator[Event]:
    for week in findings.items(summary, "weeks"):
        if week.get("action") == "wait":
            told = joined(week.get("action_reason"))
            yield Event(week["week"], "", "", "", "quiet", "wait", told)


def _retrainings(summary: Summary) -> Iterator[Event]:
    short = "\N{CLOCKWISE OPEN CIRCLE ARROW}"
    for each in findings.items(summary, "retrainings"):
        told = joined(each.get("reason"))
        yield Event(each["week"], "training", "retrained", short, "act", "retraining", told)


def _promotions(summary: Summary) -> Iterator[Event]:
    for each in findings.items(summary, "promotions"):
        name, old = figures.version(each["version"]), each.get("replaced")
        told = joined(
            element("strong", name),
            f" replaced {figures.version(old)}" if old is not None else "",
            f" by {each['by']}" if each.get("by") else "",
            f": {each['reason']}" if each.get("reason") else "",
        )
        style = series(summary, str(each["version"]))
        yield Event(each["week"], "champion", name, name, style, "promotion", told)
