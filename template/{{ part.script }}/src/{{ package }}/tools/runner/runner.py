"""Plain commands: a pipeline runs in the process that was started, and a file records its run.

By hand or by deploy/crontab; `runs/` of the state folder has the files.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import structlog
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from ...settings import settings
from .runs import RETRY_SECONDS, PipelineRun, StageRun, State, may_pass, name_of

Given = ParamSpec("Given")
Result = TypeVar("Result")
_FILE = TypeAdapter(PipelineRun)
_log = structlog.get_logger(stage="runner")


class Record:
    """The file of one run, written anew with each change."""

    def __init__(self, pipeline: str, arguments: Mapping[str, Any]) -> None:
        """Record that a run begins."""
        told, now = to_jsonable_python(arguments), datetime.now(UTC)
        self._run = PipelineRun(pipeline, told, "running", now, None, "", ())
        self._path = _folder() / f"{now:%Y%m%dT%H%M%S.%f}-{pipeline}-{uuid4().hex[:6]}.json"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write()

    def begin(self, stage: str) -> int:
        """Record that a stage begins; return its place."""
        stages = self._run.stages
        self._run = replace(self._run, stages=(*stages, StageRun(stage, "running", 1)))
        self._write()
        return len(stages)

    def change(self, place: int, state: State, attempts: int) -> None:
        """Record what became of the stage at `place`."""
        stages = list(self._run.stages)
        stages[place] = replace(stages[place], state=state, attempts=attempts)
        self._run = replace(self._run, stages=tuple(stages))
        self._write()

    def end(self, error: BaseException | None) -> None:
        """Record that the run has ended, and in what."""
        told = f"{type(error).__name__}: {error}" if error else ""
        state, now = "failed" if error else "passed", datetime.now(UTC)
        self._run = replace(self._run, state=state, end=now, error=told)
        self._write()

    def _write(self) -> None:
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(_FILE.dump_json(self._run))
        draft.replace(self._path)


_current: ContextVar[Record | None] = ContextVar("record", default=None)
"""The record of the run that goes on here, if one does."""


def stage(retries: int = 0) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Make a stage of a function: recorded within a run, and outside of one just the function.

    Args:
        retries: how often it is tried again, unless it ended in a mistake of the user's.
    """

    def made(function: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(function)
        def called(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            record = _current.get()
            if record is None:
                return function(*args, **kwargs)
            place, attempt = record.begin(name_of(function)), 1
            while True:
                try:
                    result = function(*args, **kwargs)
                except BaseException as error:
                    if not (isinstance(error, Exception) and may_pass(error)) or attempt > retries:
                        record.change(place, "failed", attempt)
                        raise
                    _log.warning("trying again", tried=name_of(function), error=f"{error}")
                else:
                    record.change(place, "passed", attempt)
                    return result
                time.sleep(RETRY_SECONDS)
                attempt += 1

        return called

    return made


def run(pipeline: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Run a pipeline, recorded, and return what it returns."""
    given = inspect.signature(pipeline).bind(*args, **kwargs)
    given.apply_defaults()
    with _recording(Record(name_of(pipeline), given.arguments)):
        return pipeline(*args, **kwargs)


def recorded(limit: int = 20) -> list[PipelineRun]:
    """Return the newest runs, the newest last."""
    newest = sorted(_folder().glob("*.json"))[-limit:]
    return [_FILE.validate_json(path.read_bytes()) for path in newest]


@contextmanager
def _recording(record: Record) -> Generator[None]:
    token = _current.set(record)
    try:
        yield
    except BaseException as error:
        record.end(error)
        raise
    else:
        record.end(None)
    finally:
        _current.reset(token)


def _folder() -> Path:
    return settings().state_dir / "runs"
