"""The demo."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..ops.paths import ROOT

if TYPE_CHECKING:
    from ..story.history import History


def demo(
    seed: Annotated[int, typer.Option(help="Of the toy world and of all training.")] = 7,
    size: Annotated[
        int, typer.Option("--size", "--customers", min=1_000, help="How many live in the world.")
    ] = 20_000,
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


COMMANDS = (demo,)
