"""The population stability index: how far a distribution has moved from the reference's.

PSI = sum over bins of (actual - expected) * ln(actual / expected), with the shares of the bins
(Siddiqi, Credit Risk Scorecards, 2006); it is Jeffreys' symmetric divergence (Kullback and Leibler,
Annals of Mathematical Statistics 22, 1951). The bins are the training quantiles and never move, so
an outlier can fill one bin but not hide a shift in the others.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..artifact import Reference
from ..artifact.manifest import rounding

PSEUDO_ROWS = 0.5
"""Added to each bin of both sides (Krichevsky and Trofimov, IEEE Trans. Inf. Theory 27, 1981).

So an empty bin counts for what so many rows can tell. A fixed tiny share in its place would make
much of one row where there was none, and the more the tinier it is."""


class Histogram:
    """How many values lie in each bin of a reference, counted as they come.

    Attributes:
        rows: how many values there were, the missing among them.
        present: how many were not missing.
    """

    def __init__(self, reference: Reference, margin: float = 0.0) -> None:
        """Count in the bins of `reference`, whose values may be told but for `margin`.

        That matters to references of old releases, whose edges may be values; those of today say
        themselves how far their edges keep away from any.
        """
        self.reference = reference
        self.rows = self.present = 0
        edges = np.asarray(reference.edges, np.float64)
        near = 0.0 if reference.margin is not None else rounding(edges) + margin
        self._sides = [edges - near, edges + near] if np.any(near) else [edges]
        self._sides32 = [_float32(side) for side in self._sides]
        self._from = np.zeros((len(self._sides), len(edges)), np.int64)

    def add(self, values: np.ndarray) -> None:
        """Count `values`, float32 or float64 [n], NaN where missing."""
        self.rows += len(values)
        self.present += int(np.count_nonzero(values == values))
        sides = self._sides32 if values.dtype == np.float32 else self._sides
        above = [[np.count_nonzero(values >= edge) for edge in side] for side in sides]
        self._from += np.array(above, np.int64)  # of no edges NumPy makes floats

    def shares(self) -> np.ndarray:
        """Return the shares of the bins among the present values, [m + 1].

        Values as near to an edge as two ways of telling them may differ count for whichever side
        brings the shares nearer to the reference's: many of them may be one value.
        """
        above = self.present * (1 - np.cumsum(self.reference.shares)[:-1])
        at_least = np.clip(above, self._from[-1], self._from[0])
        return -np.diff([self.present, *at_least, 0.0]) / max(1, self.present)


def _float32(edges: np.ndarray) -> np.ndarray:
    """A float32 is as large as an edge where it is as large as the next float32 from there on."""
    near = edges.astype(np.float32)
    return np.where(near < edges, np.nextafter(near, np.float32(np.inf)), near)


def smoothed(shares: np.ndarray, rows: float) -> np.ndarray:
    """Return shares of so many rows without an empty bin."""
    return (shares * rows + PSEUDO_ROWS) / (rows + PSEUDO_ROWS * len(shares))


def psi(expected: np.ndarray, actual: np.ndarray) -> float:
    """Return the PSI of two sets of shares, all positive, shape [bins]."""
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def shift(
    expected: np.ndarray, actual: np.ndarray, rows: float, beside: float
) -> tuple[float, float]:
    """Return how far the ranks have shifted, in their standard deviations, and their skewness.

    The rank of a bin is the share of both sides below it and half of its own (ridits: Bross,
    Biometrics 14, 1958), so no outlier moves the result: it is Wilcoxon's test with ties. All bins
    weigh in one direction, so it sees a shift of less than half the size that the PSI needs. Of a
    normal variable in ten bins it is 0.96 of a small shift of the mean, of two values just that.

    Args:
        expected, actual: shares, all positive, shape [bins].
        rows, beside: that `actual` and `expected` rest on.
    """
    both = (actual * rows + expected * beside) / (rows + beside)
    rank = np.cumsum(both) - both / 2
    centred = rank - float(both @ rank)
    deviation = sqrt(float(both @ centred**2))
    skewness = float(both @ centred**3) / deviation**3
    return float((actual - expected) @ rank) / deviation, skewness
