"""Reliability: do the scores say how often it happens? For the model card, and as a plot."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .decision import DecisionRule

GROUPS = 10
"""Into how many groups of equal size, by their score, the rows are divided."""


def calibration(label: np.ndarray, score: np.ndarray, rule: DecisionRule) -> list[dict[str, float]]:
    """Return the mean score and the mean outcome of each group of rows, the lowest scores first.

    Args:
        label: the outcomes, shape [n].
        score: of the same rows, shape [n].
        rule: of no use here, because it decides by the order of the scores.
    """
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
    """Draw mean outcomes against mean scores of what `calibration` returns."""
    figure = Figure(figsize=(4, 4), layout="tight")
    axes = figure.subplots()
    axes.plot([each["mean_score"] for each in groups], [g["mean_outcome"] for g in groups], "o-")
    axes.axline((0, 0), slope=1, color="grey", linestyle=":")
    axes.set(title="Calibration on the test rows", xlabel="mean score", ylabel="mean outcome")
    return figure
