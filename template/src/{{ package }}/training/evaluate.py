"""Evaluation: metrics over all rows and on each slice."""

from __future__ import annotations

import numpy as np

from ..contracts import Dataset, Evaluation, Split, TrainedModel
from ..declare import Measures
from ..problem.model import score

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
