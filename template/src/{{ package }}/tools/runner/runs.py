"""What a runner records of each run of a pipeline, and when it tries a stage again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ...errors import UserError

RETRY_SECONDS = 2.0
"""How long a runner waits before it tries a stage again."""
State = Literal["running", "passed", "failed"]
"""What became of a run; one whose process was killed goes on saying `running`."""


@dataclass(frozen=True)
class StageRun:
    """A stage within a run, with how often it was tried."""

    name: str
    state: State
    attempts: int


@dataclass(frozen=True)
class PipelineRun:
    """One run of a pipeline.

    Attributes:
        name: the pipeline's.
        arguments: all of them, as JSON has them.
        end: None while it runs.
        error: what ended a run that failed, with its type; else empty.
        stages: in the order in which they began.
    """

    name: str
    arguments: Mapping[str, Any]
    state: State
    start: datetime
    end: datetime | None
    error: str
    stages: tuple[StageRun, ...]


def name_of(function: Callable[..., object]) -> str:
    """Return what records call a pipeline or a stage: as its function is called."""
    return str(getattr(function, "__name__", function))


def may_pass(error: object) -> bool:
    """Say whether what ended in `error` is worth another try: a mistake of the user's is not."""
    return not isinstance(error, UserError)
