"""The command line: every module here gives one command or more."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import typer

from ..errors import UserError
from ..ops import faults, log
from ..ops.paths import PACKAGE
from ..settings import settings


def application() -> typer.Typer:
    """Return the command line of this project."""
    app = typer.Typer(
        name=f"python -m {PACKAGE}",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in pkgutil.iter_modules(__path__):
        for function in import_module(f"{__name__}.{module.name}").COMMANDS:
            app.command()(function)
    return app


def main() -> None:
    """Run the command that was asked for; an error that the user can mend is one message.

    What is neither the user's to mend nor a known fault of the machine keeps its traceback.
    """
    try:
        state = settings().state_dir
        log.configure()
    except UserError as error:
        sys.exit(f"{error}")
    try:
        application()()
    except UserError as error:
        sys.exit(f"{error}")
    except Exception as error:
        told = faults.explain(error, state)
        if told is None:
            raise
        sys.exit(told)
