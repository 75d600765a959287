"""The live weeks in one picture: quality, what the loop did about it, and who answered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from . import figures, findings
from .drawing import Bands, Scale, box, dot, fitting, gridlines, label, line, path, picture, pill
from .events import LANES, Event, events
from .findings import Summary
from .layout import series
from .markup import Markup, element

QUALITY, TRAFFIC, LANE = 230.0, 150.0, 28.0
"""Heights of the two plots and of a lane of events between them."""
LEFT, RIGHT, TOP = 62.0, 12.0, 30.0


def weeks_chart(summary: Summary, key: str, width: float) -> Markup:
    """Draw quality, events and requests of the live weeks above each other, a column a week."""
    weeks = findings.items(summary, "weeks")
    bands = Bands(len(weeks), LEFT, width - RIGHT)
    happened = events(summary)
    shown = {week["week"] for week in weeks}
    lanes = [lane for lane in LANES if any(e.lane == lane and e.week in shown for e in happened)]
    middle = TOP + QUALITY + 22
    foot = middle + LANE * len(lanes) + 30
    height = foot + TRAFFIC + 50
    return picture(
        key,
        "The live weeks",
        description(summary),
        (width, height),
        _drifted(weeks, bands, foot + TRAFFIC),
        _quality(summary, weeks, bands),
        *(
            _lane(lane, happened, weeks, bands, middle + (index + 0.5) * LANE)
            for index, lane in enumerate(lanes)
        ),
        _traffic(summary, weeks, bands, Scale(0, _most(weeks), foot + TRAFFIC, foot)),
        _names(weeks, bands, foot + TRAFFIC),
    )


def description(summary: Summary) -> str:
    """Say in words what the picture shows."""
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    best = " best reachable {}," if findings.tells(summary, "best_reachable") else ""
    said = []
    for week in findings.items(summary, "weeks"):
        requests = findings.part(week, "requests")
        alarms = sum(alarm["week"] == week["week"] for alarm in findings.drift_alarms(summary))
        said.append(
            f"Week {week['week']}: {metric} {figures.number(week.get('quality'))},"
            f"{best.format(figures.number(week.get('best_reachable')))}"
            f" {figures.number(requests.get('sent'))} requests,"
            f" {alarms} {figures.plural(alarms, 'alarm')} of drift."
        )
    return " ".join(said)


def _drifted(weeks: list[Mapping[str, Any]], bands: Bands, bottom: float) -> Markup:
    shades, words, before = [], [], False
    for index, week in enumerate(weeks):
        x = bands.centre(index) - bands.width / 2
        if week.get("drifted"):
            shades.append(box(x, 2, bands.width, 22, "drifted"))
            if not before:
                words += [line(x, 2, x, bottom, "drift-start")]
                words += [label(x + 8, 17, "the world has drifted", "drift-word", "start")]
        before = bool(week.get("drifted"))
    return element("g", *shades, *words)


def _quality(summary: Summary, weeks: list[Mapping[str, Any]], bands: Bands) -> Markup:
    live, best = ([week.get(name) for week in weeks] for name in ("quality", "best_reachable"))
    values = [value for value in (*live, *best) if figures.known(value)]
    if not values:
        return element("g")
    ends, marks = fitting(min(values), max(values), 5)
    scale = Scale(*ends, TOP + QUALITY, TOP + 14)
    spots = [
        (bands.centre(index), scale(value) if figures.known(value) else None)
        for index, value in enumerate(live)
    ]
    ceiling = [
        (bands.centre(index), scale(value) if figures.known(value) else None)
        for index, value in enumerate(best)
    ]
    lost = [
        path([(x1, a), (x2, b), (x2, d), (x1, c)], "lost", closed=True)
        for ((x1, a), (x2, b)), ((_, c), (_, d)) in zip(
            pairwise(spots), pairwise(ceiling), strict=True
        )
        if a is not None and b is not None and c is not None and d is not None
    ]
    # The value stands on the side away from the line of the best.
    away = 22 if findings.higher_is_better(summary) else -13
    some = bands.every(40)
    alarms = {alarm["week"] for alarm in findings.drift_alarms(summary)}
    dots = []
    for index, ((x, y), week) in enumerate(zip(spots, weeks, strict=True)):
        if y is None:
            continue
        alarmed = week["week"] in alarms
        dots.append(dot(x, y, 10, "halo") if alarmed else "")
        dots.append(dot(x, y, 5.5, "live-dot alarmed" if alarmed else "live-dot"))
        if index % some == 0:
            dots.append(label(x, y + away, figures.number(week["quality"]), "value strong"))
    return element(
        "g",
        *gridlines(scale, marks, LEFT, bands.end, lambda value: f"{value:g}"),
        *lost,
        *_through(ceiling, "best"),
        *_through(spots, "live"),
        *(dot(x, y, 3, "best-dot") for x, y in ceiling if y is not None),
        *dots,
    )


def _through(spots: list[tuple[float, float | None]], class_: str) -> list[Markup]:
    """Join the points that follow each other; a gap stays a gap."""
    return [
        path([(x1, y1), (x2, y2)], class_)
        for (x1, y1), (x2, y2) in pairwise(spots)
        if y1 is not None and y2 is not None
    ]


def _lane(
    lane: str, happened: list[Event], weeks: list[Mapping[str, Any]], bands: Bands, y: float
) -> Markup:
    drawn = [line(LEFT, y, bands.end, y, "lane")]
    for index, week in enumerate(weeks):
        here = [event for event in happened if (event.week, event.lane) == (week["week"], lane)]
        for place, event in enumerate(here):
            x = bands.centre(index) + (place - (len(here) - 1) / 2) * bands.width / len(here)
            text = event.mark if bands.width / len(here) >= 84 else event.short
            drawn.append(pill(x, y, text, event.style))
    return element("g", label(LEFT - 8, y + 4, lane, "tick", "end"), *drawn)


def _most(weeks: list[Mapping[str, Any]]) -> float:
    counts = [findings.part(week, "requests").get("sent") or 0 for week in weeks]
    return 1.12 * max([*counts, 1])


def _traffic(
    summary: Summary, weeks: list[Mapping[str, Any]], bands: Bands, scale: Scale
) -> Markup:
    wide = min(bands.width * 0.62, 90)
    drawn = gridlines(
        scale,
        fitting(0, scale.high, 3, 0)[1],
        LEFT,
        bands.end,
        lambda value: figures.number(round(value)),
    )
    for index, week in enumerate(weeks):
        requests = findings.part(week, "requests")
        parts = dict(requests.get("by_version") or {})
        stack = [
            (series(summary, key), figures.version(key), parts[key])
            for key in findings.ordered(parts)
        ]
        stack.append(("failed", "failed", requests.get("failed") or 0))
        x, reached = bands.centre(index) - wide / 2, 0
        for style, name, count in stack:
            if not count:
                continue
            top, bottom = scale(reached + count), scale(reached)
            drawn.append(box(x, top, wide, bottom - top - 1, f"bar {style}", 2))
            if bottom - top >= 17 and wide >= len(name) * 7:
                drawn.append(label(x + wide / 2, (top + bottom) / 2 + 4, name, f"on {style}"))
            reached += count
        if reached and index % bands.every(48) == 0:
            drawn.append(label(bands.centre(index), scale(reached) - 6, f"{reached:,}", "value"))
    return element("g", *drawn)


def _names(weeks: list[Mapping[str, Any]], bands: Bands, y: float) -> Markup:
    some = bands.every(26)
    names = [
        str(week.get("name") or "").removeprefix(f"Week {week['week']}").removeprefix(", ")
        for week in weeks
    ]
    fit = max(map(len, names), default=0) <= bands.width / 6.4
    drawn = [label(LEFT - 8, y + 20, "week", "tick", "end")]
    for index, week in enumerate(weeks):
        if index % some:
            continue
        drawn.append(label(bands.centre(index), y + 20, week["week"], "value"))
        if fit:
            drawn.append(label(bands.centre(index), y + 37, names[index], "tick"))
    return element("g", *drawn)
