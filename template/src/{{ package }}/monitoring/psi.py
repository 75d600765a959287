"""The population stability index: how far a distribution has moved from the reference's.

PSI = sum over bins of (actual - expected) * ln(actual / expected), with the shares of the bins
(Siddiqi, Credit Risk Scorecards, 2006); it is Jeffreys' symmetric divergence (Kullback and Leibler,
Annals of Mathematical Statistics 22, 1951). The bins are the training quantiles and never move, so
an outlier can fill one bin but not hide a shift in the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from ..artifact import Reference

PSEUDO_ROWS = 0.5
"""Added to each bin of both sides (Krichevsky and Trofimov, IEEE Trans. Inf. Theory 27, 1981).

So an empty bin counts for what so many rows can tell. A fixed tiny share in its place would make
much of one row where there was none, and the more the tinier it is."""


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


def stability(
    values: np.ndarray,
    reference: Reference,
    rows: int,
    reference_rows: int,
    false_alarm: float,
) -> Stability:
    """Compare `values`, shape [n], NaN where missing, with the reference.

    Without drift PSI is distributed as (1/n + 1/m) times chi-square with as many degrees of freedom
    as bins less one (Yurdakul and Naranjo, Journal of Risk Model Validation 14, 2020), which gives
    the chance limit.

    Args:
        values: what was seen, at least one.
        reference: what training saw.
        rows: how many of the n rows are independent.
        reference_rows: how many rows the reference is known to rest on, at least.
        false_alarm: probability of exceeding `chance` without drift.
    """
    present = 1 - float(np.isnan(values).mean())
    n = max(1.0, rows * present)
    m = max(1.0, reference_rows * (1 - reference.missing_share))
    expected = _smooth(np.asarray(reference.shares), m)
    actual = _smooth(reference.shares_of(values), n) if present else expected
    freedom = max(1, len(expected) - 1)
    return Stability(
        index=psi(expected, actual),
        chance=float((1 / n + 1 / m) * chi2.isf(false_alarm, freedom)),
        missing_change=1 - present - reference.missing_share,
    )


def psi(expected: np.ndarray, actual: np.ndarray) -> float:
    """Return the PSI of two sets of shares, all positive, shape [bins]."""
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def _smooth(shares: np.ndarray, rows: float) -> np.ndarray:
    return (shares * rows + PSEUDO_ROWS) / (rows + PSEUDO_ROWS * len(shares))
