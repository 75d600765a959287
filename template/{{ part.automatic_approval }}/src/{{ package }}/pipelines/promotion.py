"""Promotion: what passed the gate becomes the champion at once."""

from __future__ import annotations

from ..contracts import Outcome
from ..registry import promote

CHALLENGER_ALIAS: str | None = None
"""The alias of what servers hold beside the champion: nothing."""


def consider() -> Outcome:
    """Promote the challenger in staging, if there is one."""
    if promote.version_of("staging") is None:
        return Outcome("none", None, "nothing is in staging")
    reason = "it passed the gate"
    return Outcome("promote", promote.approve(by="gate", reason=reason), reason)
