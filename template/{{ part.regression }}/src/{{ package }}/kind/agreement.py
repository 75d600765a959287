"""Whether two ways of scoring agree: an exported model and its original, a service and a batch."""

from __future__ import annotations

import numpy as np

TOLERANCE = 1e-5
"""How far two ways of scoring may lie apart, in standard deviations of the forecasts."""
ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""How far apart, as a share of its size, float32 sums of one forecast in another order may end."""


def disagreement(expected: np.ndarray, found: np.ndarray) -> float:
    """Return the largest difference of two ways to score the same rows, float64 [n] each.

    It is in standard deviations of `expected`, because forecasts may be large. They are float32,
    and those of 1,000,000 give or take 100 can't agree to `TOLERANCE` of that: where `ROUNDING` of
    a forecast is more, it stands for the tolerance, and the unit is as much larger.
    """
    scale = float(np.std(expected)) or 1.0
    unit = np.maximum(scale, np.abs(expected) * (ROUNDING / TOLERANCE))
    return float(np.max(np.abs(expected - found) / unit))
