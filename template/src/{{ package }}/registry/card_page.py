"""docs/model_card.md as text: the part that a command writes, and the parts that people do."""

from __future__ import annotations

import re

from ..errors import UserError
from ..ops.paths import ROOT

PAGE = ROOT / "docs" / "model_card.md"
BEGIN = "<!-- The figures: `make card` writes what stands from here -->"
END = "<!-- to here -->"
TO_WRITE = "**To write:**"
"""What a section begins with that still needs a person."""


class CardError(UserError):
    """The page is not there, or there is no place in it for the figures."""


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
