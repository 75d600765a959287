"""What concerns the machine: its state, and the tools' own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..errors import UserError

if TYPE_CHECKING:
    from ..ops.doctor import Finding


def doctor() -> None:
    """Say what this machine lacks and how to get it."""
    from ..ops.doctor import main

    raise typer.Exit(main([tracking(), model_card()]))


def tracking() -> Finding:
    """Say where runs and models are recorded."""
    from ..ops.doctor import Finding
    from ..tools.tracking.address import address

    try:
        return Finding("tracking", address() or "a database in the state folder", "ok")
    except UserError as error:
        return Finding("tracking", str(error), "note", "set APP_TRACKING_URI in .env")


def model_card() -> Finding:
    """Say whether people have written their sections of the model card."""
    from ..ops.doctor import Finding
    from ..ops.paths import ROOT
    from ..registry.card_page import PAGE, read, unwritten

    try:
        left = unwritten(read())
    except UserError as error:
        return Finding("model card", "can't be read", "note", str(error))
    if left:
        remedy = f"a person must write what {PAGE.relative_to(ROOT)} asks for there"
        return Finding("model card", f"not written: {', '.join(left)}", "note", remedy)
    return Finding("model card", "every section is written", "ok")


def ui() -> None:
    """Show the tools' own pages in the browser, until Ctrl-C."""
    from ..tools.pages import main

    raise typer.Exit(main())


COMMANDS = (doctor, ui)
