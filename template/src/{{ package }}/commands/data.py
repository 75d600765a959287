"""Toy data."""

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
    blocks = -(-customers // world.BLOCK)
    world.simulate(
        world.World(seed, customers),
        source.data_dir(),
        -world.WARMUP_WEEKS,
        weeks,
        lambda done: progress.report("simulating", done, blocks),
    )
    clock.set_to(world.week_start(weeks))
    typer.echo(f"{customers} customers, {weeks} weeks: {source.data_dir()}")


COMMANDS = (data,)
