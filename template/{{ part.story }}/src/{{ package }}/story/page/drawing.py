"""What charts are made of: scales, axes, and an SVG that says in words what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from .markup import Markup, element

WIDTHS = (("wide", 1000), ("middle", 640), ("narrow", 340))
"""The widths of a chart that fills the page: text must stay readable on every screen."""
HALF_WIDTHS = (("wide", 480), ("middle", 640), ("narrow", 340))
"""The widths of a chart that shares the page with another where there is room."""


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
class Bands:
    """Equal columns, one an item, between `start` and `end`."""

    count: int
    start: float
    end: float

    @property
    def width(self) -> float:
        """Return the width of one column."""
        return (self.end - self.start) / max(1, self.count)

    def centre(self, index: int) -> float:
        """Return the middle of a column."""
        return self.start + (index + 0.5) * self.width

    def every(self, room: float) -> int:
        """Return every how many-th column can be labelled if a label takes `room`."""
        return max(1, ceil(room / self.width))


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers that span `low` to `high` (steps of 1, 2, 2.5 or 5)."""
    if high <= low:
        high = low + (abs(low) or 1.0) * 0.1
    rough = (high - low) / max(1, count)
    size = 10.0 ** floor(log10(rough))
    step = next(s * size for s in (1, 2, 2.5, 5, 10) if s * size >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def fitting(
    low: float, high: float, count: int, spare: float = 0.08
) -> tuple[tuple[float, float], list[float]]:
    """Return the ends of an axis with some room beyond the values, and the ticks within them."""
    outer = ticks(low, high, count)
    room = spare * (high - low)
    ends = (
        (max(outer[0], low - room), min(outer[-1] + room, high + room))
        if high > low
        else (outer[0], outer[-1])
    )
    return ends, [mark for mark in outer if ends[0] <= mark <= ends[1]]


def picture(
    key: str, title: str, description: str, size: tuple[float, float], *children: object
) -> Markup:
    """Return an SVG of `size` (width, height). `key` makes its ids unique on the page."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        *children,
        viewBox=f"0 0 {size[0]:g} {size[1]:g}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )


def responsive(
    key: str, draw: Callable[[str, float], Markup], widths: Iterable[tuple[str, int]] = WIDTHS
) -> list[Markup]:
    """Draw a chart for every kind of screen, each at its width; style sheets show one of them."""
    return [
        element("div", draw(f"{key}-{kind}", float(width)), class_=f"chart at-{kind}")
        for kind, width in widths
    ]


def label(x: float, y: float, text: object, class_: str = "", anchor: str = "middle") -> Markup:
    """Return text at a point; `anchor` is start, middle or end."""
    return element("text", text, x=x, y=y, class_=class_ or None, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str, radius: float = 0) -> Markup:
    """Return a rectangle; a negative size is none."""
    return element(
        "rect",
        x=x,
        y=y,
        width=max(0.0, width),
        height=max(0.0, height),
        rx=radius or None,
        class_=class_,
    )


def dot(x: float, y: float, radius: float, class_: str) -> Markup:
    """Return a circle."""
    return element("circle", cx=x, cy=y, r=radius, class_=class_)


def path(points: Iterable[tuple[float, float]], class_: str, closed: bool = False) -> Markup:
    """Return a line through points, or the area that they enclose."""
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", d=f"M{way}{'Z' if closed else ''}", class_=class_)


def pill(x: float, y: float, text: str, class_: str, character: float = 6.4) -> Markup:
    """Return a word in a rounded box around a point; `character` is about how wide a letter is."""
    width = len(text) * character + 12
    return element(
        "g",
        box(x - width / 2, y - 9, width, 18, "", 9),
        label(x, y + 4, text),
        class_=f"pill {class_}",
    )


def gridlines(
    scale: Scale, values: Iterable[float], x1: float, x2: float, write: Callable[[float], str]
) -> list[Markup]:
    """Return horizontal lines across `x1` to `x2`, each with its value at the left."""
    return [
        element(
            "g",
            line(x1, scale(value), x2, scale(value), "grid"),
            label(x1 - 8, scale(value) + 4, write(value), "tick", "end"),
        )
        for value in values
    ]
