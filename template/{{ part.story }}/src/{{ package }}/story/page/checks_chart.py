"""The monitors' checks as small multiples: each week's value against that week's limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import findings
from .drawing import Bands, Scale, box, dot, label, line, path, picture, ticks
from .figures import brief, known, number, plural
from .findings import Summary
from .markup import Markup, element

WIDTH, HEIGHT = 232.0, 96.0
PANELS = 12
"""So many checks are drawn, those nearest to their limits first; the table has all."""


@dataclass(frozen=True)
class History:
    """One check over the weeks; None where a week does not have it."""

    kind: str
    name: str
    weeks: tuple[Any, ...]
    checks: tuple[Mapping[str, Any] | None, ...]

    @property
    def alarms(self) -> int:
        """Return the number of weeks with an alarm."""
        return sum(bool(check and check.get("alarm")) for check in self.checks)

    @property
    def closeness(self) -> float:
        """Return how near a value has come to its limit, from whichever side: 1 is at the limit."""
        ratios = [0.0]
        for value, limit in _pairs(self.checks):
            sizes = sorted((abs(value), abs(limit)))
            ratios.append(sizes[0] / sizes[1] if sizes[1] else 0.0)
        return max(ratios)


def histories(summary: Summary) -> list[History]:
    """Return every check over the weeks: those with alarms of drift first, then the nearest."""
    weeks = [week for week in findings.items(summary, "weeks") if week.get("checks")]
    by_week = [{(c["kind"], c["name"]): c for c in week["checks"]} for week in weeks]
    names = dict.fromkeys(key for checks in by_week for key in checks)
    numbers = tuple(week["week"] for week in weeks)
    found = [
        History(kind, name, numbers, tuple(checks.get((kind, name)) for checks in by_week))
        for kind, name in names
    ]
    return sorted(
        found,
        key=lambda check: (
            not check.alarms,
            check.kind == "operational",
            -check.alarms,
            -check.closeness,
        ),
    )


def panel(history: History, key: str) -> Markup:
    """Draw one check: dots for its values, steps for its limits, and alarms that stand out."""
    pairs = _pairs(history.checks)
    numbers = [number for pair in pairs for number in pair] or [0.0]
    # A metric far from zero would be a flat line on a scale that begins there.
    near_zero = min(numbers) < 0.3 * max(numbers)
    low, high = min([*numbers, 0.0] if near_zero else numbers), max(numbers)
    mirrored = any(value < 0 for value, _ in pairs)
    if mirrored:
        low = min(low, *(-limit for _, limit in pairs))
    marks = ticks(low, high, 2)
    scale = Scale(marks[0], marks[-1], HEIGHT - 22, 14)
    bands = Bands(len(history.checks), 34, WIDTH - 6)
    drawn = [
        element(
            "g",
            line(34, scale(m), WIDTH - 6, scale(m), "grid"),
            label(28, scale(m) + 4, brief(m), "tick", "end"),
        )
        for m in (marks[0], marks[-1])
    ]
    if near_zero and mirrored:
        drawn.append(line(34, scale(0), WIDTH - 6, scale(0), "zero"))
    spots: list[tuple[float, float]] = []
    dots: list[Markup] = []
    for index, check in enumerate(history.checks):
        x = bands.centre(index)
        if index % bands.every(20) == 0:
            drawn.append(label(x, HEIGHT - 5, history.weeks[index], "tick"))
        if not check or not known(check.get("value")):
            continue
        value, limit = check["value"], check.get("threshold")
        if known(limit):
            for side in (limit, -limit) if mirrored else (limit,):
                drawn.append(
                    box(x - bands.width / 2, scale(side) - 0.75, bands.width, 1.5, "limit")
                )
        spots.append((x, scale(value)))
        dots.append(
            dot(
                x,
                scale(value),
                5 if check.get("alarm") else 3.5,
                "check alarmed" if check.get("alarm") else "check",
            )
        )
    if len(spots) > 1:
        drawn.append(path(spots, "trace"))
    title = f"{history.name}: {history.alarms} {plural(history.alarms, 'alarm')}"
    return picture(key, title, describe(history), (WIDTH, HEIGHT), *drawn, *dots)


def describe(history: History) -> str:
    """Say in words what a panel shows."""
    return " ".join(
        f"Week {week}: {number(check.get('value'))}, limit {number(check.get('threshold'))}"
        f"{', alarm' if check.get('alarm') else ''}."
        for week, check in zip(history.weeks, history.checks, strict=True)
        if check
    )


def _pairs(checks: tuple[Mapping[str, Any] | None, ...]) -> list[tuple[float, float]]:
    """Return the values that have a limit to be compared with, and that limit."""
    both = [(check.get("value"), check.get("threshold")) for check in checks if check]
    return [(value, limit) for value, limit in both if known(value) and known(limit)]
