"""What a training shows people: its rows in figures, for the model card, and plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from ..contracts import Split, Trial


def rows(parts: Split) -> dict[str, dict[str, Any]]:
    """Return in plain values the size, time span and mean outcome of each part."""
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    return {
        name: {
            "rows": len(part),
            "from": part.time.iloc[0].isoformat(),
            "until": part.time.iloc[-1].isoformat(),
            "mean_outcome": float(part.label.mean()),
        }
        for name, part in named.items()
    }


def bars(title: str, shares: Mapping[str, float]) -> Figure:
    """Draw `shares` as horizontal bars, the largest on top."""
    figure = Figure(figsize=(6, 0.6 + 0.3 * len(shares)), layout="tight")
    axes = figure.subplots()
    ordered = sorted(shares.items(), key=lambda item: item[1])
    axes.barh([name for name, _ in ordered], [share for _, share in ordered])
    axes.set_title(title)
    axes.set_xlabel("share")
    return figure


def trial_history(trials: tuple[Trial, ...]) -> Figure:
    """Draw the score of each complete trial."""
    figure = Figure(figsize=(6, 3), layout="tight")
    axes = figure.subplots()
    complete = [(trial.number, trial.score) for trial in trials if trial.score is not None]
    axes.plot([number for number, _ in complete], [score for _, score in complete], "o")
    axes.set(title="Tuning", xlabel="trial", ylabel="walk-forward score")
    return figure
