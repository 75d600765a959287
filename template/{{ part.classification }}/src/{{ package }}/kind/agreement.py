"""Whether two ways of scoring agree: an exported model and its original, a service and a batch."""

from __future__ import annotations

import numpy as np

TOLERANCE = 1e-6
"""How far the probabilities of two ways of scoring may lie apart."""


def disagreement(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the largest difference of two ways to score the same rows, float64 [n] each."""
    return float(np.max(np.abs(expected - found)))
