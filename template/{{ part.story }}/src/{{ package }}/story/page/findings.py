"""What the summary amounts to. Pure: every claim of the page's sentences is computed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import figures
from .figures import known

Summary = Mapping[str, Any]

Course = Sequence[Mapping[str, Any] | None]
"""One check over the weeks; None where a week does not have it."""

VERDICTS = {"promote": "good", "roll_back": "bad"}
"""The style of an A/B test's outcome."""
WORDS = {"name": "", "population": "entities", "asked": "outcomes", "report": "report", "again": ""}
"""What a history is called of which nothing is said."""


@dataclass(frozen=True)
class Drift:
    """One stretch of weeks that are known to differ from those of training.

    Attributes:
        start: the first such week.
        end: the last one.
        alarm: the first week of it in which a monitor found it.
        promotion: the first version that took over after a retraining that the drift led to.
    """

    start: int
    end: int
    alarm: int | None
    promotion: Mapping[str, Any] | None


def items(summary: Summary, key: str) -> list[Mapping[str, Any]]:
    """Return a list of the summary; an empty one if it is absent."""
    return list(summary.get(key) or [])


def part(summary: Summary, key: str) -> Mapping[str, Any]:
    """Return a section of the summary; an empty one if it is absent."""
    return summary.get(key) or {}


def history(summary: Summary) -> Mapping[str, Any]:
    """Return what the history is called of which the story is told."""
    return WORDS | {key: word for key, word in part(summary, "history").items() if word}


def metric(summary: Summary) -> str:
    """Return the name of the metric that decides, in words."""
    return figures.worded(part(summary, "metric").get("name") or "quality")


def tells(summary: Summary, key: str) -> bool:
    """Say whether the history knows what `key` is of any week: `drifted`, or `best_reachable`."""
    return any(week.get(key) is not None for week in items(summary, "weeks"))


def higher_is_better(summary: Summary) -> bool:
    """Return the direction of the metric that decides."""
    return bool(part(summary, "metric").get("higher_is_better", True))


def answered_by(summary: Summary) -> list[str]:
    """Return everything that answered a request: versions by number, then what stood in."""
    shares = [part(week, "requests") for week in items(summary, "weeks")]
    shares += [part(summary, key) for key in ("requests", "hot_swap", "fallback")]
    counts = [pair for share in shares for pair in part(share, "by_version").items()]
    found = {str(key) for key, count in counts if count}
    return sorted(found, key=lambda key: (not key.isdecimal(), len(key), key))


def drifts(summary: Summary) -> list[Drift]:
    """Return the drifts that are known, and what the monitors and the policy made of them."""
    runs: list[list[int]] = []
    before = False
    for week in items(summary, "weeks"):
        if week.get("drifted"):
            runs = [*runs[:-1], [*runs[-1], week["week"]]] if before else [*runs, [week["week"]]]
        before = bool(week.get("drifted"))
    found = []
    for index, run in enumerate(runs):
        following = runs[index + 1][0] if index + 1 < len(runs) else None
        alarm = _first(drift_alarms(summary), run[0], run[-1] + 1)
        cause = _first(items(summary, "retrainings"), alarm, following)
        found.append(Drift(run[0], run[-1], alarm, _successor(summary, cause, following)))
    return found


def _successor(
    summary: Summary, cause: int | None, following: int | None
) -> Mapping[str, Any] | None:
    """Return the first promotion of a version that was trained in the week `cause` or later.

    A retraining looks back at its week, so what it trained takes over in a later one.
    """
    trained = {gate["version"]: gate["week"] for gate in items(summary, "gates")}
    for promotion in items(summary, "promotions"):
        week = promotion["week"]
        in_time = cause is not None and cause < week and (following is None or week < following)
        if in_time and trained.get(promotion["version"], week) >= cause:
            return promotion
    return None


def drift_alarms(summary: Summary) -> list[Mapping[str, Any]]:
    """Return the alarms that tell of drift: all but those of the operation."""
    return [alarm for alarm in items(summary, "alarms") if alarm.get("kind") != "operational"]


def false_alarms(summary: Summary) -> list[int]:
    """Return the weeks before any drift in which a monitor raised an alarm of drift."""
    starts = [drift.start for drift in drifts(summary)]
    weeks = {alarm["week"] for alarm in drift_alarms(summary)}
    return sorted(week for week in weeks if not starts or week < min(starts))


