"""The connection to MLflow: its server, or a database of its own in the state folder."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

import mlflow
from mlflow import MlflowClient

from ...design import MODEL_NAME
from ...ops import locks
from ...settings import settings
from . import address


def local_database() -> Path:
    """Return the database that has the records where no server has them."""
    return settings().state_dir / "mlflow" / "mlflow.db"


@cache
def client() -> MlflowClient:
    """Return a client of the tracking server, or of the sqlite database in the state folder."""
    uri = address() or _local_uri()
    mlflow.set_tracking_uri(uri)
    return MlflowClient(uri)


@cache
def experiment_id() -> str:
    """Return the id of this project's experiment, made when it does not exist yet."""
    found = client().get_experiment_by_name(MODEL_NAME)
    if found is not None:
        return found.experiment_id
    location = None if address() else local_database().with_name("artifacts").as_uri()
    return client().create_experiment(MODEL_NAME, artifact_location=location)


def _local_uri() -> str:
    database = local_database()
    with locks.waiting(database.with_name("lock")):
        if not database.exists():
            _create(database)
    return f"sqlite:///{database}"


def _create(database: Path) -> None:
    """Make an empty database, whole or not at all: MLflow can't go on with half a schema."""
    for left in database.parent.glob("mlflow.db.draft*"):
        left.unlink()
    # A name of its own: MLflow keeps the connection to one that failed.
    draft = database.with_name(f"mlflow.db.draft-{secrets.token_hex(4)}")
    MlflowClient(f"sqlite:///{draft}").search_experiments(max_results=1)
    draft.replace(database)
