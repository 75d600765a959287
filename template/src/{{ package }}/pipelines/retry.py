"""Retries: only what may pass is tried again."""

from __future__ import annotations

from typing import Any

from prefect import Task
from prefect.client.schemas import State, TaskRun

from ..errors import UserError


def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Say whether a failed task is worth another try: a mistake of the user's is not."""
    return not isinstance(state.data, UserError)
