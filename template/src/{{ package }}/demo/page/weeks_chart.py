"""The live weeks in one picture: quality, what the loop did about it, and who answered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from . import figures, findings
from .drawing import Bands, Scale, box, dot, fitting, gridlines, label, line, path, picture, pill
from .findings import Summary
from .markup import Markup, element

QUALITY, TRAFFIC, LANE = 230.0, 150.0, 28.0
"""Heights of the two plots and of a lane of events between them."""
LEFT, RIGHT, TOP = 62.0, 12.0, 30.0


def weeks_chart(summary: Summary, key: str, width: float) -> Markup:
    """Draw quality, events and requests of the live weeks above each other, a column a week."""
    weeks = findings.items(summary, "weeks")
    bands = Bands(len(weeks), LEFT, width - RIGHT)
    lanes = _lanes(summary, bands.width)
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
        *(_lane(*lane, weeks, bands, middle + index * LANE) for index, lane in enumerate(lanes)),
        _traffic(summary, weeks, bands, Scale(0, _most(weeks), foot + TRAFFIC, foot)),
        _names(weeks, bands, foot + TRAFFIC),
    )


def series(summary: Summary, key: str) -> str:
    """Return the style of what answered: one a version, one for everything that stood in."""
    versions = findings.versions(summary)
    return f"s{versions.index(key) % 6 + 1}" if key in versions else "sf"


def description(summary: Summary) -> str:
    """Say in words what the picture shows."""
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    said = []
    for week in findings.items(summary, "weeks"):
        requests = findings.part(week, "requests")
        alarms = len(week.get("alarms") or [])
        said.append(
            f"Week {week['week']}: {metric} {figures.number(week.get('quality'))},"
            f" best reachable {figures.number(week.get('best_reachable'))},"
            f" {figures.number(requests.get('sent'))} requests,"
            f" {alarms} {figures.plural(alarms, 'alarm')}."
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
        if None not in (a, b, c, d)
    ]
    # The value stands on the side away from the line of the best.
    away = 22 if findings.higher_is_better(summary) else -13
    some = bands.every(46)
    dots = []
    for index, ((x, y), week) in enumerate(zip(spots, weeks, strict=True)):
        if y is None:
            continue
        alarmed = bool(week.get("alarms"))
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


def _lanes(summary: Summary, room: float) -> list[tuple[str, dict[int, list[tuple[str, str]]]]]:
    """Return the lanes that have events: name -> week -> texts and styles of the marks."""
    alarms = {
        week["week"]: [(f"\N{BLACK UP-POINTING TRIANGLE} {len(week['alarms'])}", "bad")]
        for week in findings.items(summary, "weeks")
        if week.get("alarms")
    }
    short = {
        "promote": "\N{CHECK MARK}",
        "roll_back": "\N{MULTIPLICATION X}",
        "continue": "\N{HORIZONTAL ELLIPSIS}",
    }
    tests: dict[int, list[tuple[str, str]]] = {}
    for test in findings.items(summary, "experiments"):
        outcome = str(test.get("outcome"))
        text = figures.words(outcome) if room >= 84 else short.get(outcome, outcome[:1])
        style = {"promote": "good", "roll_back": "bad"}.get(outcome, "quiet")
        tests.setdefault(test["week"], []).append((text, style))
    trained: dict[int, list[tuple[str, str]]] = {}
    for retraining in findings.items(summary, "retrainings"):
        text = "retrained" if room >= 84 else "\N{CLOCKWISE OPEN CIRCLE ARROW}"
        trained.setdefault(retraining["week"], []).append((text, "act"))
    taken: dict[int, list[tuple[str, str]]] = {}
    for promotion in findings.items(summary, "promotions"):
        key = str(promotion["version"])
        taken.setdefault(promotion["week"], []).append((figures.version(key), series(summary, key)))
    lanes = (("alarms", alarms), ("A/B test", tests), ("training", trained), ("champion", taken))
    return [(name, marks) for name, marks in lanes if marks]


def _lane(
    name: str,
    marks: dict[int, list[tuple[str, str]]],
    weeks: list[Mapping[str, Any]],
    bands: Bands,
    y: float,
) -> Markup:
    drawn = [line(LEFT, y + LANE / 2, bands.end, y + LANE / 2, "lane")]
    for index, week in enumerate(weeks):
        here = marks.get(week["week"], [])
        for place, (text, style) in enumerate(here):
            shift = (place - (len(here) - 1) / 2) * bands.width / max(1, len(here))
            drawn.append(pill(bands.centre(index) + shift, y + LANE / 2, text, style))
    return element("g", label(LEFT - 8, y + LANE / 2 + 4, name, "tick", "end"), *drawn)


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
    fits = int(bands.width / 6.4)
    drawn = [label(LEFT - 8, y + 20, "week", "tick", "end")]
    for index, week in enumerate(weeks):
        if index % some:
            continue
        drawn.append(label(bands.centre(index), y + 20, week["week"], "value"))
        name = str(week.get("name") or "").removeprefix(f"Week {week['week']}, ")
        if len(name) <= fits:
            drawn.append(label(bands.centre(index), y + 37, name, "tick"))
    return element("g", *drawn)
