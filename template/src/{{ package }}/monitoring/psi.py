"""The population stability index: how far a distribution has moved from the reference's.

PSI = sum over bins of (actual - expected) * ln(actual / expected), with the shares of the bins
(Siddiqi, Credit Risk Scorecards, 2006); it is Jeffreys' symmetric divergence (Kullback and Leibler,
Annals of Mathematical Statistics 22, 1951). The bins are the training quantiles and never move, so
an outlier can fill one bin but not hide a shift in the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri  # scipy.stats takes 50 MB more

from ..artifact import Reference

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

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.rows = self.present = 0
        self._edges = np.asarray(reference.edges, np.float64)
        # A float32 is as large as an edge where it is as large as the next float32 from there on.
        near = self._edges.astype(np.float32)
        up = np.nextafter(near, np.float32(np.inf))
        self._edges32 = np.where(near < self._edges, up, near)
        self._from = np.zeros(len(self._edges), np.int64)

    def add(self, values: np.ndarray) -> None:
        """Count `values`, float32 or float64 [n], NaN where missing."""
        self.rows += len(values)
        self.present += int(np.count_nonzero(values == values))
        edges = self._edges32 if values.dtype == np.float32 else self._edges
        self._from += [np.count_nonzero(values >= edge) for edge in edges]

    def shares(self) -> np.ndarray:
        """Return the shares of the bins among the present values, [m + 1]."""
        at_least = np.concatenate([[self.present], self._from, [0]])
        return -np.diff(at_least) / max(1, self.present)


@dataclass(frozen=True)
class Stability:
    """How far a variable has moved.

    Attributes:
        index: the PSI of the present values.
        chance: the PSI that rows from the reference's own distribution would exceed only with the
            probability that was asked for.
        missing_change: share of missing values minus the reference's, in [-1, 1].
    """

    index: float
    chance: float
    missing_change: float


def stability(seen: Histogram, rows: int, reference_rows: int, false_alarm: float) -> Stability:
    """Compare what was seen with the reference.

    Without drift PSI is distributed as (1/n + 1/m) times chi-square with as many degrees of freedom
    as bins less one (Yurdakul and Naranjo, Journal of Risk Model Validation 14, 2020), which gives
    the chance limit.

    Args:
        seen: at least one value.
        rows: how many of the values are independent.
        reference_rows: how many rows the reference is known to rest on, at least.
        false_alarm: probability of exceeding `chance` without drift.
    """
    reference = seen.reference
    present = seen.present / seen.rows
    n = max(1.0, rows * present)
    m = max(1.0, reference_rows * (1 - reference.missing_share))
    expected = _smooth(np.asarray(reference.shares), m)
    actual = _smooth(seen.shares(), n) if present else expected
    freedom = max(1, len(expected) - 1)
    return Stability(
        index=psi(expected, actual),
        chance=float((1 / n + 1 / m) * chdtri(freedom, false_alarm)),
        missing_change=1 - present - reference.missing_share,
    )


def psi(expected: np.ndarray, actual: np.ndarray) -> float:
    """Return the PSI of two sets of shares, all positive, shape [bins]."""
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def _smooth(shares: np.ndarray, rows: float) -> np.ndarray:
    return (shares * rows + PSEUDO_ROWS) / (rows + PSEUDO_ROWS * len(shares))
