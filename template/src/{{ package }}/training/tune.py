"""Tuning: what the chosen tuner finds over the problem's space, judged by walking forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..contracts import Dataset, Trial
from ..problem.metric import PRIMARY
from ..problem.model import FAMILIES, score
from ..tools.tuning.objective import Plan, Study
from ..tools.tuning.search import search
from .fit import fit
from .split import walk_forward


class Tuning(Study):
    """A finished study of the problem's parameters."""

    @property
    def best(self) -> Trial:
        """Return the complete trial with the best score."""
        complete = [trial for trial in self.trials if trial.score is not None]
        sign = 1 if PRIMARY.higher_is_better else -1
        return max(complete, key=lambda trial: sign * (trial.score or 0.0))


def tune(
    family: str,
    rows: Dataset,
    trials: int,
    seed: int,
    study_name: str,
    journal: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tuning:
    """Try `trials` sets of parameters on `rows` (the test rows are not among them).

    The first trial is the family's defaults, so the best is never worse than those.

    Args:
        journal: where a tuner that keeps its study keeps it; a study of that name must not stand in
            it yet.
        progress: called after each trial with (done, total).
    """
    folds = list(walk_forward(rows))

    def objective(params: Mapping[str, Any], report: Callable[[int, float], bool]) -> float | None:
        scores: list[float] = []
        for fold, (past, following) in enumerate(folds):
            fitted = fit(family, params, past, seed)
            scores.append(PRIMARY.compute(following.label, score(fitted, following.features)))
            if report(fold, float(np.mean(scores))) and fold + 1 < len(folds):
                return None
        return float(np.mean(scores))

    study = search(
        FAMILIES[family].space,
        FAMILIES[family].defaults,
        objective,
        Plan(trials, seed, PRIMARY.higher_is_better, study_name, journal),
        progress,
    )
    return Tuning(study.trials, study.importances)
