"""Reading a run back: all that is needed to make its model again. Nothing is written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from ..artifact.manifest import MANIFEST_FILE, Manifest
from ..errors import UserError
from .kept_rows import DIGEST_TAG
from .record import ARTIFACT, SCORES
from .tracking import (
    ENVIRONMENT,
    MODEL_NAME,
    client,
    download,
    has_artifact,
    machine,
    require_registry,
)


class RunError(UserError):
    """There is no such run, or it does not hold what is needed to make its model again."""


@dataclass(frozen=True)
class Origin:
    """Where a model comes from, as far as its run recorded it: of any release.

    Attributes:
        params: those that were chosen, as text; family, trials and seed are not among them.
        trials: None where they were not counted.
        clock: the time at which it looked at the data.
        manifest: of the artifact that it exported.
        rows_kept: whether it recorded which rows it was trained on; if not, its model can't be
            made again.
    """

    run_id: str
    family: str
    trials: int | None
    seed: int
    params: Mapping[str, str]
    git_commit: str
    clock: str
    manifest: Manifest
    rows_kept: bool


@dataclass(frozen=True)
class RecordedRun:
    """What a training run recorded.

    Attributes:
        params: those that were chosen, as text; family, trials and seed are not among them.
        metrics: of the `train`, `validation` and `test` rows, by `<part>.<name of the metric>`.
        environment: versions by package, `python` and `platform` among them.
        clock: the time at which it looked at the data.
        rows_digest: of the rows that it was trained on.
        test_scores: of the test rows in their order, shape [n].
        manifest: of the artifact that it exported.
    """

    run_id: str
    family: str
    trials: int
    seed: int
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    git_commit: str
    environment: Mapping[str, str]
    clock: str
    rows_digest: str
    test_scores: np.ndarray
    manifest: Manifest


def read_origin(version: int) -> Origin:
    """Return where a version comes from; what its release did not record is left open.

    Raises:
        RunError: it has no run, or its manifest is gone.
    """
    run = _find(str(version))
    tags, params = run.data.tags, dict(run.data.params)
    trials = params.pop("trials", None)
    with tempfile.TemporaryDirectory() as folder:
        _fetch(run, f"{ARTIFACT}/{MANIFEST_FILE}", Path(folder))
        manifest = Manifest.read(Path(folder))
    return Origin(
        run_id=run.info.run_id,
        family=params.pop("family"),
        trials=None if trials is None else int(trials),
        seed=int(params.pop("seed")),
        params=params,
        git_commit=tags["git_commit"],
        clock=tags["clock"],
        manifest=manifest,
        rows_kept=DIGEST_TAG in tags,
    )


def read_run(name: str) -> RecordedRun:
    """Return what the run that `name` stands for recorded.

    Args:
        name: the number of a model version, the id of a run, or the beginning of one id only.

    Raises:
        RunError: there is no such run, more than one, or it lacks a part; the message says which.
    """
    run = _find(name)
    tags, params = run.data.tags, dict(run.data.params)
    if DIGEST_TAG not in tags or "trials" not in params:
        raise RunError(f"run {run.info.run_id} did not record the rows that it was trained on")
    with tempfile.TemporaryDirectory() as folder:
        scores, environment, _ = (
            _fetch(run, path, Path(folder))
            for path in (SCORES, ENVIRONMENT, f"{ARTIFACT}/{MANIFEST_FILE}")
        )
        return RecordedRun(
            run_id=run.info.run_id,
            family=params.pop("family"),
            trials=int(params.pop("trials")),
            seed=int(params.pop("seed")),
            params=params,
            metrics={
                name: value
                for name, value in run.data.metrics.items()
                if name.split(".")[0] in ("train", "validation", "test")
            },
            git_commit=tags["git_commit"],
            environment=_versions(environment) | {name: tags[name] for name in machine()},
            clock=tags["clock"],
            rows_digest=tags[DIGEST_TAG],
            test_scores=pd.read_parquet(scores)["score"].to_numpy(),
            manifest=Manifest.read(Path(folder)),
        )


def _find(name: str) -> Run:
    require_registry()
    experiment = client().get_experiment_by_name(MODEL_NAME)
    if experiment is None:
        raise RunError(f"the registry has no runs of {MODEL_NAME}: run `make train`")
    version = _run_of_version(name)
    if version is None and not re.fullmatch("[0-9a-f]{1,32}", name):
        raise RunError(
            f"{name!r} is neither the number of a version nor the id of a run nor its beginning:"
            " RUN=3, or RUN=4f1c (`make ui` lists both)"
        )
    found = client().search_runs(
        [experiment.experiment_id],
        f"attributes.run_id LIKE '{version or name}%' AND params.family IS NOT NULL",
    )
    if not found:
        raise RunError(f"no version has the number, and no trained model the run, {name!r}")
    if len(found) > 1:
        ids = ", ".join(sorted(run.info.run_id for run in found)[:5])
        raise RunError(f"{len(found)} runs begin with {name!r}: {ids}. Give more of the id")
    return found[0]


def _run_of_version(name: str) -> str | None:
    if not re.fullmatch("[0-9]{1,9}", name):
        return None
    try:
        return client().get_model_version(MODEL_NAME, name).run_id
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _fetch(run: Run, path: str, folder: Path) -> Path:
    if not has_artifact(run.info.run_id, path):
        raise RunError(f"run {run.info.run_id} has no {path}: it broke off, or the file is gone")
    return download(run.info.run_id, path, folder)


def _versions(environment: Path) -> dict[str, str]:
    lines = environment.read_text(encoding="utf-8").splitlines()
    return {name: version for name, _, version in (line.partition("==") for line in lines)}
