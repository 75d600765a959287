"""The command line: every module of `commands` gives one command or more."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import typer
from pydantic import ValidationError

from . import commands, log
from .errors import UserError
from .paths import PACKAGE


def application() -> typer.Typer:
    """Return the command line of this project."""
    app = typer.Typer(
        name=f"python -m {PACKAGE}",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in pkgutil.iter_modules(commands.__path__):
        for function in import_module(f"{commands.__name__}.{module.name}").COMMANDS:
            app.command()(function)
    return app


def main() -> None:
    """Run the command that was asked for; an error that the user can mend is one message."""
    try:
        log.configure()
        application()()
    except ValidationError as error:
        sys.exit(f"config/settings.yml, .env or an APP_ variable is wrong: {error}")
    except UserError as error:
        sys.exit(f"{error}")
