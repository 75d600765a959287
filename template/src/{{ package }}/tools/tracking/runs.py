"""MLflow's runs: what was tried, with what, and what it gave."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import mlflow
from mlflow import entities
from mlflow.entities import Metric, Param, RunTag
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from ...errors import UserError
from ...ops import clock
from . import address
from .connection import client, experiment_id, local_database

DRAFT = "draft-"
_MOST = 50_000
"""The largest number of runs that MLflow returns at once."""

State = Literal["RUNNING", "FINISHED", "FAILED", "KILLED"]


class RunError(UserError):
    """There is no such run, or it does not hold what is asked of it."""


@dataclass(frozen=True)
class Run:
    """What is recorded of a run beside its files."""

    run_id: str
    name: str
    state: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


def require() -> None:
    """Raise a UserError where nothing was ever recorded: to look would make an empty store."""
    if address() is None and not local_database().exists():
        raise UserError(
            f"there is no registry at {local_database()}: set APP_STATE_DIR to the state folder"
            " that has it, or APP_TRACKING_URI to its server"
        )


def open_run(name: str, tags: Mapping[str, str], parent: str | None = None) -> str:
    """Open a run, below `parent` if there is one, and return its id."""
    below = {"mlflow.parentRunId": parent} if parent else {}
    made = client().create_run(experiment_id(), run_name=name, tags={**tags, **below})
    return made.info.run_id


def close(run_id: str, state: State) -> None:
    """Say how a run ended."""
    client().set_terminated(run_id, state)


def abandoned() -> list[Run]:
    """Return the runs that are open while nobody else can be writing into them.

    In the state folder's own database one training runs at a time, so those that are open were
    broken off; a server has the runs of others.
    """
    return [] if address() else _found("attributes.status = 'RUNNING'")


def log(
    run_id: str,
    *,
    params: Mapping[str, object] | None = None,
    metrics: Mapping[str, float] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Record values of a run, all in one request."""
    now = int(clock.now().timestamp() * 1000)
    client().log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in (metrics or {}).items()],
        params=[Param(key, str(value)) for key, value in (params or {}).items()],
        tags=[RunTag(key, value) for key, value in (tags or {}).items()],
    )


def untag(run_id: str, tag: str) -> None:
    """Take a tag away that the run has."""
    client().delete_tag(run_id, tag)


def read(run_id: str) -> Run:
    """Return what is recorded of a run."""
    return _of(client().get_run(run_id))


def tagged(tag: str, value: str | None = None) -> list[Run]:
    """Return the runs that have a tag, or have it with this value, the newest first."""
    return _found(f"tags.{tag} IS NOT NULL" if value is None else f"tags.{tag} = '{value}'")


def beginning(text: str) -> list[Run]:
    """Return the runs whose id begins with `text`, hexadecimal digits."""
    return _found(f"attributes.run_id LIKE '{text}%'")


def keep(run_id: str, path: Path, folder: str = "") -> None:
    """Store a file, or all files of a folder, in `folder` of a run."""
    if path.is_dir():
        client().log_artifacts(run_id, str(path), folder or None)
    else:
        client().log_artifact(run_id, str(path), folder or None)


def keep_text(run_id: str, text: str, path: str) -> None:
    """Store a text as a file of a run."""
    client().log_text(run_id, text, path)


def holds(run_id: str, path: str) -> bool:
    """Say whether a run has this file."""
    folder = str(Path(path).parent)
    listed = client().list_artifacts(run_id, None if folder == "." else folder)
    return path in {file.path for file in listed}


def fetch(run_id: str, path: str, folder: Path) -> Path:
    """Bring a file of a run into `folder`, whole or not at all, and return where it is.

    Raises:
        RunError: the run has no such file.
    """
    if not holds(run_id, path):
        raise RunError(f"run {run_id} has no {path}: it broke off, or the file is gone")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / Path(path).name
    for left in folder.glob(f"{DRAFT}*"):  # a download that broke off
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder, prefix=DRAFT) as draft:
        local = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=path, dst_path=draft
        )
        Path(local).replace(target)
    return target


def drop(run_id: str, folder: str) -> None:
    """Delete a folder of a run and the files in it."""
    place = client().get_run(run_id).info.artifact_uri
    if place is not None:
        get_artifact_repository(place).delete_artifacts(folder)


def _found(query: str) -> list[Run]:
    newest = ["attributes.start_time DESC"]
    found = client().search_runs([experiment_id()], query, max_results=_MOST, order_by=newest)
    return [_of(run) for run in found]


def _of(run: entities.Run) -> Run:
    name, data = run.info.run_name or "", run.data
    return Run(run.info.run_id, name, run.info.status, data.params, data.metrics, data.tags)
