"""What happened in the live weeks: what the monitors found, and what followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from . import figures, findings
from .findings import VERDICTS, Summary


@dataclass(frozen=True)
class Event:
    """Something that happened in a week.

    Attributes:
        week: its number.
        style: good, bad, act or quiet.
        word: what it is, in a word or two.
        why: what led to it.
    """

    week: int
    style: str
    word: str
    why: Markup


def events(summary: Summary) -> list[Event]:
    """Return all events in the order of their weeks; within a week as they follow each other."""
    found = [
        *_promotions(summary),
        *_alarms("alarm", "bad", findings.drift_alarms(summary)),
        *_alarms("notice", "act", findings.notices(summary)),
        *_tests(summary),
        *_actions(summary),
    ]
    return sorted(found, key=lambda event: event.week)


def _alarms(one: str, style: str, alarms: list[Mapping[str, Any]]) -> Iterator[Event]:
    for week in sorted({alarm["week"] for alarm in alarms}):
        names = [alarm.get("name", "") for alarm in alarms if alarm["week"] == week]
        word = f"{len(names)} {one}{'s' if len(names) > 1 else ''}"
        why = Markup(", ").join(Markup("<code>{}</code>").format(name) for name in names)
        yield Event(week, style, word, why)


def _tests(summary: Summary) -> Iterator[Event]:
    for test in findings.items(summary, "experiments"):
        outcome = str(test.get("outcome"))
        style, why = VERDICTS.get(outcome, "quiet"), escape(f"A/B test: {test.get('reason')}")
        yield Event(test["week"], style, figures.worded(outcome), why)


def _actions(summary: Summary) -> Iterator[Event]:
    for week in findings.items(summary, "weeks"):
        if week.get("action") == "wait":
            yield Event(week["week"], "quiet", "wait", escape(week.get("action_reason")))
    for each in findings.items(summary, "retrainings"):
        yield Event(each["week"], "act", "retraining", escape(each.get("reason")))


def _promotions(summary: Summary) -> Iterator[Event]:
    for each in findings.items(summary, "promotions"):
        old = each.get("replaced")
        why = "champion"
        why += f" in the place of {figures.version(old)}" if old is not None else ""
        why += f" by {each['by']}" if each.get("by") else ""
        why += f": {each['reason']}" if each.get("reason") else ""
        yield Event(each["week"], "good", figures.version(each["version"]), escape(why))
