"""The model card, docs/model_card.md: a command writes its figures, people write the rest."""

from __future__ import annotations

import re

import typer

from ..errors import UserError
from ..ops.paths import ROOT

PAGE = ROOT / "docs" / "model_card.md"
BEGIN = "<!-- The figures: `make card` writes what stands from here -->"
END = "<!-- to here -->"
TO_WRITE = "**To write:**"
"""What a section begins with that still needs a person."""


class CardError(UserError):
    """The page is not there, or there is no place in it for the figures."""


def card() -> None:
    """Write the champion's figures into docs/model_card.md, and name what people must write."""
    from ..ops import progress

    with progress.counting():
        progress.begin("loading the tools")
        from ..registry.card import of_champion, text

        page = read()
        champion = of_champion()
    written = filled(page, text(champion))
    PAGE.write_text(written, encoding="utf-8")
    typer.echo(f"version {champion.version} is described in {PAGE}")
    if champion.missing:
        typer.echo(f"not recorded by the release that trained it: {', '.join(champion.missing)}")
    for section in unwritten(written):
        typer.echo(f"still to write: {section}")


def read() -> str:
    """Return the page.

    Raises:
        CardError: it can't be read.
    """
    try:
        return PAGE.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"{PAGE} can't be read: {error}; `git checkout` brings it back") from error


def filled(page: str, figures: str) -> str:
    """Return `page` with `figures` in the place of those that stood there.

    Raises:
        CardError: the two lines that mark the place are not there once each, in their order.
    """
    before, begin, rest = page.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not (begin and end) or BEGIN in after or END in before + after:
        raise CardError(
            f"{PAGE} must have each of these lines once, in this order, where the figures go:"
            f"\n{BEGIN}\n{END}"
        )
    return f"{before}{begin}\n{figures}\n\n{end}{after}"


def unwritten(page: str) -> list[str]:
    """Return the headings of the sections that still need a person."""
    _, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    return [section.splitlines()[0].strip() for section in sections if TO_WRITE in section]


COMMANDS = (card,)