def sure(summary: Summary) -> bool:
    """Say whether each check of drift had a verdict each week, so that none is no drift."""
    checks = [check for week in items(summary, "weeks") for check in items(week, "checks")]
    return bool(checks) and not any(
        check.get("verdict") == "none" and check["kind"] != "operational" for check in checks
    )


def unsure(summary: Summary) -> int:
    """Return how often a check had no verdict: silence that is no health."""
    checks = [check for week in items(summary, "weeks") for check in items(week, "checks")]
    return sum(check.get("verdict") == "none" for check in checks)


def notices(summary: Summary) -> list[Mapping[str, Any]]:
    """Return the alarms of the operation, which no new model can mend."""
    return [alarm for alarm in items(summary, "alarms") if alarm.get("kind") == "operational"]


def mended(summary: Summary, drift: Drift) -> bool:
    """Say whether a drift is mended: a version took over, and most of what was lost is back.

    What is lost is how far the live quality lies from the best reachable. Most of it is back if the
    last week of the drift has lost less than half of what the worst has; unmeasured is not mended.
    """
    if drift.promotion is None:
        return False
    lost = {
        week["week"]: abs(week["best_reachable"] - week["quality"])
        for week in measured(summary)
        if drift.start <= week["week"] <= drift.end and known(week.get("best_reachable"))
    }
    last = max(lost, default=drift.start)
    return last >= drift.promotion["week"] and lost[last] < max(lost.values()) / 2


def measured(summary: Summary) -> list[Mapping[str, Any]]:
    """Return the weeks whose live quality is known."""
    return [week for week in items(summary, "weeks") if known(week.get("quality"))]


def scored(summary: Summary) -> list[str]:
    """Return what has a score on some test rows; last, the best that can be reached."""
    scores = [*part(summary, "scores"), *part(summary, "after_drift")]
    return sorted(dict.fromkeys(scores), key=lambda name: name == "best_reachable")


def criteria(summary: Summary) -> dict[str, list[Mapping[str, Any] | None]]:
    """Return each criterion as every decision of the gate has it, by name; None if it has not."""
    asked = [{c["name"]: c for c in items(gate, "criteria")} for gate in items(summary, "gates")]
    names = dict.fromkeys(name for each in asked for name in each)
    return {name: [each.get(name) for each in asked] for name in names}


def checked(summary: Summary) -> list[int]:
    """Return the weeks that were monitored."""
    return [week["week"] for week in items(summary, "weeks") if week.get("checks")]


def courses(summary: Summary) -> dict[tuple[str, str], Course]:
    """Return every check by its kind and name: most alarms first, those of drift before others."""
    weeks = [week["checks"] for week in items(summary, "weeks") if week.get("checks")]
    by_week = [{(check["kind"], check["name"]): check for check in checks} for checks in weeks]
    keys = dict.fromkeys(key for checks in by_week for key in checks)
    found = {key: [checks.get(key) for checks in by_week] for key in keys}
    counts = {key: len(alarmed(course)) for key, course in found.items()}
    order = {key: (not counts[key], key[0] == "operational", -counts[key]) for key in found}
    return {key: found[key] for key in sorted(found, key=order.__getitem__)}


def alarmed(course: Course) -> set[int]:
    """Return the indices of the weeks with an alarm."""
    return {index for index, check in enumerate(course) if check and check.get("alarm")}


def answered(summary: Summary) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what has counts of requests, by what it is called; the whole story comes last."""
    broken = part(summary, "fallback")
    told = [
        *((week.get("name", ""), week) for week in items(summary, "weeks")),
        (f"While the model is {broken.get('cause')}", {"requests": broken}),
        ("All of the story", summary),
    ]
    return [(name, holder) for name, holder in told if part(holder, "requests")]


def beside(target: object) -> bool:
    """Say whether a link leads to a file in or under the page's own folder."""
    path = str(target)
    return bool(re.fullmatch(r"(?!/)[\w./ -]+", path)) and ".." not in path.split("/")


def _first(events: list[Mapping[str, Any]], start: int | None, stop: int | None) -> int | None:
    """Return the first week of the events in `[start, stop)`; no start, no event."""
    if start is None:
        return None
    weeks = (event["week"] for event in events)
    return min((w for w in weeks if w >= start and (stop is None or w < stop)), default=None)
