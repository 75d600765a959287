"""Batch scoring."""

from __future__ import annotations

import typer


def batch() -> None:
    """Score every entity into a table."""
    from ..ops import progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..data_checks.check import INPUTS
        from ..pipelines.checking import check_data

        # Here too: what stops a run is recorded, and told only after its start.
        check_data(INPUTS).require_no_error()
        from ..pipelines.batch import batch as pipeline
        from ..tools.runner.runner import run

        scores = run(pipeline)
    typer.echo(scores)


COMMANDS = (batch,)
