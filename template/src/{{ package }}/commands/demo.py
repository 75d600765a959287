"""The demo."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer


def demo(
    seed: Annotated[int, typer.Option(help="Of the toy world and of all training.")] = 7,
    customers: Annotated[int, typer.Option(min=1_000, help="How many there are.")] = 20_000,
) -> None:
    """Live through the whole story on toy data; leaves reports/index.html."""
    from ..demo.environment import environment
    from ..paths import PACKAGE

    # A process of its own, because the libraries read the environment when they are imported.
    arguments = ["--seed", str(seed), "--customers", str(customers)]
    os.execve(sys.executable, [sys.executable, "-m", f"{PACKAGE}.demo", *arguments], environment())


COMMANDS = (demo,)
