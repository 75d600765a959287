"""The toy world's data, and the check of yours."""

from __future__ import annotations

from typing import Annotated

import typer


def data(
    seed: Annotated[int, typer.Option(help="Of the toy world.")] = 7,
    customers: Annotated[int, typer.Option(min=1_000, help="How many there are.")] = 20_000,
    weeks: Annotated[int, typer.Option(min=1, help="Of history with outcomes.")] = 5,
) -> None:
    """Make a toy world's data and set the clock to where they end."""
    from .. import clock, progress
    from ..problem import source, world

    last = source.data_dir() / "world.json"
    if last.exists():
        raise world.WorldExists(f"{last.parent} holds a world already: `make clean-all` removes it")
    clock.set_to(world.week_start(weeks))  # first, since it may refuse
    blocks = -(-customers // world.BLOCK)
    world.simulate(
        world.World(seed, customers),
        source.data_dir(),
        -world.WARMUP_WEEKS,
        weeks,
        lambda done: progress.report("simulating", done, blocks),
    )
    typer.echo(f"{customers} customers, {weeks} weeks: {source.data_dir()}")


def check_data() -> None:
    """Name every mismatch between the data and the schema; exit with 1 if there is an error."""
    from .. import clock
    from ..flows.checking import check_data as check

    typer.echo(f"{clock.now():%Y-%m-%d %H:%M} UTC is taken for now")
    checked = check()
    for name, rows in checked.rows.items():
        typer.echo(f"{rows:,} rows of {name}")
    for finding in checked.findings:
        typer.echo(finding)
    typer.echo(checked.summary())
    if checked.errors:
        raise typer.Exit(1)


COMMANDS = (data, check_data)
