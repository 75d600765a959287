"""Optuna: a seeded study in a journal, whose trials learn from those before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from ...contracts import Trial
from ...declare import OldSpace, Params, Space, drawn
from .objective import Objective, Plan


def search(
    space: Space | OldSpace,
    defaults: Params,
    objective: Objective,
    plan: Plan,
    progress: Callable[[int, int], None],
) -> tuple[Trial, ...]:
    """Try sets of parameters, `defaults` first.

    A trial that falls behind the median after a fold is given up.

    Args:
        progress: called after each trial with (done, total).
    """
    journal = plan.journal
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal.parent.mkdir(parents=True, exist_ok=True)
    mend(journal)
    study = optuna.create_study(
        study_name=plan.name,
        storage=JournalStorage(JournalFileBackend(str(journal))),
        sampler=optuna.samplers.TPESampler(seed=plan.seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        direction="maximize" if plan.maximise else "minimize",
    )
    study.enqueue_trial(dict(defaults))

    def score(trial: optuna.Trial) -> float:
        def report(fold: int, mean: float) -> bool:
            trial.report(mean, fold)
            return trial.should_prune()

        found = objective(drawn(space, trial), report)
        if found is None:
            raise optuna.TrialPruned
        return found

    def tell(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        progress(trial.number + 1, plan.trials)

    study.optimize(score, n_trials=plan.trials, callbacks=[tell])
    return tuple(_trial(frozen) for frozen in study.get_trials(deepcopy=False))


def mend(journal: Path) -> None:
    """Remove what a study that was killed left: half a last line, and Optuna's lock.

    Optuna would append to the half line and could read the journal no more, and would wait half a
    minute for the lock.
    """
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)
    if journal.exists():
        content = journal.read_bytes()
        os.truncate(journal, content.rfind(b"\n") + 1)


def _trial(frozen: optuna.trial.FrozenTrial) -> Trial:
    steps = tuple(frozen.intermediate_values[step] for step in sorted(frozen.intermediate_values))
    complete = frozen.state is optuna.trial.TrialState.COMPLETE
    pruned = frozen.state is optuna.trial.TrialState.PRUNED
    params: dict[str, Any] = dict(frozen.params)
    return Trial(
        frozen.number,
        params,
        steps,
        frozen.value if complete else None,
        "complete" if complete else "pruned" if pruned else "failed",
    )
