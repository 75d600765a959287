"""Promotion: what passed the gate waits in staging until a named person approves it.

The first model does, too: until then the fallback answers.
"""

from __future__ import annotations

import structlog

from ..contracts import Outcome
from ..registry import promote

CHALLENGER_ALIAS: str | None = None
"""The alias of what servers hold beside the champion: nothing."""

_log = structlog.get_logger(stage="promotion")


def consider() -> Outcome:
    """Say what waits in staging; only `approve` promotes it."""
    version = promote.version_of("staging")
    if version is None:
        return Outcome("none", None, "nothing is in staging")
    _log.info("a challenger waits for `make approve BY=<name>`", version=version)
    return Outcome("continue", version, "it waits for a person: `make approve` or `make reject`")
