"""The monitoring pipeline: looks back on a window, judges the challenger, and asks the policy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from ..artifact import Manifest
from ..contracts import MonitoringReport, Outcome
from ..declare import measures
from ..design import section
from ..errors import UserError
from ..features.aggregate import last_snapshot
from ..monitoring.monitor import monitor, past_reports
from ..monitoring.policy import Action, RetrainingDesign, decide
from ..ops import clock, progress
from ..ops.log import get
from ..prediction_log.compaction import compact
from ..problem import metric, source
from ..problem.schema import SNAPSHOT_EVERY
from ..registry import promote, record
from ..settings import settings
from ..tools.runner.runner import stage
from .promotion import consider
from .training import Trained, training


@dataclass(frozen=True)
class Monitored:
    """What was found and done.

    Attributes:
        trained: the model that the policy asked for, if it did.
        undone: what could not be drawn or written, a sentence each; all else was done.
    """

    report: MonitoringReport
    outcome: Outcome
    action: Action
    trained: Trained | None
    undone: tuple[str, ...] = ()


class NotRetrainedError(UserError):
    """The policy asks for a model that can't be trained; all else was done.

    Attributes:
        found: what would have been returned.
    """

    def __init__(self, found: Monitored, error: UserError) -> None:
        super().__init__(f"not retrained: {error}")
        self.found = found


@dataclass(frozen=True)
class Looked:
    """A window's verdicts, and what is drawn of it: a sample of what the champion was asked."""

    report: MonitoringReport
    version: int
    current: pd.DataFrame


def monitoring(
    start: datetime | None = None,
    end: datetime | None = None,
    out: Path | None = None,
    seed: int | None = None,
) -> Monitored:
    """Check the window `[start, end)`, by default the last one between two snapshots.

    What is found is kept, and what follows from it decided, before anything is drawn. A challenger
    that can't be judged stays where it is. It holds up no training if that takes a person, because
    its test can't be planned or has ended; what may pass by itself leaves it on trial.

    Args:
        out: where the drift report goes; below the state folder if None.
        seed: of a retraining that may follow; the designed one if None.

    Raises:
        PromotionError: there is no champion to look at.
        NotRetrainedError: the training that the policy asked for was refused.
    """
    now = clock.now()
    end = end or last_snapshot(now)
    start = start or end - SNAPSHOT_EVERY
    out = out or settings().state_dir / "reports" / f"{start:%Y-%m-%d}"
    version = promote.champion()
    compact(now)  # what batches logged: where nothing is served, no sync process does it
    progress.begin("comparing the window with the training rows")
    looked = check(version, start, end)
    waiting = promote.version_of("staging")
    try:
        outcome = judge_challenger()
        on_trial = outcome.verdict == "continue"
    except Exception as error:
        outcome = Outcome("continue", waiting, _undone("it could not be judged", error))
        on_trial = waiting is not None and not isinstance(error, promote.PromotionError)
    action = decide(
        past_reports(),
        promote.last_training(),
        now,
        section("retraining", RetrainingDesign),
        champion_since=promote.champion_since(),
        on_trial=on_trial,
    )
    try:
        undone = draw(looked, out)
    except Exception as error:
        undone = (_undone(f"{out} could not be written", error),)
    found = Monitored(looked.report, outcome, action, None, undone)
    if action.kind != "retrain":
        return found
    try:
        return replace(found, trained=training(seed=seed, reason=action.reason))
    except UserError as error:
        raise NotRetrainedError(found, error) from error


def _undone(what: str, error: Exception) -> str:
    get("monitoring").error("not_done", what=what, exc_info=not isinstance(error, UserError))
    return f"{what}: {error}".partition("\n")[0]


@stage(retries=2)
def check(version: int, start: datetime, end: datetime) -> Looked:
    """Compare the window with what the champion was trained on."""
    metrics, primary = record.metrics_of(version), measures(metric).primary
    with tempfile.TemporaryDirectory() as folder:
        record.fetch(version, Path(folder))
        manifest = Manifest.read(Path(folder), record.registered_hash(version))
        report, current = monitor(
            start,
            end,
            manifest,
            manifest.reference_rows or len(record.reference_rows(version, Path(folder))),
            metrics[f"test.{primary.name}"],
            source.outcomes(known_by=clock.now()),
            metric=primary,
            test_rows=int(metrics["test.rows"]),
        )
    return Looked(report, version, current)


@stage()
def judge_challenger() -> Outcome:
    """Let the challenger in staging be promoted or rejected, if it is time."""
    return consider()


@stage()
def draw(looked: Looked, out: Path) -> tuple[str, ...]:
    """Write the page of the window; return what can't be drawn, a sentence each."""
    from ..monitoring.report import write_report  # Evidently takes seconds to import

    with tempfile.TemporaryDirectory() as folder:
        reference = record.reference_rows(looked.version, Path(folder))
    return write_report(looked.report, looked.current, reference, out)
