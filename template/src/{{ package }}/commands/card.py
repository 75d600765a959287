"""The model card."""

from __future__ import annotations

import typer


def card() -> None:
    """Write the champion's figures into docs/model_card.md, and name what people must write."""
    from .. import model_card, progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..registry.card import of_champion
        from ..registry.card_text import text

        page = model_card.read()
        champion = of_champion()
    written = model_card.filled(page, text(champion))
    model_card.PAGE.write_text(written, encoding="utf-8")
    typer.echo(f"version {champion.version} is described in {model_card.PAGE}")
    if champion.missing:
        typer.echo(f"not recorded by the release that trained it: {', '.join(champion.missing)}")
    for section in model_card.unwritten(written):
        typer.echo(f"still to write: {section}")


COMMANDS = (card,)
