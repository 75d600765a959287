"""Reliability: do the scores say how often it happens? For the model card, and as a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..contracts import Scored
from ..ops.markdown import number, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUPS = 10
"""Into how many groups of equal size, by their score, the rows are divided."""


def measure(tested: Scored) -> list[dict[str, float]]:
    """Return the mean score and the mean outcome of each group of rows, the lowest scores first."""
    label, score = tested.label, tested.score
    groups = np.array_split(np.argsort(score, kind="stable"), min(GROUPS, len(score)))
    return [
        {
            "rows": len(group),
            "mean_score": float(score[group].mean()),
            "mean_outcome": float(label[group].mean()),
        }
        for group in groups
    ]


def draw(groups: list[dict[str, Any]]) -> Figure:
    """Draw mean outcomes against mean scores of what `measure` returns."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 4), layout="tight")
    axes = figure.subplots()
    axes.plot([each["mean_score"] for each in groups], [g["mean_outcome"] for g in groups], "o-")
    axes.axline((0, 0), slope=1, color="grey", linestyle=":")
    axes.set(title="Calibration on the test rows", xlabel="mean score", ylabel="mean outcome")
    return figure


def blocks(groups: list[dict[str, Any]]) -> list[str]:
    """Return the card's paragraphs on what `measure` returns."""
    gap = max(abs(each["mean_score"] - each["mean_outcome"]) for each in groups)
    rows = (
        (f"{each['rows']:,}", number(each["mean_score"]), number(each["mean_outcome"]))
        for each in groups
    )
    return [
        f"The test rows in groups of equal size, the lowest scores first. The largest gap between"
        f" mean score and mean outcome is {number(gap)}.",
        table(("Rows", "Mean score", "Mean outcome"), rows),
    ]
