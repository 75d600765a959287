"""The choice of a model: tuned, or with its family's defaults, and fitted. Repeatable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..contracts import Split, TrainedModel
from ..problem.model import FAMILIES
from . import fit, tune
from .split import join
from .tune import Tuning


def choose(
    family: str,
    trials: int,
    seed: int,
    parts: Split,
    study: str,
    journal: Path,
    progress: Callable[[int, int], None],
) -> tuple[TrainedModel, Tuning | None]:
    """Tune on all but the test rows and fit the best; the same arguments give the same model.

    Args:
        trials: how many sets of parameters to try; 0 takes the family's defaults, and there is no
            tuning to return.
        study, journal, progress: the study's name, file and listener; see `tune.tune`.
    """
    if not trials:
        return fit.train(family, FAMILIES[family].defaults, parts, seed), None
    known = join(parts.train, parts.validation)
    tuning = tune.tune(family, known, trials, seed, study, journal, progress)
    model = fit.train(family, tuning.best.params, parts, seed)
    return replace(model, trials=tuning.trials), tuning
