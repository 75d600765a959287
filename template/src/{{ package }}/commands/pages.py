"""What people look at: the model card, and the tools' own pages."""

from __future__ import annotations

import typer


def card() -> None:
    """Write the champion's figures into docs/model_card.md, and name what people must write."""
    from ..ops import progress
    from ..registry import card_page

    with progress.counting():
        progress.begin("loading the tools")
        from ..registry.card import of_champion, text

        page = card_page.read()
        champion = of_champion()
    written = card_page.filled(page, text(champion))
    card_page.PAGE.write_text(written, encoding="utf-8")
    typer.echo(f"version {champion.version} is described in {card_page.PAGE}")
    if champion.missing:
        typer.echo(f"not recorded by the release that trained it: {', '.join(champion.missing)}")
    for section in card_page.unwritten(written):
        typer.echo(f"still to write: {section}")


def ui() -> None:
    """Show the tools' own pages in the browser, until Ctrl-C."""
    from ..tools.pages import main

    raise typer.Exit(main())


COMMANDS = (card, ui)
