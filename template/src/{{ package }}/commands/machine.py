"""What concerns the machine: its state, and the tools' own pages."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Say what this machine lacks and how to get it."""
    from ..doctor import main

    raise typer.Exit(main())


def ui() -> None:
    """Show MLflow, Prefect, Feast and Optuna in the browser, until Ctrl-C."""
    from ..ui import main

    raise typer.Exit(main())


COMMANDS = (doctor, ui)
