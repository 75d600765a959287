"""The error that a user can mend: its message says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class UserError(Exception):
    """Shown by the commands as one message, without a traceback."""


def describe(wrong: ErrorDetails, known: Iterable[str]) -> str:
    """Return in words what pydantic found wrong with a key; `known` are the keys there are."""
    if wrong["type"] == "extra_forbidden":
        return f"there is no such key; there are {', '.join(known)}"
    if wrong["type"] == "missing":
        return "it is missing"
    return f"{wrong['msg']}, not {wrong['input']!r}"
