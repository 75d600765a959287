"""Scores, which are forecasts: how they leave a model, when two agree, what chance does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..contracts import Scored
from ..declare import Metric

if TYPE_CHECKING:
    import onnx

OPTIONS: dict[str, Any] = {}
"""Of the converters."""
TOLERANCE = 1e-5
"""How far two ways of scoring may lie apart, in standard deviations of the forecasts."""
ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""How far apart, as a share of its size, float32 sums of one forecast in another order may end."""


def append_score(graph: onnx.GraphProto, output: str) -> None:
    """Reduce the only output, the forecasts [n, 1], to `output` [n]; none is below 0."""
    import onnx

    graph.initializer.append(
        onnx.helper.make_tensor("score_shape", onnx.TensorProto.INT64, [1], [-1])
    )
    (forecasts,) = graph.output
    graph.node.extend(
        [
            onnx.helper.make_node(
                "Reshape", [forecasts.name, "score_shape"], ["flat_score"], name="flatten_score"
            ),
            onnx.helper.make_node("Relu", ["flat_score"], [output], name="score_from_0"),
        ]
    )


def disagreement(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the largest difference of two ways to score the same rows, float64 [n] each.

    It is in standard deviations of `expected`, because forecasts may be large. They are float32,
    and those of 1,000,000 give or take 100 can't agree to `TOLERANCE` of that: where `ROUNDING` of
    a forecast is more, it stands for the tolerance, and the unit is as much larger.
    """
    scale = float(np.std(expected)) or 1.0
    unit = np.maximum(scale, np.abs(expected) * (ROUNDING / TOLERANCE))
    return float(np.max(np.abs(expected - found) / unit))


def margin(scores: np.ndarray) -> float:
    """Return how far apart two ways of scoring may put a row, given scores like its own, [n]."""
    return TOLERANCE * float(np.std(scores)) if len(scores) else 0.0


def witnesses(rows: Scored) -> int:
    """Return on how many independent rows a standard error rests: those of different entities."""
    return len(rows.label) if rows.group is None else int(rows.group.max()) + 1


def widened(metric: Metric, value: float, changed: float) -> float:
    """Return how much further chance moves a metric that becomes `changed` than one of `value`.

    Larger errors scatter as much more.
    """
    return changed / value if value > 0 else 1.0


def standard_error(rows: Scored, metric: Metric) -> float:
    """Return the standard error of `metric` on these rows, by a bootstrap."""
    return float(np.std([metric.compute(*sample) for sample in rows.resampled()], ddof=1))
