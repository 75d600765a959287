"""The one output of an exported regressor: the forecast."""

from __future__ import annotations

from typing import Any

import onnx

OPTIONS: dict[str, Any] = {}
"""Of the converters."""


def append_score(graph: onnx.GraphProto, output: str) -> None:
    """Reduce the only output, the forecasts [n, 1], to `output` [n]; none is below 0."""
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
