"""Batch scoring."""

from __future__ import annotations

import typer


def batch() -> None:
    """Score every entity into a table."""
    from ..ops import progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..pipelines.checking import require_inputs

        require_inputs()  # here too: what stops a flow is logged at length, and only later
        from ..pipelines.batch import batch as flow

        progress.begin("starting Prefect")
        scores = flow()
    typer.echo(scores)


COMMANDS = (batch,)
