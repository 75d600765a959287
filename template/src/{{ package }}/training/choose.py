"""The choice of a model: tuned over the problem's space, or with its family's defaults, and fitted.

The same arguments give the same model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..contracts import Dataset, Split, TrainedModel, Trial
from ..declare import Metric
from ..problem.model import FAMILIES, score
from ..tools.tuning.objective import Plan, Study
from ..tools.tuning.search import search
from . import fit
from .split import join, walk_forward


@dataclass(frozen=True)
class Tuning(Study):
    """A finished study of the problem's parameters.

    Attributes:
        maximise: whether a higher score is better.
    """

    maximise: bool

    @property
    def best(self) -> Trial:
        """Return the complete trial with the best score."""
        complete = [trial for trial in self.trials if trial.score is not None]
        sign = 1 if self.maximise else -1
        return max(complete, key=lambda trial: sign * (trial.score or 0.0))


def choose(
    family: str,
    trials: int,
    seed: int,
    parts: Split,
    metric: Metric,
    study: str,
    journal: Path,
    progress: Callable[[int, int], None],
) -> tuple[TrainedModel, Tuning | None]:
    """Tune on all but the test rows and fit the best.

    Args:
        trials: how many sets of parameters to try; 0 takes the family's defaults, and there is no
            tuning to return.
        metric, study, journal, progress: see `tune`.
    """
    if not trials:
        return fit.train(family, FAMILIES[family].defaults, parts, seed), None
    known = join(parts.train, parts.validation)
    tuning = tune(family, known, trials, seed, metric, study, journal, progress)
    model = fit.train(family, tuning.best.params, parts, seed)
    return replace(model, trials=tuning.trials), tuning


def tune(
    family: str,
    rows: Dataset,
    trials: int,
    seed: int,
    metric: Metric,
    study: str,
    journal: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tuning:
    """Try `trials` sets of parameters on `rows` (the test rows are not among them).

    They are judged by walking forward. The first trial is the family's defaults, so the best is
    never worse than those.

    Args:
        metric: by which a trial is better than another.
        study: its name.
        journal: where a tuner that keeps its study keeps it; a study of that name must not stand in
            it yet.
        progress: called after each trial with (done, total).
    """
    folds = list(walk_forward(rows))

    def objective(params: Mapping[str, Any], report: Callable[[int, float], bool]) -> float | None:
        scores: list[float] = []
        for fold, (past, following) in enumerate(folds):
            fitted = fit.fit(family, params, past, seed)
            scores.append(metric.compute(following.label, score(fitted, following.features)))
            if report(fold, float(np.mean(scores))) and fold + 1 < len(folds):
                return None
        return float(np.mean(scores))

    plan = Plan(trials, seed, metric.higher_is_better, study, journal)
    space, defaults = FAMILIES[family].space, FAMILIES[family].defaults
    found = search(space, defaults, objective, plan, progress)
    return Tuning(found.trials, found.importances, metric.higher_is_better)
