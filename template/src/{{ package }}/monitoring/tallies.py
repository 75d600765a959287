"""What is counted of millions of values that nobody keeps: different texts, and quantiles."""

from __future__ import annotations

from math import floor

import numpy as np
import pandas as pd
import pyarrow as pa


class Distinct:
    """Texts, counted once each, in 8 bytes; one that is missing is like no other.

    Two are taken for one where their hashes of 64 bits agree: of ten million, with a probability of
    3 in a million.
    """

    def __init__(self) -> None:
        self._missing = self._waiting = 0
        self._known = np.empty(0, np.uint64)
        self._new: list[np.ndarray] = []

    def add(self, found: np.ndarray, missing: int) -> None:
        """Add the `hashes` of texts, uint64 [n], and how many more were missing."""
        self._missing += missing
        self._new.append(_once(found))
        self._waiting += len(self._new[-1])
        # So late that each text is sorted only as often as their number doubles.
        if self._waiting > max(2**18, len(self._known)):
            self._merge()

    def __len__(self) -> int:
        """Return how many different ones there were."""
        self._merge()
        return self._missing + len(self._known)

    def _merge(self) -> None:
        self._known = _once(np.concatenate([self._known, *self._new]))
        self._new, self._waiting = [], 0


def _once(numbers: np.ndarray) -> np.ndarray:
    """Return the different ones, sorted; `numpy.unique` takes ten times as long for integers."""
    numbers.sort()
    return numbers[np.append(numbers[1:] != numbers[:-1], True)[: len(numbers)]]


def hashes(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Return a hash of each text, uint64 [n]; that of null means nothing."""
    return pd.util.hash_array(texts.to_numpy(zero_copy_only=False), categorize=False)


class Latencies:
    """Latencies, each different one kept once with its number: the log rounds them to few."""

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
