"""What happened while the service ran: quality, traffic, alarms, what followed, and latency."""

from __future__ import annotations

from functools import partial

from . import figures, findings, vocabulary
from .compare_charts import latency_chart
from .drawing import HALF_WIDTHS, responsive
from .events import diary
from .figures import data
from .findings import Summary
from .layout import card, legend, section, series
from .markup import Markup, element, folded, joined, table
from .weeks_chart import weeks_chart


def live(summary: Summary) -> Markup | None:
    """Return the section of the live weeks; None without any."""
    weeks = findings.items(summary, "weeks")
    if not weeks:
        return None
    chart = card(
        "Quality, decisions and traffic, a week at a time",
        _legend(summary),
        *responsive("weeks", partial(weeks_chart, summary)),
        folded("The same as a table", _table(summary)),
    )
    return section("weeks", "The live weeks", _lead(summary), chart, diary(summary))


def _legend(summary: Summary) -> Markup:
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    weeks = findings.items(summary, "weeks")
    entries = [("line live", f"live {metric}")]
    if findings.tells(summary, "best_reachable"):
        entries.append(("line best", vocabulary.BEST))
    if findings.drift_alarms(summary):
        entries.append(("round alarmed", "alarm of drift"))
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
    best = ["best_reachable"] if findings.tells(summary, "best_reachable") else []
    head: list[object] = ["Week", "Begins", "What", "Quality", *map(figures.title, best)]
    head += [
        vocabulary.VALUE,
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
                *(data(week.get(key)) for key in best),
                data(week.get("value"), vocabulary.value),
                *(data(requests.get(k)) for k in ("sent", "answered", "failed", "fallback")),
                *(data(by_version.get(key, 0)) for key in keys),
                "; ".join(map(str, week.get("alarms") or [])) or figures.NONE,
                figures.words(week.get("action") or figures.NONE),
                week.get("action_reason", ""),
            ]
        )
    return table("The live weeks", head, rows, class_="wide-table")


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
