"""What happened while the service ran: quality, traffic, alarms, what followed, and latency."""

from __future__ import annotations

from functools import partial
from typing import Any

from . import figures, findings
from .compare_charts import latency_chart
from .drawing import HALF_WIDTHS, responsive
from .figures import data, plural
from .findings import Summary
from .layout import badge, card, legend, section
from .markup import Markup, element, folded, joined, table
from .weeks_chart import series, weeks_chart


def live(summary: Summary) -> Markup | None:
    """Return the section of the live weeks; None without any."""
    weeks = findings.items(summary, "weeks")
    if not weeks:
        return None
    chart = card(
        f"Quality, decisions and traffic, a {plural(1, 'week')} at a time",
        _legend(summary),
        *responsive("weeks", partial(weeks_chart, summary)),
        folded("The same as a table", _table(summary)),
    )
    return section("weeks", "The live weeks", _lead(summary), chart, _diary(summary))


def _legend(summary: Summary) -> Markup:
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    weeks = findings.items(summary, "weeks")
    entries = [
        ("line live", f"live {metric}"),
        ("line best", "best reachable: the true probabilities"),
    ]
    if any(week.get("alarms") for week in weeks):
        entries.append(("round alarmed", "week with an alarm"))
    if any(week.get("drifted") for week in weeks):
        entries.append(("drifted", "drifted"))
    for key in findings.answered_by({"weeks": weeks}):
        entries.append((series(summary, key), f"answered by {figures.version(key)}"))
    if any(findings.part(week, "requests").get("failed") for week in weeks):
        entries.append(("failed", "failed"))
    return legend(*entries)


def _lead(summary: Summary) -> Markup:
    measured = findings.measured(summary)
    if not measured:
        return Markup("")
    first, last, worst = measured[0], measured[-1], findings.worst(summary)
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    said = joined(f"Live {metric} was ", data(first["quality"]), f" in week {first['week']}")
    if worst and worst not in (first, last):
        said = joined(said, ", ", data(worst["quality"]), f" in week {worst['week']} at its worst")
    if last is not first:
        said = joined(said, ", and ", data(last["quality"]), f" in week {last['week']}")
    if figures.known(last.get("best_reachable")):
        said = joined(said, ", where ", data(last["best_reachable"]), " was the best reachable")
    return joined(said, ".")


def _table(summary: Summary) -> Markup:
    keys = findings.answered_by(summary)
    head: list[object] = ["Week", "Begins", "What", "Quality", "Best reachable", "Success rate"]
    head += [
        "Sent",
        "Answered",
        "Failed",
        "Fallback",
        *map(figures.version, keys),
        "Alarms",
        "Action",
        "Why",
    ]
    rows: list[list[object]] = []
    for week in findings.items(summary, "weeks"):
        requests = findings.part(week, "requests")
        by_version = {str(k): v for k, v in (requests.get("by_version") or {}).items()}
        rows.append(
            [
                data(week["week"]),
                element("span", str(week.get("start") or "")[:10], class_="nowrap"),
                week.get("name", ""),
                data(week.get("quality")),
                data(week.get("best_reachable")),
                data(week.get("rate"), figures.percent),
                *(data(requests.get(k)) for k in ("sent", "answered", "failed", "fallback")),
                *(data(by_version.get(key, 0)) for key in keys),
                "; ".join(map(str, week.get("alarms") or [])) or figures.NONE,
                figures.words(week.get("action") or figures.NONE),
                week.get("action_reason", ""),
            ]
        )
    return table("The live weeks", head, rows, class_="wide-table")


def _diary(summary: Summary) -> Markup | None:
    """Return what the monitors and the policy did, in order; None where they had nothing to do."""
    entries: list[tuple[Any, Markup, object]] = []
    for week in findings.items(summary, "weeks"):
        number, alarms = week["week"], [str(alarm) for alarm in week.get("alarms") or []]
        if alarms:
            more = f" and {len(alarms) - 4} more" if len(alarms) > 4 else ""
            text = joined(*(element("code", alarm) for alarm in alarms[:4]), by=" ")
            entries.append(
                (
                    number,
                    badge(f"{len(alarms)} {plural(len(alarms), 'alarm')}", "bad"),
                    joined(text, more),
                )
            )
        if week.get("action") == "wait":
            entries.append((number, badge("wait", "quiet"), week.get("action_reason", "")))
        for key, word, style in (
            ("retrainings", "retraining", "act"),
            ("promotions", "promotion", "good"),
        ):
            for event in findings.items(summary, key):
                if event["week"] == number:
                    entries.append((number, badge(word, style), _event(event)))
    if not entries:
        return None
    rows = [
        element("li", element("span", f"week {number}", class_="when"), mark, element("span", text))
        for number, mark, text in entries
    ]
    return card("What the monitors found, and what followed", element("ul", *rows, class_="diary"))


def _event(event: Any) -> Markup:
    if "version" not in event:
        return joined(event.get("reason", ""))
    replaced = (
        f" replaced {figures.version(event['replaced'])}"
        if event.get("replaced") is not None
        else ""
    )
    by = f" by {event['by']}" if event.get("by") else ""
    why = f": {event['reason']}" if event.get("reason") else ""
    return joined(element("strong", figures.version(event["version"])), f"{replaced}{by}{why}")


def latency(summary: Summary) -> Markup | None:
    """Return the card of the latency of each week; None where nothing was measured."""
    weeks = [week for week in findings.items(summary, "weeks") if findings.part(week, "latency_ms")]
    if not weeks:
        return None
    rows: list[list[object]] = [
        [
            data(week["week"]),
            *(data(week["latency_ms"].get(p), figures.milliseconds) for p in ("p50", "p99")),
        ]
        for week in weeks
    ]
    budget = findings.part(findings.part(summary, "design"), "gate").get("latency_budget_ms")
    note = joined("budget ", data(budget, figures.milliseconds)) if figures.known(budget) else ""
    return card(
        "Latency of a request",
        legend(("line p50", "median"), ("line p99", "99th percentile")),
        *responsive("latency", partial(latency_chart, summary), HALF_WIDTHS),
        folded(
            "The same as a table",
            table("Latency a week", ["Week", "Median", "99th percentile"], rows),
        ),
        note=element("span", note, class_="note") if note else None,
    )
