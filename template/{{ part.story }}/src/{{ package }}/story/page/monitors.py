"""What the monitors check: every quantity of every week against its limit."""

from __future__ import annotations

from . import figures
from .checks_chart import PANELS, History, histories, panel
from .events import ALARM
from .figures import data, plural
from .findings import Summary
from .layout import card, legend, section
from .markup import Markup, element, folded, joined, table


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
        " raised an alarm.",
        " Drawn are the nearest to their limits." if len(found) > PANELS else "",
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
    return section("checks", "What the monitors check", lead, content)


def _cells(history: History) -> list[Markup]:
    return [
        element(
            "span",
            data(check.get("value")),
            " / ",
            data(check.get("threshold")),
            f" {ALARM}" if check.get("alarm") else "",
            class_="bad nowrap" if check.get("alarm") else "nowrap",
            title=check.get("detail") or None,
        )
        if check
        else Markup(figures.NONE)
        for check in history.checks
    ]
