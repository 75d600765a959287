"""The rule that answers when the model can't: what the team did before there was a model.

It is the seasonal naive forecast: as many will board as at this time last year (Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, 3rd edition 2021, section 5.2). Its constants
are measured by training and travel in the artifact's manifest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .schema import FEATURES, LONG_DAYS

_LAST_YEAR = FEATURES.index("boarded_last_year")

DEFAULTS: Mapping[str, float] = {
    "factor": 4.0 / LONG_DAYS,
    "usual": 5.0,
    "lower_residual": -0.9,
    "upper_residual": 2.0,
    "decision_residual": 0.5,
}
"""What to use where no manifest was ever read; the residuals' quantiles are for the decision."""


def fit(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the outcome's share of those of last year, and the usual outcome where there are none.

    Args:
        features: float32 [n, k].
        label: [n].
    """
    last_year = np.nan_to_num(features[:, _LAST_YEAR]).astype(np.float64)
    known = last_year > 0
    boarded = float(last_year.sum())
    # The share that is right for the middle one: a few large outcomes would move the mean.
    share = np.median(label[known] / last_year[known]) if boarded else DEFAULTS["factor"]
    return {
        "factor": float(share),
        "usual": float(np.median(label if known.all() else label[~known])),
    }


def score(features: np.ndarray, constants: Mapping[str, float]) -> np.ndarray:
    """Return the rule's forecasts, float64 [n]; `features` float32 [n, k]."""
    last_year = np.nan_to_num(features[:, _LAST_YEAR]).astype(np.float64)
    return np.where(last_year > 0, constants["factor"] * last_year, constants["usual"])
