"""The check of your data."""

from __future__ import annotations

import typer


def check_data() -> None:
    """Name every mismatch between the data and the schema; exit with 1 if there is an error."""
    from ..ops import clock
    from ..pipelines.checking import check_data as check

    typer.echo(f"{clock.now():%Y-%m-%d %H:%M} UTC is taken for now")
    checked = check()
    for name, rows in checked.rows.items():
        typer.echo(f"{rows:,} rows of {name}")
    for finding in checked.findings:
        typer.echo(finding)
    typer.echo(checked.summary())
    if checked.errors:
        raise typer.Exit(1)


COMMANDS = (check_data,)
