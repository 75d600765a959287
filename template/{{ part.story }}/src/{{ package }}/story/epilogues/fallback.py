"""The model file is damaged: the rule answers."""

from __future__ import annotations

from typing import Any

from ..channel import Channel
from ..timeline import Step

NAME = "The model file is damaged"
ROWS = 200


def live(channel: Channel, step: Step) -> dict[str, Any]:
    """Damage the champion's file, ask, and return the counts."""
    requests = channel.corrupt(ROWS)
    step.headline = (
        f"{requests.fallback:,} of {requests.answered:,} answers by the rule,"
        f" {requests.failed} failed"
    )
    return requests.to_dict() | {"cause": "corrupt", "requests": requests.sent}
