"""Tuning: a seeded Optuna study over the problem's search space, judged by walking forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from ..contracts import Dataset, Trial
from ..problem.metric import PRIMARY
from ..problem.model import FAMILIES, score
from .fit import fit
from .split import walk_forward

_STATES = {
    optuna.trial.TrialState.COMPLETE: "complete",
    optuna.trial.TrialState.PRUNED: "pruned",
    optuna.trial.TrialState.FAIL: "failed",
}


@dataclass(frozen=True)
class Tuning:
    """A finished study: its trials, and each parameter's share of what moved the score."""

    trials: tuple[Trial, ...]
    importances: Mapping[str, float]

    @property
    def _trial(frozen: optuna.trial.FrozenTrial) -> Trial:
    steps = tuple(frozen.intermediate_values[step] for step in sorted(frozen.intermediate_values))
    complete = frozen.state is optuna.trial.TrialState.COMPLETE
    return Trial(
        frozen.number,
        dict(frozen.params),
        steps,
        frozen.value if complete else None,
        _STATES[frozen.state],
    )
