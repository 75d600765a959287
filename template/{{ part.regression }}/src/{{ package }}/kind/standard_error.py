"""How far chance alone moves a metric of amounts."""

from __future__ import annotations

import numpy as np

from ..problem.metric import PRIMARY, Metric

RESAMPLES = 200


def standard_error(
    label: np.ndarray, score: np.ndarray, unit: np.ndarray, metric: Metric = PRIMARY
) -> float:
    """Return the standard error of `metric` on these rows, shape [n] each.

    A seeded bootstrap (Efron, Annals of Statistics 7, 1979). It draws entities with all their rows,
    whose errors are alike (Davison and Hinkley, Bootstrap Methods and their Application, 1997,
    section 3.8). `unit` says whose each row is, as `entity_codes` does.
    """
    draw = np.random.default_rng(0)
    entities, row = int(unit.max()) + 1, np.arange(len(label))
    drawn = (draw.integers(entities, size=entities) for _ in range(RESAMPLES))
    samples = (np.repeat(row, np.bincount(each, minlength=entities)[unit]) for each in drawn)
    values = [metric.compute(label[sample], score[sample]) for sample in samples]
    return float(np.std(values, ddof=1))
