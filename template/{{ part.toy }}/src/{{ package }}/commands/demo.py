"""The toy world's data, and the demo."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..ops.paths import ROOT

if TYPE_CHECKING:
    from ..story.history import History

Size = Annotated[
    int, typer.Option("--size", "--customers", min=1_000, help="How many live in the world.")
]


def data(
    seed: Annotated[int, typer.Option(help="Of the toy world.")] = 7,
    size: Size = 20_000,
    weeks: Annotated[
        int | None,
        typer.Option(min=1, help="Of history with outcomes; by default as many as training asks."),
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


def demo(
    seed: Annotated[int, typer.Option(help="Of the toy world and of all training.")] = 7,
    size: Size = 20_000,
    out: Annotated[Path, typer.Option(help="Where reports/ and var/demo/ go.")] = ROOT,
) -> None:
    """Live through the whole story on toy data; leaves reports/index.html."""
    from ..settings import settings
    from ..story.run import environment, run

    # Before anything else is loaded, because the libraries read it when they are imported.
    os.environ |= environment(out / "var" / "demo")
    settings.cache_clear()

    def history() -> History:
        from ..toy.history import ToyHistory  # not above: the first server starts while this loads

        return ToyHistory(seed, size)

    run("demo", history, seed, out / "reports")


COMMANDS = (data, demo)
