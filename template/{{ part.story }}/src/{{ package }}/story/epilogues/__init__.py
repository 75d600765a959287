"""What follows when quality is restored: what a module here tells; last, the rule answers."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from ..channel import Channel
from ..timeline import Timeline

ROWS = 200
"""So many are asked for after the model's file was damaged."""


def live(channel: Channel, timeline: Timeline) -> dict[str, dict[str, Any]]:
    """Live through all of it, and return what each found, by its name."""
    told = {}
    for found in pkgutil.iter_modules(__path__):
        epilogue = import_module(f".{found.name}", __name__)
        with timeline.step(epilogue.NAME) as step:
            told[found.name] = epilogue.live(channel, step)
    with timeline.step("The model file is damaged") as step:
        requests = channel.corrupt(ROWS)
        step.headline = (
            f"{requests.fallback:,} of {requests.answered:,} answers by the rule,"
            f" {requests.failed} failed"
        )
    told["fallback"] = requests.to_dict() | {"cause": "corrupt", "requests": requests.sent}
    return told
