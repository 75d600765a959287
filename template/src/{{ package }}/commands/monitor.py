"""Monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ..flows.training import Trained


def monitor() -> None:
    """Look for drift, judge the challenger, and retrain if the policy says so."""
    from .. import progress

    progress.begin("loading the tools")
    from ..flows.monitoring import monitoring

    progress.begin("starting Prefect")
    found = monitoring()
    report = found.report
    typer.echo(f"{report.start:%Y-%m-%d} to {report.end:%Y-%m-%d}: {report.rows} predictions")
    for check in report.checks:
        told = "none " if check.detail.startswith("no verdict") else "ok   "
        verdict = "ALARM" if check.alarm else told
        limit = f"limit {check.threshold:.4g}"
        typer.echo(
            f"{verdict} {check.kind} {check.name}: {check.value:.4g}, {limit} {check.detail}"
        )
    typer.echo(f"challenger: {found.outcome.verdict}, {found.outcome.reason}")
    typer.echo(f"policy: {found.action.kind}, {found.action.reason}")
    if found.trained is not None:
        typer.echo(_became(found.trained))


def _became(trained: Trained) -> str:
    told = f"retrained: version {trained.version}, {trained.standing}"
    if trained.decision.passed:
        return told
    return f"{told}: {trained.decision.reason}. Nothing changes: the champion goes on serving"


COMMANDS = (monitor,)
