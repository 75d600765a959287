"""The demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..ops.paths import PACKAGE, ROOT


def demo(
    seed: Annotated[int, typer.Option(help="Of the toy world and of all training.")] = 7,
    size: Annotated[
        int, typer.Option("--size", "--customers", min=1_000, help="How many live in the world.")
    ] = 20_000,
    out: Annotated[Path, typer.Option(help="Where reports/ and var/demo/ go.")] = ROOT,
) -> None:
    """Live through the whole story on toy data; leaves reports/index.html."""
    from ..story.run import environment

    # A process of its own, because the libraries read the environment when they are imported.
    command = [sys.executable, "-m", f"{PACKAGE}.toy", "--seed", str(seed), "--size", str(size)]
    command += ["--reports", str(out / "reports")]
    os.execve(sys.executable, command, environment(out / "var" / "demo"))


COMMANDS = (demo,)
