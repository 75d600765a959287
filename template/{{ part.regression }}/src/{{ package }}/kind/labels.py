"""What a label must be: an amount."""

from __future__ import annotations

import numpy as np

BROKEN = "NOT isfinite({label}::DOUBLE) OR {label} < 0"
"""True of a wrong label, as SQL."""
WHAT = "is negative, NaN or infinite"
REMEDY = "make it the amount that was asked for, 0 where there was none; leave out unknown outcomes"
TYPES: frozenset[str] = frozenset()
"""What it may be beside a number, as DuckDB names it."""
TYPE_REMEDY = "make it a number in problem/source.py"
RAREST = "rows"
"""What `rarest` counts, in words."""


def rarest(label: np.ndarray) -> int:
    """Return how many rows there are: amounts are all unlike, and none is rare."""
    return len(label)
