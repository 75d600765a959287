"""The one output of an exported classifier: the probability of label 1."""

from __future__ import annotations

from typing import Any

import onnx

OPTIONS: dict[str, Any] = {"zipmap": False}
"""Of the converters: a matrix of probabilities, not a list of dictionaries."""


def append_score(graph: onnx.GraphProto, output: str) -> None:
    """Reduce the last output, of the labels' probabilities [n, 2], to `output` [n]."""
    graph.initializer.append(
        onnx.helper.make_tensor("score_column", onnx.TensorProto.INT64, [], [1])
    )
    graph.node.append(
        onnx.helper.make_node(
            "Gather", [graph.output[-1].name, "score_column"], [output], axis=1, name="score_of_1"
        )
    )
