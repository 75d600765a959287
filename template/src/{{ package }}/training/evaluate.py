"""Evaluation: metrics over all rows and on each slice, and what people are shown of a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..contracts import Dataset, Evaluation, Split, TrainedModel
from ..declare import Measures
from ..problem.model import score
from .fit import importances

MINIMUM_SLICE_ROWS = 200
"""Below this a slice's metric says more about chance than about the model."""


def evaluate(rows: Dataset, scores: np.ndarray, measures: Measures) -> Evaluation:
    """Return the metrics of `scores`, shape [n], on `rows` and on their large enough slices."""
    slices: dict[str, float] = {}
    for name, belongs in measures.slices.items():
        mask = belongs(rows.features).to_numpy()
        if mask.sum() >= MINIMUM_SLICE_ROWS and len(np.unique(rows.label[mask])) > 1:
            slices[name] = measures.primary.compute(rows.label[mask], scores[mask])
    return Evaluation(
        rows_digest=rows.digest,
        rows=len(rows),
        metrics={each.name: each.compute(rows.label, scores) for each in measures.metrics},
        slices=slices,
    )


def evaluate_parts(
    model: TrainedModel, parts: Split, test_scores: np.ndarray, measures: Measures
) -> dict[str, Evaluation]:
    """Return the evaluations of the train, validation and test rows, by those names.

    The model itself scores all but the test rows, the scores of which are given.
    """
    evaluations = {
        name: evaluate(rows, score(model.native, rows.features), measures)
        for name, rows in (("train", parts.train), ("validation", parts.validation))
    }
    return evaluations | {"test": evaluate(parts.test, test_scores, measures)}


def spans(parts: Split) -> dict[str, dict[str, Any]]:
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


def importance_plot(model: TrainedModel, names: Sequence[str]) -> Figure:
    """Draw each feature's share of the model as a horizontal bar, the largest on top."""
    figure = Figure(figsize=(6, 0.6 + 0.3 * len(names)), layout="tight")
    axes = figure.subplots()
    ordered = sorted(importances(model.native, names).items(), key=lambda item: item[1])
    axes.barh([name for name, _ in ordered], [share for _, share in ordered])
    axes.set(title="Feature importance", xlabel="share")
    return figure
