"""What the story must reach where amounts are predicted."""

from __future__ import annotations

from collections.abc import Sequence

NO_MODEL, UNUSABLE, NEAR = 1.0, 0.35, 0.1
"""Of the deciding metric: what takes no model, what is of no use, and how near the best is near."""


def is_better(interval: Sequence[float]) -> bool:
    """Say whether the challenger's business metric is clearly better, by its excess's interval."""
    return interval[1] < 0
