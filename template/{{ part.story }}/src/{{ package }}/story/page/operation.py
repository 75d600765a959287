"""The operation: what the monitors check, how requests were answered, and what took how long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import figures, findings
from .drawing import Line, weekly
from .figures import counted, data, known
from .findings import Summary
from .markup import Markup, block, element, joined, legend, section, table

ALARM = "\N{BLACK UP-POINTING TRIANGLE}"
PANELS = 12
"""So many checks are drawn; the table has all."""

Course = Sequence[Mapping[str, Any] | None]
"""One check over the weeks; None where a week does not have it."""


def courses(summary: Summary) -> dict[tuple[str, str], Course]:
    """Return every check by its kind and name: most alarms first, those of drift before others."""
    weeks = [week["checks"] for week in findings.items(summary, "weeks") if week.get("checks")]
    by_week = [{(check["kind"], check["name"]): check for check in checks} for checks in weeks]
    keys = dict.fromkeys(key for checks in by_week for key in checks)
    found = {key: [checks.get(key) for checks in by_week] for key in keys}
    counts = {key: len(alarms(course)) for key, course in found.items()}
    order = {key: (not counts[key], key[0] == "operational", -counts[key]) for key in found}
    return {key: found[key] for key in sorted(found, key=order.__getitem__)}


def alarms(course: Course) -> set[int]:
    """Return the indices of the weeks with an alarm."""
    return {index for index, check in enumerate(course) if check and check.get("alarm")}


def checks(summary: Summary) -> Markup | None:
    """Return every check of the monitors against its limit; None without checks."""
    found = courses(summary)
    if not found:
        return None
    weeks = [week["week"] for week in findings.items(summary, "weeks") if week.get("checks")]
    lead = joined(
        counted(len(found), "check"),
        " over ",
        counted(len(weeks), "week"),
        "; ",
        data(sum(bool(alarms(course)) for course in found.values())),
        " raised an alarm.",
        f" The first {PANELS} are drawn." if len(found) > PANELS else "",
    )
    panels = [
        element(
            "figure",
            element("figcaption", name, " ", element("span", kind)),
            panel(name, weeks, course, f"check-{index}"),
        )
        for index, ((kind, name), course) in enumerate(found.items())
    ]
    head = ["Check", "Kind", *(f"Week {week}" for week in weeks)]
    rows = [[name, kind, *map(_cell, course)] for (kind, name), course in found.items()]
    every = table("Value and limit of every check", head, rows)
    content = block(
        "Each check against its limit, a dot a week",
        legend(("live", "value"), ("limit", "limit of that week"), ("alarmed", "alarm")),
        element("div", *panels[:PANELS], class_="panels"),
        element("details", element("summary", "All checks as a table"), every),
    )
    return section("checks", "What the monitors check", lead, content)


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
        [Line("value", "live", values, alarms(course))],
        size=(240, 110),
        limits=[limits, other] if mirrored else [limits],
    )


def _cell(check: Mapping[str, Any] | None) -> Markup:
    if check is None:
        return Markup(figures.NONE)
    return element(
        "span",
        data(check.get("value")),
        " / ",
        data(check.get("threshold")),
        f" {ALARM}" if check.get("alarm") else "",
        class_="bad" if check.get("alarm") else None,
        title=check.get("detail") or None,
    )


def service(summary: Summary) -> Markup | None:
    """Return how requests were answered, by what, and how fast; None without any."""
    broken = findings.part(summary, "fallback")
    told = [
        *((week.get("name"), week) for week in findings.items(summary, "weeks")),
        (f"While the model is {broken.get('cause')}", {"requests": broken}),
        ("All of the story", summary),
    ]
    told = [(name, holder) for name, holder in told if findings.part(holder, "requests")]
    batch = _batch(findings.part(summary, "batch"))
    if not told and not batch:
        return None
    names = findings.answered_by(summary)
    rows = [
        [
            name,
            *(data(holder["requests"].get(key)) for key in ("sent", "answered")),
            _failed(holder["requests"].get("failed")),
            *(data(findings.part(holder["requests"], "by_version").get(key, 0)) for key in names),
            *(data(findings.part(holder, "latency_ms").get(key)) for key in ("p50", "p99")),
        ]
        for name, holder in told
    ]
    head = ["When", "Sent", "Answered", "Failed", *(f"By {figures.version(key)}" for key in names)]
    requests = table("Requests", [*head, "Median, ms", "99th percentile, ms"], rows)
    return section(
        "service", "Serving", joined(_swap(summary), batch, by=" "), requests if rows else None
    )


def _failed(count: Any) -> Markup:
    return element("span", data(count), class_="bad" if count else None)


def _swap(summary: Summary) -> Markup | None:
    swap = findings.part(summary, "hot_swap")
    if not swap:
        return None
    ends = " was replaced by ".join(figures.version(swap.get(end)) for end in ("from", "to"))
    failed = joined(data(swap.get("failed")), " of ", data(swap.get("sent")))
    return joined(failed, f" requests failed in the week in which {ends}.")


def _batch(batch: Mapping[str, Any]) -> Markup | None:
    if not known(batch.get("rows")):
        return None
    said = joined("The batch scored ", counted(batch["rows"], "row"))
    if known(batch.get("difference")):
        others = joined(data(batch.get("compared")), " of the service's scores is ")
        said = joined(said, "; the largest difference to ", others, data(batch["difference"]))
    return joined(said, ".")


def steps(summary: Summary) -> Markup | None:
    """Return every step with what came of it and how long it took; None without steps."""
    rows = [
        [step.get("name", ""), step.get("headline", ""), data(step.get("seconds"), figures.seconds)]
        for step in findings.items(summary, "steps")
    ]
    steps = table("Steps", ["Step", "What came of it", "Took"], rows)
    return section("steps", "Step by step", None, steps) if rows else None


def more(summary: Summary) -> Markup | None:
    """Return the reports beside the page and the tools' versions; None without any."""
    links = [
        element("a", name, href=str(target)) if beside(str(target)) else f"{name}: {target}"
        for name, target in findings.part(summary, "links").items()
    ]
    tools = [f"{name} {number}" for name, number in findings.part(summary, "versions").items()]
    shown = [element("p", joined(*said, by=", "), ".") for said in (links, tools) if said]
    return section("more", "Reports and versions", None, *shown) if shown else None


def beside(target: str) -> bool:
    """Say whether a link leads to a file in or under the page's own folder."""
    return bool(re.fullmatch(r"(?!/)[\w./ -]+", target)) and ".." not in target.split("/")
