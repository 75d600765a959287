"""What "good" means: the metrics, the one that decides, and the slices on which it must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from .schema import LONG_DAYS, PROBLEM

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Metric:
    """A metric of scores (shape [n]) against labels (shape [n])."""

    name: str
    higher_is_better: bool
    compute: Callable[[np.ndarray, np.ndarray], float]


def treated_precision(label: np.ndarray, score: np.ndarray) -> float:
    """Return the mean label of the treated share of rows that score highest."""
    treated = max(1, round(PROBLEM.treated_share * len(score)))
    return float(label[np.argsort(-score, kind="stable")[:treated]].mean())


PRIMARY = Metric("roc_auc", True, lambda label, score: float(roc_auc_score(label, score)))

METRICS = (
    PRIMARY,
    Metric(
        "average_precision",
        True,
        lambda label, score: float(average_precision_score(label, score)),
    ),
    Metric("log_loss", False, lambda label, score: float(log_loss(label, score))),
    Metric("treated_precision", True, treated_precision),
)

SLICES: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "busy": lambda features: features[f"rides_{LONG_DAYS}d"] >= LONG_DAYS,
    "quiet": lambda features: features[f"rides_{LONG_DAYS}d"] < LONG_DAYS,
}
"""Groups of rows that must not pay for the average: name -> which rows of the features."""
