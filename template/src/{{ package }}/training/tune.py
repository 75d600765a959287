"""Tuning: a seeded Optuna study over the problem's search space, judged by walking forward."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from ..contracts import Dataset, Trial
from ..declare import drawn
from ..problem.metric import PRIMARY
from ..problem.model import FAMILIES, score
from .fit import fit
from .split import walk_forward


@dataclass(frozen=True)
class Tuning:
    """A finished study: its trials, and each parameter's share of what moved the score."""

    trials: tuple[Trial, ...]
    importances: Mapping[str, float]

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

    The first trial is the family's defaults, so the best is never worse than those. A trial that
    falls behind the median after a fold is pruned.

    Args:
        journal: the file in which the study is kept; a study of that name must not stand in it yet.
            No other process may be tuning into it.
        progress: called after each trial with (done, total).
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal.parent.mkdir(parents=True, exist_ok=True)
    mend(journal)
    folds = list(walk_forward(rows))
    study = optuna.create_study(
        study_name=study_name,
        storage=JournalStorage(JournalFileBackend(str(journal))),
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        direction="maximize" if PRIMARY.higher_is_better else "minimize",
    )
    study.enqueue_trial(dict(FAMILIES[family].defaults))

    def objective(trial: optuna.Trial) -> float:
        params = drawn(FAMILIES[family].space, trial)
        scores: list[float] = []
        for step, (past, following) in enumerate(folds):
            fitted = fit(family, params, past, seed)
            scores.append(PRIMARY.compute(following.label, score(fitted, following.features)))
            trial.report(float(np.mean(scores)), step)
            if step + 1 < len(folds) and trial.should_prune():
                raise optuna.TrialPruned
        return float(np.mean(scores))

    def tell(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        progress(trial.number + 1, trials)

    study.optimize(objective, n_trials=trials, callbacks=[tell])
    made = tuple(_trial(frozen) for frozen in study.get_trials(deepcopy=False))
    return Tuning(made, _importances(study, made))


def mend(journal: Path) -> None:
    """Remove what a study that was killed left: half a last line, and Optuna's lock.

    Optuna would append to the half line and could read the journal no more, and would wait half a
    minute for the lock.
    """
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)
    if journal.exists():
        content = journal.read_bytes()
        os.truncate(journal, content.rfind(b"\n") + 1)


def _importances(study: optuna.Study, trials: tuple[Trial, ...]) -> Mapping[str, float]:
    scores = {trial.score for trial in trials if trial.score is not None}
    # The evaluator fits trees on the trials: two that scored alike teach it nothing.
    if len(scores) < 3:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _trial(frozen: optuna.trial.FrozenTrial) -> Trial:
    steps = tuple(frozen.intermediate_values[step] for step in sorted(frozen.intermediate_values))
    complete = frozen.state is optuna.trial.TrialState.COMPLETE
    pruned = frozen.state is optuna.trial.TrialState.PRUNED
    return Trial(
        frozen.number,
        dict(frozen.params),
        steps,
        frozen.value if complete else None,
        "complete" if complete else "pruned" if pruned else "failed",
    )
