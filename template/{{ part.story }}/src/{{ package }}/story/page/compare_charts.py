"""Charts that compare figures: a ladder of scores, intervals, shares, latencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import figures, findings, vocabulary
from .drawing import Bands, Scale, box, dot, fitting, gridlines, label, line, path, picture, ticks
from .findings import Summary
from .layout import series
from .markup import Markup, element

ROW = 40.0


def ladder(scores: Mapping[str, Any], higher: bool, key: str, width: float) -> Markup:
    """Draw scores as steps from the worst, at the bottom, to the best; lines lead to the best."""
    known = {name: value for name, value in scores.items() if figures.known(value)}
    steps = sorted(known.items(), key=lambda step: step[1], reverse=higher)
    ends, marks = fitting(min(known.values()), max(known.values()), 5 if width > 400 else 3)
    ends = ends if higher else ends[::-1]
    left, bottom = 124.0, ROW * len(steps) + 8
    scale = Scale(*ends, left + 8, width - 56)
    drawn = [
        element(
            "g",
            line(scale(m), 4, scale(m), bottom, "grid"),
            label(scale(m), bottom + 18, f"{m:g}", "tick"),
        )
        for m in marks
    ]
    ceiling = known.get("best_reachable")
    if ceiling is not None:
        drawn.append(line(scale(ceiling), 4, scale(ceiling), bottom, "best"))
    for index, (name, value) in enumerate(steps):
        y = 4 + ROW * (index + 0.5)
        # A value would be written across the line of the best one.
        crowded = ceiling is not None and 1 < scale(ceiling) - scale(value) < 56
        x, down, side = (3, -11, "end") if crowded else (13, 4, "start")
        kind = name.replace("_", "-")
        drawn += [
            label(left - 8, y + 4, figures.title(name), f"name {kind}", "end"),
            line(scale(ends[0]), y, scale(value), y, f"rung {kind}"),
            dot(scale(value), y, 7, f"step {kind}"),
            label(scale(value) + x, y + down, figures.number(value), "value strong", side),
        ]
    said = ", ".join(f"{figures.words(name)} {figures.number(value)}" for name, value in steps)
    return picture(key, "Scores, the best first", said, (width, bottom + 26), *drawn)


def intervals(tests: list[Mapping[str, Any]], key: str, width: float) -> Markup:
    """Draw the difference of the arms' means in each A/B test with its confidence interval."""
    times = vocabulary.DIFFERENCE_SCALE
    bounds = [times * bound for test in tests for bound in test["interval"]]
    marks = ticks(min([*bounds, 0]), max([*bounds, 0]), 6 if width > 400 else 4)
    left, bottom = 66.0, 64.0 * len(tests) + 6
    scale = Scale(marks[0], marks[-1], left + 8, width - 20)
    drawn = [
        element(
            "g",
            line(scale(m), 4, scale(m), bottom, "grid"),
            label(scale(m), bottom + 18, f"{m:+g}" if m else "0", "tick"),
        )
        for m in marks
    ]
    drawn.append(line(scale(0), 4, scale(0), bottom, "zero"))
    said = []
    for index, test in enumerate(tests):
        y = 4 + 64.0 * (index + 0.5) + 6
        low, high = (scale(times * bound) for bound in test["interval"])
        style = {"promote": "good", "roll_back": "bad"}.get(str(test.get("outcome")), "quiet")
        shown, middle = vocabulary.difference(test["difference"]), scale(times * test["difference"])
        drawn += [
            label(left - 8, y + 4, f"week {test['week']}", "name", "end"),
            element(
                "g",
                line(low, y, high, y, "whisker"),
                line(low, y - 6, low, y + 6, "whisker"),
                line(high, y - 6, high, y + 6, "whisker"),
                dot(middle, y, 7, "estimate"),
                class_=f"interval {style}",
            ),
            label(middle, y - 15, shown, "value strong"),
        ]
        ends = " to ".join(vocabulary.difference(bound) for bound in test["interval"])
        said.append(f"Week {test['week']}: {shown} {vocabulary.DIFFERENCE_UNIT}, interval {ends}.")
    return picture(
        key,
        vocabulary.DIFFERENCE,
        " ".join(said),
        (width, bottom + 26),
        *drawn,
    )


def share_bar(summary: Summary, counts: Mapping[str, Any], key: str, width: float) -> Markup:
    """Draw who answered how many of some requests as one bar."""
    total = sum(counts.values()) or 1
    scale = Scale(0, total, 1, width - 1)
    drawn, reached, said = [], 0, []
    for name in findings.ordered(counts):
        count, style, title = counts[name], series(summary, name), figures.version(name)
        start, end = scale(reached), scale(reached + count)
        drawn.append(box(start, 0, end - start - 1, 34, f"bar {style}", 4))
        text = f"{title}: {figures.number(count)}"
        for shown in (text, title):
            if end - start > len(shown) * 7 + 8:
                drawn.append(label((start + end) / 2, 22, shown, f"on {style}"))
                break
        reached += count
        said.append(text)
    return picture(key, "Who answered", ", ".join(said), (width, 35), *drawn)


def latency_chart(summary: Summary, key: str, width: float) -> Markup:
    """Draw the median and the 99th percentile of each week's latency."""
    weeks = [w for w in findings.items(summary, "weeks") if findings.part(w, "latency_ms")]
    most = max(figures_of(weeks, "p99") + figures_of(weeks, "p50") + [0.0])
    marks = ticks(0, most or 1.0, 4)
    bands, bottom = Bands(len(weeks), 56, width - 10), 216.0
    scale = Scale(0, marks[-1], bottom, 22)
    drawn: list[Markup] = gridlines(scale, marks, 56, bands.end, lambda value: f"{value:g}")
    wide, said = min(bands.width * 0.34, 26), []
    for index, week in enumerate(weeks):
        x, low, high = bands.centre(index), *(week["latency_ms"].get(p) for p in ("p50", "p99"))
        if figures.known(low) and figures.known(high):
            drawn += [
                box(x - wide / 2, scale(high), wide, scale(low) - scale(high), "spread", 3),
                path([(x - wide / 2 - 4, scale(high)), (x + wide / 2 + 4, scale(high))], "p99"),
                path([(x - wide / 2 - 4, scale(low)), (x + wide / 2 + 4, scale(low))], "p50"),
            ]
            if index % bands.every(40) == 0:
                drawn.append(label(x, scale(high) - 8, figures.short(high), "value strong"))
                drawn.append(
                    label(x, max(scale(low) - 6, scale(high) + 14), figures.short(low), "value")
                )
            said.append(
                f"Week {week['week']}: median {figures.milliseconds(low)},"
                f" 99th percentile {figures.milliseconds(high)}."
            )
        if index % bands.every(26) == 0:
            drawn.append(label(x, bottom + 20, week["week"], "value"))
    drawn += [label(48, bottom + 20, "week", "tick", "end"), label(48, 10, "ms", "tick", "end")]
    return picture(
        key, "Latency of a request, a week", " ".join(said), (width, bottom + 30), *drawn
    )


def figures_of(weeks: list[Mapping[str, Any]], name: str) -> list[float]:
    """Return the known values of one figure of the latency."""
    return [w["latency_ms"][name] for w in weeks if figures.known(w["latency_ms"].get(name))]
