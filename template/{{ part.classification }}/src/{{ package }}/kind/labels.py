"""What a label must be: 1 for yes, 0 for no."""

from __future__ import annotations

import numpy as np

BROKEN = "{label}::DOUBLE NOT IN (0, 1)"
"""True of a wrong label, as SQL."""
WHAT = "is neither 0 nor 1"
REMEDY = "make it 1 for yes and 0 for no; leave out outcomes that are not known yet"
TYPES = frozenset({"BOOLEAN"})
"""What it may be beside a number, as DuckDB names it."""
TYPE_REMEDY = "make it 0 or 1 in problem/source.py"
RAREST = "rows of the rarer label"
"""What `rarest` counts, in words."""


def rarest(label: np.ndarray) -> int:
    """Return how many rows have the label, 0 or 1, that fewest of [n] have."""
    ones = int((label > 0).sum())
    return min(ones, len(label) - ones)
