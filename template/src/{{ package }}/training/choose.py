"""The choice of a model: tuned over the problem's space, or with its family's defaults, and fitted.

The same arguments give the same model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..contracts import Dataset, Split, TrainedModel, Trial
from ..declare import Metric
from ..problem.model import FAMILIES, score
from ..tools.tuning.objective import Plan
from ..tools.tuning.search import search
from . import fit
from .split import walk_forward


def choose(
    family: str, parts: Split, plan: Plan, metric: Metric, progress: Callable[[int, int], None]
) -> TrainedModel:
    """Tune on what was known before the test, and fit the best; without trials, the defaults.

    Args:
        progress: called after each trial with (done, total).
    """
    if not plan.trials:
        return fit.train(family, FAMILIES[family].defaults, parts, plan.seed)
    tried = tune(family, parts.known, plan, metric, progress)
    model = fit.train(family, best(tried, metric).params, parts, plan.seed)
    return replace(model, trials=tried)


def best(trials: Sequence[Trial], metric: Metric) -> Trial:
    """Return the complete trial with the best score by `metric`."""
    sign = 1 if metric.higher_is_better else -1
    complete = [trial for trial in trials if trial.score is not None]
    return max(complete, key=lambda trial: sign * (trial.score or 0.0))


def tune(
    family: str,
    rows: Dataset,
    plan: Plan,
    metric: Metric,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Trial, ...]:
    """Try sets of parameters on `rows` (the test rows are not among them).

    They are judged by walking forward. The first trial is the family's defaults, so the best is
    never worse than those.
    """
    folds = list(walk_forward(rows))

    def objective(params: Mapping[str, Any], report: Callable[[int, float], bool]) -> float | None:
        scores: list[float] = []
        for fold, (past, following) in enumerate(folds):
            fitted = fit.fit(family, params, past, plan.seed)
            scores.append(metric.compute(following.label, score(fitted, following.features)))
            if report(fold, float(np.mean(scores))) and fold + 1 < len(folds):
                return None
        return float(np.mean(scores))

    space, defaults = FAMILIES[family].space, FAMILIES[family].defaults
    return search(space, defaults, objective, plan, progress)
