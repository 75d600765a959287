"""Quantiles of millions of latencies, which take few different values."""

from __future__ import annotations

from math import floor

import numpy as np


class Latencies:
    """Latencies, each different one kept once with its number: the log rounds them."""

    def __init__(self) -> None:
        self._values = np.empty(0)
        self._times = np.empty(0, np.int64)

    def add(self, values: np.ndarray) -> None:
        """Add latencies, float64 [n]."""
        once, times = np.unique(values, return_counts=True)
        values = np.concatenate([self._values, once])
        self._values, where = np.unique(values, return_inverse=True)
        self._times = np.bincount(where, np.concatenate([self._times, times])).astype(np.int64)

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self._times.sum())

    def quantile(self, share: float) -> float:
        """Return the quantile as `numpy.quantile` does, NaN of none."""
        if not len(self):
            return np.nan
        place = share * (len(self) - 1)
        behind = self._times.cumsum()
        low, high = (
            self._values[np.searchsorted(behind, min(rank, len(self) - 1), side="right")]
            for rank in (floor(place), floor(place) + 1)
        )
        return float(low + (high - low) * (place - floor(place)))
