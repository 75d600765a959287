"""What became of a challenger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Outcome:
    """The verdict on the challenger in staging.

    Attributes:
        verdict: `none` where there is no challenger, `continue` while it waits, `hold` where its
            test has ended and a person decides.
        version: the challenger's.
        test: every figure of its A/B test, if there is one.
    """

    verdict: Literal["promote", "roll_back", "hold", "continue", "none"]
    version: int | None
    reason: str
    test: Mapping[str, Any] = field(default_factory=dict)
