"""The toy world's data, and the check of yours."""

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
    from .. import clock, locks, progress
    from ..problem import source
    from ..problem.schema import LABEL_DELAY, SNAPSHOT_EVERY
    from ..toy import world

    weeks = 5 + LABEL_DELAY // SNAPSHOT_EVERY if weeks is None else weeks
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
