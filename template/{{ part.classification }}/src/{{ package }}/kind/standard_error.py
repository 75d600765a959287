"""How far chance alone moves a metric of yes-or-no outcomes."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..problem.metric import PRIMARY, Metric

RESAMPLES = 200


def standard_error(
    label: np.ndarray, score: np.ndarray, unit: np.ndarray, metric: Metric = PRIMARY
) -> float:
    """Return the standard error of `metric` on these rows, shape [n] each.

    Of ROC AUC by Hanley and McNeil (Radiology 143, 1982), where each row is of another entity;
    otherwise by a seeded bootstrap (Efron, Annals of Statistics 7, 1979). It draws entities with
    all their rows, which are alike (Davison and Hinkley, Bootstrap Methods and their Application,
    1997, section 3.8). `unit` says whose each row is, as `entity_codes` does.
    """
    entities, row = int(unit.max()) + 1, np.arange(len(label))
    if metric.name == "roc_auc" and entities == len(label):
        return _hanley_mcneil(metric.compute(label, score), int(label.sum()), len(label))
    draw = np.random.default_rng(0)
    drawn = (draw.integers(entities, size=entities) for _ in range(RESAMPLES))
    samples = (np.repeat(row, np.bincount(each, minlength=entities)[unit]) for each in drawn)
    values = [
        metric.compute(label[sample], score[sample])
        for sample in samples
        if len(np.unique(label[sample])) > 1
    ]
    return float(np.std(values, ddof=1))


def _hanley_mcneil(auc: float, positives: int, rows: int) -> float:
    negatives = rows - positives
    both_positive = auc / (2 - auc) - auc**2
    both_negative = 2 * auc**2 / (1 + auc) - auc**2
    variance = auc * (1 - auc) + (positives - 1) * both_positive + (negatives - 1) * both_negative
    return sqrt(variance / (positives * negatives))
