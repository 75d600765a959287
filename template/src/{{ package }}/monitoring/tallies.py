"""What is counted of millions of values that nobody keeps: different texts, and quantiles."""

from __future__ import annotations

from math import floor

import numpy as np
import pyarrow as pa

_PRIME = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: Knuth, vol. 3, section 6.4
_SHIFT = np.uint64(32)


class Distinct:
    """Texts, counted once each, in 8 bytes; one that is missing is like no other.

    Two are taken for one where their hashes of 64 bits agree: of ten million, with a probability of
    3 in a million.
    """

    def __init__(self) -> None:
        self._missing = self._waiting = 0
        self._known = np.empty(0, np.uint64)
        self._new: list[np.ndarray] = []

    def add(self, texts: pa.ChunkedArray) -> None:
        """Add texts, strings or null."""
        self._missing += texts.null_count
        for chunk in texts.drop_null().chunks:
            found = _once(hashes(chunk))
            self._new.append(found)
            self._waiting += len(found)
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


def hashes(texts: pa.StringArray) -> np.ndarray:
    """Return a hash of each text, uint64 [n]; none may be null."""
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    begins, lengths = ends[:-1].astype(np.int64), np.diff(ends)
    padded = np.zeros(int(ends[-1]) + 8 if len(texts) else 8, np.uint8)
    if content is not None:
        padded[:-8] = np.frombuffer(content, np.uint8)[: len(padded) - 8]
    # The eight bytes from each byte on, as a number; what is behind a text's end is cut off below.
    words = np.ndarray(len(padded) - 7, np.uint64, padded, strides=(1,))
    found = lengths.astype(np.uint64) * _PRIME
    for start in range(0, int(lengths.max(initial=0)), 8):
        rest = lengths - start
        going = np.flatnonzero(rest > 0)
        surplus = np.uint64(8) * (8 - np.minimum(rest[going], 8)).astype(np.uint64)
        word = (words[begins[going] + start] << surplus) >> surplus
        mixed = (found[going] ^ word) * _PRIME
        found[going] = mixed ^ (mixed >> _SHIFT)
    return found


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
