"""Monitoring."""

from __future__ import annotations

import typer


def monitor() -> None:
    """Look for drift, judge the challenger, and retrain if the policy says so."""
    from ..flows.monitoring import monitoring

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
        typer.echo(f"retrained: version {found.trained.version}, {found.trained.standing}")


COMMANDS = (monitor,)
