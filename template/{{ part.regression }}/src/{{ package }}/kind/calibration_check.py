"""Calibration: do the intervals hold as many outcomes as they promise?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from ..contracts import Check
from ..problem.schema import PROBLEM
from ..stats.entities import entity_codes
from .decision import lies_on

NAME = "interval_miscoverage"
TOLERANCE = 0.05
"""How far the share of outcomes within their interval may lie from the designed one."""
SIGMAS = 3.0
"""A difference within so many standard errors is put down to chance."""


def no_verdict(why: str) -> Check:
    """Return the check where there is nothing to judge by."""
    return Check("concept", NAME, np.nan, TOLERANCE, False, why)


def calibration_check(matured: pd.DataFrame, test_rows: int) -> Check:
    """Compare the share of outcomes outside their interval with what the design leaves out.

    Too few outside is found as well: such intervals, and the quantities with them, are too large.
    An outcome on an end counts for whichever side the design needs. Amounts are often whole
    numbers, many of them alike, and an interval that ends among these can't leave out just the
    designed share; nor can one that is cut off at 0. The value is by how much the designed share is
    missed, 0 if it lies between the share outside and the share outside or on an end.

    The ends are estimates too: what is outside in the long run depends on the n rows that they were
    taken from, by the law of Beta(k, n + 1 - k) with k / (n + 1) outside by design (Vovk,
    Conditional validity of inductive conformal predictors, ACML 2012). Both errors count.

    Args:
        matured: `label`, `lower`, `upper` and `entity` of rows with a known outcome.
        test_rows: the n of the champion, whose ends are quantiles of residuals on its test rows.
    """
    promised = 1 - PROBLEM.interval_level
    label, lower, upper = (matured[name].to_numpy() for name in ("label", "lower", "upper"))
    on_an_end = lies_on(label, lower) | lies_on(label, upper)
    outside = ((label < lower) | (label > upper)) & ~on_an_end
    too_many = bool(outside.mean() > promised)
    counted = outside if too_many else outside | on_an_end
    excess = float(counted.mean()) - promised
    value = excess if too_many else min(0.0, excess)
    # One entity's outcomes are alike: what counts is how entities differ (clustered errors: Liang
    # and Zeger, Biometrika 73, 1986).
    residual = np.bincount(entity_codes(matured), counted - promised)
    of_window = float((residual**2).sum()) / len(matured) ** 2
    of_ends = promised * (1 - promised) / (test_rows + 2)
    limit = max(TOLERANCE, SIGMAS * sqrt(of_window + of_ends))
    detail = (
        f"{float(outside.mean()):.3f} outside their interval, {float(on_an_end.mean()):.3f} on an"
        f" end, {promised:.2f} outside by design"
    )
    return Check("concept", NAME, value, limit, abs(value) > limit, detail)
