"""The error that a user can mend: its message says what is wrong, where, and what to do."""

from __future__ import annotations


class UserError(Exception):
    """Shown by the commands as one message, without a traceback."""
