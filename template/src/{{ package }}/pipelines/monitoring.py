"""The monitoring pipeline: looks back on a window, judges the challenger, and asks the policy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..artifact import Manifest
from ..contracts import MonitoringReport, Outcome
from ..declare import measures
from ..design import section
from ..features.aggregate import last_snapshot
from ..monitoring.monitor import monitor, past_reports
from ..monitoring.policy import Action, RetrainingDesign, decide
from ..ops import clock, progress
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
    """What was found and done: `trained` is the model that the policy asked for, if it did."""

    report: MonitoringReport
    outcome: Outcome
    action: Action
    trained: Trained | None


def monitoring(
    start: datetime | None = None,
    end: datetime | None = None,
    out: Path | None = None,
    seed: int | None = None,
) -> Monitored:
    """Check the window `[start, end)`, by default the last one between two snapshots.

    Args:
        out: where the drift report goes; below the state folder if None.
        seed: of a retraining that may follow; the designed one if None.

    Raises:
        PromotionError: there is no champion to look at.
    """
    now = clock.now()
    end = end or last_snapshot(now)
    start = start or end - SNAPSHOT_EVERY
    out = out or settings().state_dir / "reports" / f"{start:%Y-%m-%d}"
    version = promote.version_of("champion")
    if version is None:
        raise promote.PromotionError("there is no champion to monitor: run `make train`")
    compact(now)  # what batches logged: where nothing is served, no sync process does it
    progress.begin("comparing the window with the training rows")
    report = check(version, start, end, out)
    outcome = judge_challenger()
    action = decide(
        past_reports(),
        promote.last_training(),
        now,
        section("retraining", RetrainingDesign),
        champion_since=promote.champion_since(),
        on_trial=promote.version_of("staging") is not None,
    )
    retrain = action.kind == "retrain"
    trained = training(seed=seed, reason=action.reason) if retrain else None
    return Monitored(report, outcome, action, trained)


@stage(retries=2)
def check(version: int, start: datetime, end: datetime, out: Path) -> MonitoringReport:
    """Compare the window with what the champion was trained on."""
    metrics, primary = record.metrics_of(version), measures(metric).primary
    with tempfile.TemporaryDirectory() as folder:
        record.fetch(version, Path(folder))
        return monitor(
            start,
            end,
            Manifest.read(Path(folder), record.registered_hash(version)),
            record.reference_rows(version, Path(folder)),
            metrics[f"test.{primary.name}"],
            source.outcomes(known_by=clock.now()),
            out,
            metric=primary,
            test_rows=int(metrics["test.rows"]),
        )


@stage()
def judge_challenger() -> Outcome:
    """Let the challenger in staging be promoted or rejected, if it is time."""
    return consider()
