"""What a model card says of a training's rows, and of how its scores compare with the outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contracts import Split

GROUPS = 10
"""Into how many groups of equal size, by their score, the test rows are divided."""


def summary(parts: Split, test_scores: np.ndarray) -> dict[str, Any]:
    """Return in plain values: of each part its size, time span and mean outcome; the calibration.

    Args:
        parts: the rows.
        test_scores: of the test rows in their order, shape [n].
    """
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    rows = {
        name: {
            "rows": len(part),
            "from": part.time.iloc[0].isoformat(),
            "until": part.time.iloc[-1].isoformat(),
            "mean_outcome": float(part.label.mean()),
        }
        for name, part in named.items()
    }
    return {"rows": rows, "calibration": calibration(parts.test.label, test_scores)}


def calibration(label: np.ndarray, scores: np.ndarray) -> list[dict[str, float]]:
    """Return the mean score and the mean outcome of each group of rows, the lowest scores first.

    Args:
        label: the outcomes, shape [n].
        scores: of the same rows, shape [n].
    """
    groups = np.array_split(np.argsort(scores, kind="stable"), min(GROUPS, len(scores)))
    return [
        {
            "rows": len(group),
            "mean_score": float(scores[group].mean()),
            "mean_outcome": float(label[group].mean()),
        }
        for group in groups
    ]
