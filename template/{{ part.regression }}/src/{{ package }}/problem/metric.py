"""What "good" means: the metrics, the one that decides, and the slices on which it must hold.

The metrics of absolute errors are smallest for the median of what may come, so that is what a
forecast aims at (Gneiting, J. American Statistical Association 106, 2011). How much to hold is
another question, and the decision's: see `decision_rule`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..declare import Metric
from ..design import Section, section
from .schema import LONG_DAYS, SHORT_DAYS

if TYPE_CHECKING:
    import pandas as pd


def wape(label: np.ndarray, score: np.ndarray) -> float:
    """Return the weighted absolute percentage error: all errors over all that was asked for.

    It is infinite where nothing was asked for, unless nothing was forecast either.
    """
    error, asked = float(np.abs(label - score).sum()), float(label.sum())
    return error / asked if asked else (np.inf if error else 0.0)


def mae(label: np.ndarray, score: np.ndarray) -> float:
    """Return the mean absolute error, in units."""
    return float(np.abs(label - score).mean())


def rmse(label: np.ndarray, score: np.ndarray) -> float:
    """Return the root of the mean squared error, in units: large errors weigh more."""
    return float(np.sqrt(np.square(label - score).mean()))


METRICS = (
    Metric("wape", False, wape),
    Metric("mae", False, mae),
    Metric("rmse", False, rmse),
)


class EvaluationDesign(Section):
    """The metric that decides."""

    metric: Literal["wape", "mae"]


DESIGNED = section("evaluation", EvaluationDesign).metric
PRIMARY = next(metric for metric in METRICS if metric.name == DESIGNED)
"""The metric that decides: in tuning, at the gate, on slices and in monitoring."""

SLICES: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "small_shops": lambda features: features[f"units_{LONG_DAYS}d"] < 1.5 * LONG_DAYS,
    "large_shops": lambda features: features[f"units_{LONG_DAYS}d"] >= 1.5 * LONG_DAYS,
    "promoted": lambda features: features[f"promotions_{SHORT_DAYS}d"] > 0,
}
"""Groups of rows that must not pay for the average: name -> which rows of the features."""
