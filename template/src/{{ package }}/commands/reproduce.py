"""Making a recorded model again."""

from __future__ import annotations

from typing import Annotated

import typer


def reproduce(
    run: Annotated[str, typer.Option(help="A version's number, a run's id, or its beginning.")],
    seed: Annotated[
        int | None, typer.Option(help="Instead of the recorded: what it alone changes.")
    ] = None,
) -> None:
    """Make a recorded model again from its own rows; exit with 1 unless all is as recorded."""
    from ..ops import progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..pipelines import differences
        from ..pipelines.reproduction import reproduce as made_again
        from ..registry.recorded import read_run

        recorded = read_run(run)
    typer.echo(
        f"run {recorded.run_id} of {recorded.clock}: {recorded.family}, {recorded.trials} trials"
    )
    findings = []
    for finding in made_again(recorded, seed):
        findings.append(finding)
        typer.echo(f"{finding.state:8} {finding.subject}: {finding.detail}")
    typer.echo(differences.summary(findings))
    if not differences.reproduced(findings):
        raise typer.Exit(1)


COMMANDS = (reproduce,)
