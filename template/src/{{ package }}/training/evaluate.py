"""Evaluation: metrics over all rows and on each slice."""

from __future__ import annotations

import numpy as np

from ..contracts import Dataset, Evaluation, Split, TrainedModel
from ..problem.metric import METRICS, PRIMARY, SLICES
from ..problem.model import score

MINIMUM_SLICE_ROWS = 200
"""Below this a slice's metric says more about chance than about the model."""


def evaluate(rows: Dataset, scores: np.ndarray) -> Evaluation:
    """Return the metrics of `scores`, shape [n], on `rows` and on their large enough slices."""
    slices: dict[str, float] = {}
    for name, belongs in SLICES.items():
        mask = belongs(rows.features).to_numpy()
        if mask.sum() >= MINIMUM_SLICE_ROWS and len(np.unique(rows.label[mask])) > 1:
            slices[name] = PRIMARY.compute(rows.label[mask], scores[mask])
    return Evaluation(
        rows_digest=rows.digest,
        rows=len(rows),
        metrics={metric.name: metric.compute(rows.label, scores) for metric in METRICS},
        slices=slices,
    )


def evaluate_parts(
    model: TrainedModel, parts: Split, test_scores: np.ndarray
) -> dict[str, Evaluation]:
    """Return the evaluations of the train, validation and test rows, by those names.

    The model itself scores all but the test rows, the scores of which are given.
    """
    evaluations = {
        name: evaluate(rows, score(model.native, rows.features))
        for name, rows in (("train", parts.train), ("validation", parts.validation))
    }
    return evaluations | {"test": evaluate(parts.test, test_scores)}
