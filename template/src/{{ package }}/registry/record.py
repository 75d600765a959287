"""Recording: a model as a run, its trials as child runs, its artifact as a model version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import mlflow
import numpy as np
import onnx
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from ..artifact.manifest import MANIFEST_FILE, MODEL_FILE, ArtifactError, Manifest
from ..artifact.scorer import INPUT, OUTPUT
from ..contracts import Evaluation, TrainedModel, Trial
from .tracking import (
    ENVIRONMENT,
    MODEL_NAME,
    client,
    download,
    experiment_id,
    log_values,
    run_of,
    write_environment,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ARTIFACT = "artifact"
REFERENCE = "reference"
SCORES = "scores/test.parquet"
MANIFEST_TAG = "manifest_sha256"


def record(
    run_id: str,
    model: TrainedModel,
    evaluations: Mapping[str, Evaluation],
    folder: Path,
    plots: Mapping[str, Figure],
    reference_rows: pd.DataFrame,
    tested: pd.DataFrame,
) -> int:
    """Log a trained model into its run, register it, and return the version.

    Args:
        evaluations: of the train, validation and test rows and of what it is compared with.
        folder: the exported artifact; its manifest gets the version.
        reference_rows: features of recent training rows for drift reports; not part of what is
            served.
        tested: entity, time and score of each test row, so that a model made again can be compared
            row by row.
    """
    manifest = Manifest.read(folder)
    for trial in model.trials:
        _record_trial(run_id, trial)
    log_values(
        run_id,
        params={
            "family": model.family,
            "trials": len(model.trials),
            "seed": model.seed,
            **model.params,
        },
        metrics=metrics_by_part(evaluations),
        tags={"data_digest": manifest.data_digest}
        | {f"rows_digest.{part}": each.rows_digest for part, each in evaluations.items()},
    )
    for name, figure in plots.items():
        client().log_figure(run_id, figure, f"plots/{name}.png")
    version = _register(run_id, manifest, folder)
    replace(manifest, version=version).write(folder)
    write_environment(folder.parent / ENVIRONMENT)
    reference_rows.to_parquet(folder.parent / "reference.parquet")
    client().log_artifact(run_id, folder.parent / ENVIRONMENT)
    client().log_artifact(run_id, folder.parent / "reference.parquet", REFERENCE)
    scores = folder.parent / Path(SCORES).name
    tested.to_parquet(scores)
    client().log_artifact(run_id, scores, str(Path(SCORES).parent))
    client().log_artifacts(run_id, str(folder), ARTIFACT)
    digest = hashlib.sha256((folder / MANIFEST_FILE).read_bytes()).hexdigest()
    client().set_model_version_tag(MODEL_NAME, str(version), MANIFEST_TAG, digest)
    client().set_registered_model_alias(MODEL_NAME, "candidate", str(version))
    return version


def metrics_by_part(evaluations: Mapping[str, Evaluation]) -> dict[str, float]:
    """Return the metrics of each part under the names that a run has for them."""
    return {
        f"{part}.{name}": value
        for part, each in evaluations.items()
        for name, value in {
            **each.metrics,
            "rows": each.rows,
            **{f"slice.{name}": value for name, value in each.slices.items()},
        }.items()
    }


def _register(run_id: str, manifest: Manifest, folder: Path) -> int:
    width = len(manifest.features)
    signature = ModelSignature(
        inputs=Schema([TensorSpec(np.dtype(np.float32), (-1, width), INPUT)]),
        outputs=Schema([TensorSpec(np.dtype(np.float32), (-1,), OUTPUT)]),
    )
    with mlflow.start_run(run_id=run_id, log_system_metrics=False):
        info = mlflow.onnx.log_model(
            onnx.load(folder / MODEL_FILE),
            name="model",
            signature=signature,
            # Given, because finding them out takes seconds.
            pip_requirements=["onnxruntime", "numpy"],
        )
    try:
        client().create_registered_model(MODEL_NAME)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    source = f"models:/{info.model_id}"
    made = client().create_model_version(MODEL_NAME, source, run_id, model_id=info.model_id)
    return int(made.version)


def _record_trial(parent: str, trial: Trial) -> None:
    child = client().create_run(
        experiment_id(), run_name=f"trial-{trial.number}", tags={"mlflow.parentRunId": parent}
    )
    scores = {f"fold_{index}": value for index, value in enumerate(trial.fold_scores)}
    if trial.score is not None:
        scores["score"] = trial.score
    log_values(child.info.run_id, trial.params, scores, {"state": trial.state})
    client().set_terminated(child.info.run_id, "FAILED" if trial.state == "failed" else "FINISHED")


def registered_hash(version: int) -> str:
    """Return the hash that the manifest of a version had when it was registered.

    Raises:
        ArtifactError: the version has none, because its training broke off.
    """
    tags = client().get_model_version(MODEL_NAME, str(version)).tags
    if MANIFEST_TAG not in tags:
        raise ArtifactError(
            f"version {version} of {MODEL_NAME} is not whole, for its training broke off: "
            "take its alias away in MLflow's page (`make ui`), and run `make train`"
        )
    return tags[MANIFEST_TAG]


def fetch(version: int, folder: Path) -> None:
    """Download what is served of a version into `folder`.

    The files are not verified here: `artifact.load` does that with the registered hash.
    """
    for file in (MANIFEST_FILE, MODEL_FILE):
        download(run_of(version), f"{ARTIFACT}/{file}", folder)


def reference_rows(version: int, folder: Path) -> pd.DataFrame:
    """Return the reference rows of a version, downloaded into `folder`."""
    import pandas as pd

    return pd.read_parquet(download(run_of(version), f"{REFERENCE}/reference.parquet", folder))


def metrics_of(version: int) -> Mapping[str, float]:
    """Return the logged metrics of a version, such as `test.<name of the primary metric>`."""
    return client().get_run(run_of(version)).data.metrics
