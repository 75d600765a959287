"""The business metric: what a decision was worth, once its outcome is known. Successes count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def value(outcomes: pd.DataFrame) -> pd.Series:
    """Return which outcomes count as a success, 0 or 1: treated, and the label is 1.

    Its mean is the business metric, accepted offers among all requests: whoever is not treated
    yields nothing, so a model can't win by treating few.

    Args:
        outcomes: `decision` and `label`, 0 or 1 each, of n answers.
    """
    return (outcomes["decision"] * outcomes["label"]).astype("int64")
