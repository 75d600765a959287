"""Monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ..contracts import MonitoringReport
    from ..pipelines.monitoring import Monitored
    from ..pipelines.training import Trained


VERDICTS = {"ok": "ok   ", "alarm": "ALARM", "none": "none "}


def monitor() -> None:
    """Look for drift, judge the challenger, and retrain if the policy says so."""
    from ..ops import progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..pipelines.monitoring import NotRetrainedError, monitoring
        from ..tools.runner.runner import run

        try:
            found = run(monitoring)
        except NotRetrainedError as error:
            _tell(error.found)
            raise
    _tell(found)


def _tell(found: Monitored) -> None:
    for line in _lines(found.report):
        typer.echo(line)
    typer.echo(f"challenger: {found.outcome.verdict}, {found.outcome.reason}")
    typer.echo(f"policy: {found.action.kind}, {found.action.reason}")
    if found.trained is not None:
        typer.echo(_became(found.trained))
    for undone in found.undone:
        typer.echo(f"note: {undone}", err=True)


def _lines(report: MonitoringReport) -> Iterator[str]:
    """Yield what is said of a window: each check, or why there is nothing to check, and the sum."""
    from ..monitoring.policy import told

    yield f"{report.start:%Y-%m-%d} to {report.end:%Y-%m-%d}: {report.rows} predictions"
    if not report.rows:
        yield _why_empty(report)
    for check in report.checks if report.rows else report.alarms:
        verdict = VERDICTS[check.verdict]
        limit = f"limit {check.threshold:.4g}"
        yield f"{verdict} {check.kind} {check.name}: {check.value:.4g}, {limit} {check.detail}"
    unsure = sum(check.verdict == "none" for check in report.checks)
    yield f"{told(report)}; {unsure} of {len(report.checks)} checks have no verdict"


def _why_empty(report: MonitoringReport) -> str:
    """Return when what is predicted now will be looked at."""
    from ..ops import clock

    begin, end = report.end, report.end + (report.end - report.start)
    said = (
        f"nothing to compare: it is {clock.now():%Y-%m-%d %H:%M} UTC, and what is predicted from "
        f"{begin:%Y-%m-%d} on is looked at from {end:%Y-%m-%d} on"
    )
    if clock.is_machines():
        return said
    return f"{said}. This clock stands still; `as_of` in config/settings.yml moves it on"


def _became(trained: Trained) -> str:
    told = f"retrained: version {trained.version}, {trained.standing}"
    if trained.decision.passed:
        return told
    return f"{told}: {trained.decision.reason}. Nothing changes: the champion goes on serving"


COMMANDS = (monitor,)
