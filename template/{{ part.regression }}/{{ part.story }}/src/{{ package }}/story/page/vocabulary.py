"""What the page calls things where amounts are predicted."""

from __future__ import annotations

from typing import Any

from . import figures

VALUE = "Mean cost"
"""The mean of the business metric."""
BEST = "best reachable: the true medians"
DIFFERENCE = "Challenger minus champion, in mean cost of a prediction; lower is better"
DIFFERENCE_UNIT = "cost"
DIFFERENCE_SCALE = 1.0
"""By which a difference of the means is multiplied to be drawn."""

value = figures.number


def difference(value: Any) -> str:
    """Write a difference of two mean costs, with its sign."""
    shown = figures.number(value)
    return shown if shown.startswith("\N{MINUS SIGN}") else f"+{shown}"
