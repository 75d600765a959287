"""The person who approves: in the story, whatever passed the gate."""

from __future__ import annotations

from ...registry import promote


def act() -> None:
    """Approve the model in staging, if there is one."""
    if promote.version_of("staging") is not None:
        promote.approve(by="the story's approver", reason="it passed the gate")
