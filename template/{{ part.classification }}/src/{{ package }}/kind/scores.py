"""Scores, which are probabilities: how they leave a model, when two agree, what chance does."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..contracts import Scored
from ..declare import Metric

if TYPE_CHECKING:
    import onnx

OPTIONS: dict[str, Any] = {"zipmap": False}
"""Of the converters: a matrix of probabilities, not a list of dictionaries."""
TOLERANCE = 1e-6
"""How far the probabilities of two ways of scoring may lie apart."""


def append_score(graph: onnx.GraphProto, output: str) -> None:
    """Reduce the last output, of the labels' probabilities [n, 2], to `output` [n], of label 1."""
    import onnx

    graph.initializer.append(
        onnx.helper.make_tensor("score_column", onnx.TensorProto.INT64, [], [1])
    )
    graph.node.append(
        onnx.helper.make_node(
            "Gather", [graph.output[-1].name, "score_column"], [output], axis=1, name="score_of_1"
        )
    )


def disagreement(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the largest difference of two ways to score the same rows, float64 [n] each."""
    return float(np.max(np.abs(expected - found)))


def standard_error(rows: Scored, metric: Metric) -> float:
    """Return the standard error of `metric` on these rows.

    Of ROC AUC by Hanley and McNeil (Radiology 143, 1982), where each row is of another group;
    otherwise by a bootstrap.
    """
    label, group = rows.label, rows.group
    alone = group is None or int(group.max()) + 1 == len(label)
    if metric.name == "roc_auc" and alone:
        return _hanley_mcneil(metric.compute(label, rows.score), int(label.sum()), len(label))
    values = [
        metric.compute(label, score)
        for label, score in rows.resampled()
        if len(np.unique(label)) > 1
    ]
    return float(np.std(values, ddof=1))


def _hanley_mcneil(auc: float, positives: int, rows: int) -> float:
    negatives = rows - positives
    both_positive = auc / (2 - auc) - auc**2
    both_negative = 2 * auc**2 / (1 + auc) - auc**2
    variance = auc * (1 - auc) + (positives - 1) * both_positive + (negatives - 1) * both_negative
    return sqrt(variance / (positives * negatives))
