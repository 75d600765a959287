"""Calibration: do the scores say how often it happens?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from ..contracts import Check

NAME = "calibration"
TOLERANCE = 0.1
"""How far mean label and mean score may lie apart, in standard deviations of the label."""
SIGMAS = 3.0
"""A difference within so many standard errors is put down to chance."""


def no_verdict(why: str) -> Check:
    """Return the check where there is nothing to judge by."""
    return Check("concept", NAME, np.nan, TOLERANCE, False, why)


def calibration_check(matured: pd.DataFrame, test_rows: int) -> Check:
    """Compare mean label and mean score: a change of the base rate leaves a ranking as it was.

    Args:
        matured: `score` and `label` of rows with a known outcome, both labels among them.
        test_rows: of no use here, because scores are not calibrated on the test rows.
    """
    label, score = matured["label"].to_numpy(), matured["score"].to_numpy()
    deviation = float(label.std())
    value = float(label.mean() - score.mean()) / deviation
    error = float((label - score).std()) / sqrt(len(label)) / deviation
    limit = max(TOLERANCE, SIGMAS * error)
    detail = f"mean label {label.mean():.3f}, mean score {score.mean():.3f}"
    return Check("concept", NAME, value, limit, abs(value) > limit, detail)
