"""Prefect: a pipeline runs as a flow, its stages as tasks, and a server records what ran.

Without PREFECT_API_URL a server starts with the first run, and ends with the process.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Flow, Task, get_client
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas import State as Reached
from prefect.client.schemas import TaskRun
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from prefect.context import FlowRunContext

from ...errors import UserError
from ...ops import log, progress
from .runs import RETRY_SECONDS, PipelineRun, StageRun, State, may_pass, name_of

Given = ParamSpec("Given")
Result = TypeVar("Result")
STATES: dict[StateType | None, State] = {
    StateType.COMPLETED: "passed",
    StateType.FAILED: "failed",
    StateType.CRASHED: "failed",
    StateType.CANCELLED: "failed",
}
"""What Prefect's states come to; each other one is of a run that goes on."""


class ServerAway(UserError):
    """The Prefect server can't be asked."""


def stage(retries: int = 0) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Make a stage of a function: a task within a run, and outside of one just the function.

    Tasks cache nothing: Prefect would pickle every data set and model to make a key of it.

    Args:
        retries: how often it is tried again, unless it ended in a mistake of the user's.
    """

    def made(function: Callable[Given, Result]) -> Callable[Given, Result]:
        recorded = Task(
            function,
            task_run_name=name_of(function),
            cache_policy=NO_CACHE,
            retries=retries,
            retry_delay_seconds=RETRY_SECONDS,
            retry_condition_fn=_retried,
        )

        @wraps(function)
        def called(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            within = FlowRunContext.get() is not None
            return recorded(*args, **kwargs) if within else function(*args, **kwargs)

        return called

    return made


def as_flow(pipeline: Callable[Given, Result]) -> Flow[Given, Result]:
    """Return the flow of a pipeline, of the same name."""
    return Flow(pipeline, name=name_of(pipeline))


def run(pipeline: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Run a pipeline, recorded, and return what it returns.

    Raises:
        ServerAway: the Prefect server can't be asked; nothing was begun.
    """
    # These log the traceback of what ends a run; whoever called is told, and once is enough.
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(log.is_news)
    progress.begin("starting Prefect")
    with _asking():
        return as_flow(pipeline)(*args, **kwargs)


def recorded(limit: int = 20) -> list[PipelineRun]:
    """Return the newest runs, the newest last.

    Raises:
        ServerAway: the Prefect server can't be asked.
    """
    with _asking(), get_client(sync_client=True) as client:
        found = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=limit)
        return [_recorded(each, client) for each in reversed(found)]


@contextmanager
def _asking() -> Generator[None]:
    """Let an error say what to do where a server is away."""
    # Prefect makes its folder, but not the one above it.
    Path(os.environ["PREFECT_HOME"]).parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except RuntimeError as error:
        if str(error).startswith("Failed to reach API at"):
            raise ServerAway(
                f"the Prefect server can't be reached: {error}. Start it, or mend PREFECT_API_URL; "
                "without that variable a run starts a server of its own"
            ) from error
        if str(error).startswith("Timed out while attempting to connect to ephemeral Prefect"):
            raise ServerAway(
                "the Prefect server that a run starts was not up in time: the machine is busy. Try "
                "again, with PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=600 if need be"
            ) from error
        raise


def _retried(task: Task[..., Any], run: TaskRun, state: Reached[Any]) -> bool:
    return may_pass(state.data)


def _recorded(found: FlowRun, client: SyncPrefectClient) -> PipelineRun:
    of_this = FlowRunFilter(id=FlowRunFilterId(any_=[found.id]))
    stages = client.read_task_runs(
        flow_run_filter=of_this, sort=TaskRunSort.EXPECTED_START_TIME_ASC
    )
    began = found.start_time or found.expected_start_time
    assert began is not None, "the server knows when a run is to begin"
    state = STATES.get(found.state_type, "running")
    message = found.state.message if found.state and state == "failed" else None
    return PipelineRun(
        client.read_flow(found.flow_id).name,
        found.parameters,
        state,
        began,
        found.end_time,
        (message or "").removeprefix("Flow run encountered an exception: "),
        tuple(
            StageRun(each.name, STATES.get(each.state_type, "running"), each.run_count)
            for each in stages
        ),
    )
