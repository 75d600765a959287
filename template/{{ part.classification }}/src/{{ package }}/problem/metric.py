"""What "good" means: the metrics, the one that decides, and the slices on which it must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from ..declare import Metric
from ..design import Section, section
from .schema import LONG_DAYS, PROBLEM

if TYPE_CHECKING:
    import pandas as pd


class EvaluationDesign(Section):
    """The metric that decides whether a model is good."""

    metric: Literal["roc_auc", "average_precision"]


def treated_precision(label: np.ndarray, score: np.ndarray) -> float:
    """Return the mean label of the treated share of rows that score highest."""
    treated = max(1, round(PROBLEM.treated_share * len(score)))
    return float(label[np.argsort(-score, kind="stable")[:treated]].mean())


METRICS = (
    Metric("roc_auc", True, lambda label, score: float(roc_auc_score(label, score))),
    Metric(
        "average_precision",
        True,
        lambda label, score: float(average_precision_score(label, score)),
    ),
    Metric("log_loss", False, lambda label, score: float(log_loss(label, score))),
    Metric("treated_precision", True, treated_precision),
)

DESIGNED = section("evaluation", EvaluationDesign).metric
PRIMARY = next(metric for metric in METRICS if metric.name == DESIGNED)
"""The metric that decides: in tuning, at the gate, on slices and in monitoring."""

SLICES: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "buyers": lambda features: features[f"orders_{LONG_DAYS}d"] > 0,
    "never_bought": lambda features: features[f"orders_{LONG_DAYS}d"] == 0,
    "had_tickets": lambda features: features[f"tickets_{LONG_DAYS}d"] > 0,
}
"""Groups of rows that must not pay for the average: name -> which rows of the features."""
