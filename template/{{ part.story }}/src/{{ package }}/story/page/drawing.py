"""What charts are made of: a scale with round ticks, and figures over the weeks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from markupsafe import Markup, escape

from .figures import known, number

LABEL = 44.0
"""The width that a label of a week takes."""


@dataclass(frozen=True)
class Scale:
    """A linear map from `[low, high]` to the picture's `[start, end]`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value lies in the picture."""
        span = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


@dataclass(frozen=True)
class Line:
    """A figure of each week.

    Attributes:
        name: what it is, in words.
        style: its class.
        values: one a week; None where it is not known.
        alarms: the indices of the weeks that must stand out.
        label: how far below a point its value is written; None: it isn't.
    """

    name: str
    style: str
    values: Sequence[Any]
    alarms: Collection[int] = ()
    label: float | None = None


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers that span `low` to `high` (steps of 1, 2, 2.5 or 5)."""
    if high <= low:
        high = low + (abs(low) or 1.0) * 0.1
    rough = (high - low) / max(1, count)
    size = 10.0 ** floor(log10(rough))
    step = next(s * size for s in (1, 2, 2.5, 5, 10) if s * size >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def weekly(
    key: str,
    title: str,
    weeks: Sequence[int],
    lines: Sequence[Line],
    *,
    size: tuple[float, float],
    limits: Sequence[Sequence[Any]] = (),
    shaded: Collection[int] = (),
) -> Markup:
    """Draw figures over the weeks, a column each.

    Args:
        key: makes the picture's ids unique on the page.
        title: what it shows.
        weeks: their numbers.
        lines: what is drawn.
        size: width and height.
        limits: values that each week must not pass; None where it has none.
        shaded: the indices of the weeks whose columns are shaded.
    """
    width, bottom, left = size[0], size[1] - 22.0, 40.0
    column = (width - left - 6) / len(weeks)
    at = [left + (index + 0.5) * column for index in range(len(weeks))]
    numbers = [v for values in (*(each.values for each in lines), *limits) for v in values]
    numbers = [v for v in numbers if known(v)] or [0.0]
    marks = ticks(min(numbers), max(numbers), max(1, round(bottom / 60)))
    foot = max((each.label or 0.0 for each in lines), default=0.0)
    scale = Scale(marks[0], marks[-1], bottom - 8 - foot, 14)
    drawn = [
        element("rect", x=at[i] - column / 2, y=0, width=column, height=bottom, class_="drifted")
        for i in shaded
    ]
    for mark in marks:
        drawn.append(line(left, scale(mark), width - 6, scale(mark), "grid"))
        drawn.append(label(left - 8, scale(mark) + 4, f"{mark:g}", anchor="end"))
    for limit in limits:
        drawn += [
            line(x - column / 2, scale(v), x + column / 2, scale(v), "limit")
            for x, v in zip(at, limit, strict=True)
            if known(v)
        ]
    some = ceil(LABEL / column)
    for each in lines:
        drawn += _drawn(each, at, scale, some)
    drawn.append(label(left - 8, bottom + 16, "week", anchor="end"))
    drawn += [label(at[i], bottom + 16, weeks[i]) for i in range(0, len(weeks), some)]
    told = (f"Week {week}: {_told(index, lines, limits)}." for index, week in enumerate(weeks))
    return picture(key, title, " ".join(told), size, *drawn)


def _told(index: int, lines: Sequence[Line], limits: Sequence[Sequence[Any]]) -> str:
    said = [f"{each.name} {number(each.values[index])}" for each in lines]
    said += [f"limit {number(limit[index])}" for limit in limits]
    said += ["alarm" for each in lines if index in each.alarms]
    return ", ".join(said)


def _drawn(each: Line, at: Sequence[float], scale: Scale, some: int) -> list[Markup]:
    """Return the points that are known, joined where they follow each other: a gap stays one."""
    heights = [scale(value) if known(value) else None for value in each.values]
    points = list(zip(at, heights, strict=True))
    drawn = [
        line(x1, y1, x2, y2, f"line {each.style}")
        for (x1, y1), (x2, y2) in pairwise(points)
        if y1 is not None and y2 is not None
    ]
    for index, (x, y) in enumerate(points):
        if y is None:
            continue
        alarmed = index in each.alarms
        style = f"{each.style} alarmed" if alarmed else each.style
        drawn.append(element("circle", cx=x, cy=y, r=5.0 if alarmed else 3.5, class_=style))
        if each.label is not None and index % some == 0:
            drawn.append(label(x, y + each.label, number(each.values[index]), "value"))
    return drawn


def element(name: str, *children: str, **attributes: object) -> Markup:
    """Return an element of SVG; numbers are rounded to hundredths.

    `class_` gives the attribute `class`, `text_anchor` gives `text-anchor`.
    """
    inside = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{inside}>{Markup().join(children)}</{name}>")


def _attribute(key: str, value: object) -> str:
    shown = f"{round(value, 2):g}" if isinstance(value, float) else escape(value)
    return f' {key.rstrip("_").replace("_", "-")}="{shown}"'


def picture(
    key: str, title: str, told: str, size: tuple[float, float], *children: Markup
) -> Markup:
    """Return an SVG of `size` (width, height) with its title and what it tells in words."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", told, id=f"{key}-desc"),
        *children,
        viewBox=f"0 0 {size[0]:g} {size[1]:g}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )


def label(x: float, y: float, text: object, class_: str = "tick", anchor: str = "middle") -> Markup:
    """Return text at a point; `anchor` is start, middle or end."""
    return element("text", str(text), x=x, y=y, class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)
