"""The story as it was lived through: every step, when it began and how long it took."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from . import figures, findings
from .figures import data
from .findings import Summary
from .layout import section
from .markup import Markup, element, joined


def story(summary: Summary) -> Markup | None:
    """Return the timeline of all steps; None without steps."""
    steps = findings.items(summary, "steps")
    if not steps:
        return None
    lengths = [_length(step) for step in steps]
    starts = [0.0, *accumulate(lengths)]
    longest = max(range(len(steps)), key=lambda index: lengths[index])
    lead = joined(
        data(len(steps)),
        f" {figures.plural(len(steps), 'step')} took ",
        data(sum(lengths), figures.seconds),
        "; the longest was ",
        element("q", steps[longest].get("name", "")),
        " with ",
        data(steps[longest].get("seconds"), figures.seconds),
        ".",
    )
    entries = (
        _step(index + 1, step, start / (starts[-1] or 1.0), start, length / (starts[-1] or 1.0))
        for index, (step, start, length) in enumerate(zip(steps, starts, lengths, strict=False))
    )
    return section("story", "The story", lead, element("ol", *entries, class_="timeline"))


def _length(step: Any) -> float:
    return float(step["seconds"]) if figures.known(step.get("seconds")) else 0.0


def _step(place: int, step: Any, left: float, start: float, share: float) -> Markup:
    chips = (
        element("div", element("dt", figures.words(name)), element("dd", figures.anything(value)))
        for name, value in (step.get("figures") or {}).items()
    )
    bar = element("span", style=f"left: {100 * left:.2f}%; width: {100 * share:.2f}%;")
    return element(
        "li",
        element(
            "div",
            element("span", figures.clock(start), class_="at"),
            element("span", class_="knot", data_place=place),
            class_="rail",
        ),
        element(
            "div",
            element(
                "div",
                element("h3", step.get("name", "")),
                element(
                    "span",
                    element("span", bar, class_="track", aria_hidden="true"),
                    data(step.get("seconds"), figures.seconds),
                    class_="took",
                ),
                class_="step-head",
            ),
            element(
                "div",
                element("p", step["headline"]) if step.get("headline") else None,
                element("dl", *chips, class_="chips") if step.get("figures") else None,
                class_="step-foot",
            ),
            class_="step",
        ),
    )
