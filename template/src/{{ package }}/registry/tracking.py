"""The connection to MLflow, and runs with all that is needed to repeat them."""

from __future__ import annotations

import platform
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import mlflow
import structlog
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from ..design import Section, section
from ..errors import UserError
from ..ops import clock, locks
from ..ops.paths import ROOT
from ..settings import settings
from ..tools.tracking.address import address


class ProjectDesign(Section):
    """What the project is called, and whose it is."""

    name: str
    package: str
    owner: str


PROJECT = section("project", ProjectDesign)
MODEL_NAME = PROJECT.package
"""The name of the experiment and of the registered model."""
ENVIRONMENT = "environment.txt"
DRAFT = "draft-"
NO_COMMIT, DIRTY = "none", "-dirty"
CODE_DIFF = "code.diff"
"""What of a run with a dirty commit the commit does not hold; for `git apply`."""

_log = structlog.get_logger(stage="registry")


@cache
def client() -> MlflowClient:
    """Return a client of the tracking server, or of the sqlite database in the state folder."""
    uri = address() or _local_uri()
    mlflow.set_tracking_uri(uri)
    return MlflowClient(uri)


def _local_uri() -> str:
    database = settings().state_dir / "mlflow" / "mlflow.db"
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


def require_registry() -> None:
    """Raise a UserError where there is no registry: MLflow would make an empty one to read from."""
    database = settings().state_dir / "mlflow" / "mlflow.db"
    if address() is None and not database.exists():
        raise UserError(
            f"there is no registry at {database}: set APP_STATE_DIR to the state folder that has"
            " it, or APP_TRACKING_URI to its server"
        )


@cache
def experiment_id() -> str:
    """Return the id of this project's experiment, made when it does not exist yet."""
    found = client().get_experiment_by_name(MODEL_NAME)
    if found is not None:
        return found.experiment_id
    location = None
    if address() is None:
        location = (settings().state_dir / "mlflow" / "artifacts").as_uri()
    return client().create_experiment(MODEL_NAME, artifact_location=location)


@contextmanager
def run(name: str, tags: Mapping[str, str]) -> Generator[str]:
    """Open a run named after what it tries, yield its id, and close it as finished or failed.

    Runs that an earlier process left open, because it was killed, are closed first. That is safe
    in the state folder's own database, where one training runs at a time; a server has others.
    """
    identity = {
        "owner": PROJECT.owner,
        "git_commit": git_commit(),
        "clock": clock.now().isoformat(),
        **machine(),
    }
    if address() is None:
        _close_broken_off()
    entity = client().create_run(experiment_id(), run_name=name, tags={**identity, **tags})
    run_id = entity.info.run_id
    try:
        if identity["git_commit"].endswith(DIRTY):
            _log.warning("not_reproducible", because="files differ from the commit", kept=CODE_DIFF)
            _log_code_diff(run_id)
        yield run_id
    except BaseException:
        client().set_terminated(run_id, "FAILED")
        raise
    client().set_terminated(run_id, "FINISHED")


def _close_broken_off() -> None:
    for left in client().search_runs([experiment_id()], "attributes.status = 'RUNNING'"):
        client().set_terminated(left.info.run_id, "KILLED")
        _log.warning("an earlier run broke off", run=left.info.run_id, name=left.info.run_name)


def run_of(version: int) -> str:
    """Return the id of the run that made a model version."""
    run_id = client().get_model_version(MODEL_NAME, str(version)).run_id
    if run_id is None:
        raise UserError(f"version {version} of {MODEL_NAME} was registered without a run")
    return run_id


def log_values(
    run_id: str, params: Mapping[str, object], metrics: Mapping[str, float], tags: Mapping[str, str]
) -> None:
    """Log all values of a run in one request."""
    client().log_batch(
        run_id,
        metrics=[Metric(key, value, _milliseconds(), 0) for key, value in metrics.items()],
        params=[Param(key, str(value)) for key, value in params.items()],
        tags=[RunTag(key, value) for key, value in tags.items()],
    )


def _milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)


def git_commit() -> str:
    """Return the project's commit, with `-dirty` if files differ from it; `none` without git."""
    try:
        return subprocess.run(
            ["git", "describe", "--always", f"--dirty={DIRTY}", "--abbrev=40", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return NO_COMMIT


def _log_code_diff(run_id: str) -> None:
    command = ["git", "diff-index", "--patch", "--binary", "HEAD"]
    diff = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / CODE_DIFF
        path.write_bytes(diff)
        client().log_artifact(run_id, path)


def machine() -> dict[str, str]:
    """Return what of the environment is not a package: `python` and `platform`."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def environment() -> dict[str, str]:
    """Return the exact version of every installed package, by name."""
    found: dict[str, str] = {}
    for each in distributions():
        found.setdefault(each.metadata["Name"], each.version)  # the first is what is imported
    return found


def write_environment(path: Path) -> None:
    """Write the exact versions of all installed packages into `path`."""
    lines = sorted(f"{name}=={version}" for name, version in environment().items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def has_artifact(run_id: str, path: str) -> bool:
    """Say whether a run has the artifact `path`."""
    folder = str(Path(path).parent)
    listed = client().list_artifacts(run_id, None if folder == "." else folder)
    return path in {file.path for file in listed}


def download(run_id: str, path: str, folder: Path) -> Path:
    """Bring an artifact of a run into `folder`, whole or not at all, and return its file."""
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
