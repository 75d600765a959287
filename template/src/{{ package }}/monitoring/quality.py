"""Concept drift: is the champion still as good, and as well calibrated, as when it was tested?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import hypot, inf, isfinite, nan, sqrt

import numpy as np
import pandas as pd

from ..contracts import Matured
from ..declare import Metric
from ..kind import calibration
from ..kind.decision import ANSWERS
from ..kind.scores import standard_error, widened, witnesses
from ..kind.sight import ALONE, Look, normal, student
from .drift import MonitoringDesign


def concept_looks(
    matured: pd.DataFrame,
    test_metric: float,
    design: MonitoringDesign,
    test_rows: int | None,
    metric: Metric,
    false_alarms: float = ALONE,
) -> Mapping[str, Look]:
    """Look at a metric and at the calibration on rows whose outcome is known, by their names.

    Args:
        matured: the rows that the champion scored and what became of them, as `outcomes.attach`
            gives.
        test_metric: what `metric` was on the champion's test rows.
        design: the tolerance, in the metric's unit.
        test_rows: how many those were; if None, taken to be as many as `matured`.
        metric: the primary one.
        false_alarms: probability that chance alone alarms in either of both.
    """
    rows = len(matured)
    if not rows:
        nothing = Look(nan, test_metric, False, inf, design.concept_tolerance, 0, nan)
        return {metric.name: nothing, calibration.NAME: nothing}
    known = Matured(
        matured["label"].to_numpy(),
        matured["score"].to_numpy(),
        entity_codes(matured),
        {name: matured[name].to_numpy() for name in ANSWERS},
        test_rows or rows,
    )
    return {
        metric.name: _metric_look(
            known, test_metric, metric, design.concept_tolerance, false_alarms / 2
        ),
        calibration.NAME: calibration.calibration_look(known, false_alarms / 2),
    }


def _metric_look(
    matured: Matured, test_metric: float, metric: Metric, tolerance: float, false_alarm: float
) -> Look:
    """Look whether the metric is worse than the test's. Both are estimates: both errors count."""
    rows = len(matured.label)
    nothing = Look(nan, test_metric, False, inf, tolerance, rows, nan)
    if len(np.unique(matured.label)) < 2:
        return replace(nothing, detail="all outcomes are the same")
    alone = standard_error(matured, metric)
    if not isfinite(alone):
        return replace(nothing, detail="hardly any two outcomes differ")
    value = metric.compute(matured.label, matured.score)
    # A standard error shrinks with the root of the rows, so the test's follows from the window's.
    each, of_test = alone * sqrt(rows), alone * sqrt(rows / matured.test_rows)
    # More rows bring as many more witnesses: how far the error itself can be trusted.
    share = witnesses(matured) / rows

    def error(change: float, rows: float) -> float:
        changed = value - change if metric.higher_is_better else value + change
        return hypot(each * widened(metric, value, changed) / sqrt(rows), of_test)

    def chance(change: float, rows: float) -> float:
        return student(share * rows - 1, false_alarm) * error(change, rows)

    sight = normal(rows, tolerance, chance, error)
    worse = test_metric - value if metric.higher_is_better else value - test_metric
    limit = test_metric - sight.limit if metric.higher_is_better else test_metric + sight.limit
    detail = (
        f"{rows} rows; {test_metric:.3f} on the test rows; standard error {error(0.0, rows):.3f}"
    )
    alarm = worse > sight.limit
    return Look(value, limit, alarm, sight.visible, tolerance, rows, sight.needed, detail)


def entity_codes(rows: pd.DataFrame) -> np.ndarray:
    """Return whose each row is, int64 [n]: entities count from 0, and a nameless row is its own.

    The rows of one entity are alike: one asked for again tells nothing new.

    Args:
        rows: with `entity`, an id or None.
    """
    codes, entities = pd.factorize(rows["entity"])
    nameless = codes < 0
    codes[nameless] = len(entities) + np.arange(nameless.sum())
    return codes
