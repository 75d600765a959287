"""Whose rows are whose: the rows of one entity are alike, and count as one witness."""

from __future__ import annotations

import numpy as np
import pandas as pd


def entity_codes(rows: pd.DataFrame) -> np.ndarray:
    """Return whose each row is, int64 [n]: entities count from 0, and a nameless row is its own.

    Args:
        rows: with `entity`, an id or None.
    """
    codes, entities = pd.factorize(rows["entity"])
    nameless = codes < 0
    codes[nameless] = len(entities) + np.arange(nameless.sum())
    return codes
