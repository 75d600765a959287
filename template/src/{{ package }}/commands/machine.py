"""The tools' own pages."""

from __future__ import annotations

import typer


def ui() -> None:
    """Show the tools' own pages in the browser, until Ctrl-C."""
    from ..tools.pages import main

    raise typer.Exit(main())


COMMANDS = (ui,)
