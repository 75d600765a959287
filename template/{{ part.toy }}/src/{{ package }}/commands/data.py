"""The toy world's data."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer


def data(
    seed: Annotated[int, typer.Option(help="Of the toy world.")] = 7,
    size: Annotated[
        int, typer.Option("--size", "--customers", min=1_000, help="How many live in the world.")
    ] = 20_000,
    weeks: Annotated[
        int | None,
        typer.Option(min=1, help="Of history with outcomes; by default five whose are known."),
    ] = None,
) -> None:
    """Make a toy world's data and set the clock to where they end.

    They are made beside their place and moved there whole: what breaks off is begun anew.
    """
    from ..ops import clock, locks, progress
    from ..problem import source
    from ..toy import world
    from ..toy.history import PAST_WEEKS

    weeks = PAST_WEEKS if weeks is None else weeks
    folder = source.data_dir()
    draft = folder.with_name("data.draft")
    blocks = -(-size // world.BLOCK)
    with locks.alone("data"):
        if folder.exists() and any(folder.iterdir()):
            raise world.WorldExists(
                f"{folder} holds data already: remove it to make others. The registry, studies and "
                f"logs beside it in {folder.parent} were made with these and won't fit the others; "
                "`make clean-all` removes all of it, and .venv"
            )
        clock.set_to(world.week_start(weeks))  # first, since it may refuse
        if draft.exists():
            shutil.rmtree(draft)
        world.simulate(
            world.World(seed, size),
            draft,
            -world.WARMUP_WEEKS,
            weeks,
            lambda done: progress.report("simulating", done, blocks),
        )
        draft.replace(folder)
    typer.echo(f"{weeks} weeks of a world of {size:,}: {folder}")


COMMANDS = (data,)
