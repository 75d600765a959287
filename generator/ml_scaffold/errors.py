"""The errors that users see: what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ScaffoldError(Exception):
    """A command can't do what was asked; its text is written for the user."""

    exit_code = 2


class RunError(ScaffoldError):
    """What was asked was done, and found or ended in failure."""

    exit_code = 1


def visible(text: str) -> str:
    """Return `text` with escapes for what a terminal would act on or can't show."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` for the known word most like `word`, or nothing.

    Most like `metric` is what ends with it, `evaluation_metric`: the last word of a name says what
    it is, those before it which. Up to three such are named.
    """
    names = list(known)
    whole = [name for name in names if name.endswith(f"_{word}")]
    match = whole if 0 < len(whole) <= 3 else get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean {' or '.join(match)}?" if match else ""
