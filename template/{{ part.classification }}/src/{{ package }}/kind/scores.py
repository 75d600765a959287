"""Scores, which are probabilities: how they leave a model, when two agree, what chance does."""

from __future__ import annotations

from math import nan, sqrt
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


def margin(scores: np.ndarray) -> float:
    """Return how far apart two ways of scoring may put a row, given scores like its own, [n]."""
    return TOLERANCE


def witnesses(rows: Scored) -> int:
    """Return on how many independent rows a standard error rests: those of the rarer label."""
    groups = len(rows.label) if rows.group is None else int(rows.group.max()) + 1
    positives = np.count_nonzero(rows.label)
    return int(min(groups, positives, len(rows.label) - positives))


def widened(metric: Metric, value: float, changed: float) -> float:
    """Return how much further chance moves a metric that becomes `changed` than one of `value`.

    The area under the ROC curve of a worse model scatters more (Hanley and McNeil, Radiology 143,
    1982, for scores of exponential distributions).
    """
    if metric.name != "roc_auc":
        return 1.0
    now, then = (area / (2 - area) - area**2 for area in (max(0.5, value), max(0.5, changed)))
    return sqrt(then / now) if now > 0 else 1.0


def standard_error(rows: Scored, metric: Metric) -> float:
    """Return the standard error of `metric` on these rows; NaN where they can't tell.

    Of ROC AUC by DeLong (Biometrics 44, 1988), with groups by Obuchowski (Biometrics 53, 1997); of
    other metrics by a bootstrap.
    """
    if metric.name == "roc_auc":
        return _of_area(rows)
    values = [
        metric.compute(label, score)
        for label, score in rows.resampled()
        if len(np.unique(label)) > 1
    ]
    return float(np.std(values, ddof=1)) if len(values) > 1 else nan


def _of_area(rows: Scored) -> float:
    """Sum by groups what each row adds to the area: of how many of the others it is right."""
    positive = rows.label == 1
    apart = np.empty(len(positive))
    for own, side in ((positive, 1), (~positive, -1)):
        others, found = np.sort(side * rows.score[~own]), side * rows.score[own]
        right = [np.searchsorted(others, found, side=end) for end in ("left", "right")]
        share = (right[0] + right[1]) / (2 * len(others))
        apart[own] = (share - share.mean()) / len(share)
    each = apart if rows.group is None else np.bincount(rows.group, apart)
    return float(np.sqrt((each**2).sum() * len(each) / max(1, len(each) - 1)))
