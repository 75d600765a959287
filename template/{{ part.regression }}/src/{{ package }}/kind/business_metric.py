"""The business metric: what a decision cost, once its outcome is known. Wrong quantities cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem.schema import PROBLEM

if TYPE_CHECKING:
    import pandas as pd


def value(outcomes: pd.DataFrame) -> pd.Series:
    """Return the cost of each decision, in costs of one unit too many, float64 [n].

    Each unit too few costs `shortage_cost`. Its mean is the business metric: lower is better.

    Args:
        outcomes: `decision`, the quantity that was held, and `label`, what was asked for, [n].
    """
    missing = outcomes["label"] - outcomes["decision"]
    return PROBLEM.shortage_cost * missing.clip(lower=0) + (-missing).clip(lower=0)
