"""The decision: what is done about a forecast, and what it cost. A quantity is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..problem.schema import PROBLEM

if TYPE_CHECKING:
    import pandas as pd

_AMOUNT: Mapping[str, Any] = {"type": "number", "minimum": 0}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "decision": {**_AMOUNT, "description": "the quantity to hold"},
    "lower": {**_AMOUNT, "description": "the interval's lower end"},
    "upper": {**_AMOUNT, "description": "the interval's upper end"},
}
"""What an answer holds because of its forecast: name -> JSON schema."""


@dataclass(frozen=True)
class DecisionRule:
    """Quantiles of the residuals (outcome less forecast), in units of `spread`.

    Attributes:
        lower_residual, upper_residual: the interval's ends lie so far from the forecast.
        decision_residual: the quantity to hold lies so far from it.
    """

    lower_residual: float
    upper_residual: float
    decision_residual: float

    def decide(self, score: np.ndarray) -> dict[str, np.ndarray]:
        """Return what `ANSWERS` names, float64 [n], for the forecasts, float64 [n]."""
        residuals = {
            "decision": self.decision_residual,
            "lower": self.lower_residual,
            "upper": self.upper_residual,
        }
        unit = spread(score)
        return {
            name: np.maximum(score + residual * unit, 0.0) for name, residual in residuals.items()
        }


def spread(score: np.ndarray) -> np.ndarray:
    """Return by how much outcomes are expected to scatter about each forecast, float64 [n].

    Demand scatters in proportion to its size, and by about one unit where there is hardly any. A
    wrong guess makes intervals too wide for some and too narrow for others, but not wrong for all:
    locally weighted conformal prediction (Lei et al., J. American Statistical Association 113,
    2018, section 5.2).
    """
    return 1.0 + np.maximum(score, 0.0)


def lies_on(label: np.ndarray, quantile: np.ndarray) -> np.ndarray:
    """Say of each outcome whether it is the quantile that was told of it, bool [n].

    Quantiles are sums of a forecast and a residual, so one that is a whole number is so but nearly.
    """
    return np.isclose(label, quantile, rtol=1e-9)


def for_fallback(model: DecisionRule | None, constants: Mapping[str, float]) -> DecisionRule:
    """Return the rule for the fallback's forecasts; their residuals' quantiles are its constants.

    The model's own residuals are smaller, so `model` is of no use to it.
    """
    return DecisionRule(
        constants["lower_residual"], constants["upper_residual"], constants["decision_residual"]
    )


def value(outcomes: pd.DataFrame) -> pd.Series:
    """Return the cost of each decision, in costs of one unit too many, float64 [n].

    Each unit too few costs `shortage_cost`. Its mean is the business metric: lower is better.

    Args:
        outcomes: `decision`, the quantity that was held, and `label`, what was asked for, [n].
    """
    missing = outcomes["label"] - outcomes["decision"]
    return PROBLEM.shortage_cost * missing.clip(lower=0) + (-missing).clip(lower=0)
