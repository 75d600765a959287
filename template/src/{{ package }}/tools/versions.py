"""MLflow's registered model: its versions, their tags, and the aliases that they bear.

It lies where the runs are. Another tool brings a module of this name with the same functions and
`Version`. Of them this is asked: numbers go up from 1; an alias is borne by one version at most,
and given to another it leaves the first; what was written is read back at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import onnx
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from ..design import MODEL_NAME
from .tracking.connection import client


@dataclass(frozen=True)
class Version:
    """A version, and the run that made it."""

    number: int
    run_id: str | None
    tags: Mapping[str, str]


def register(run_id: str, model: Path) -> int:
    """Make the ONNX file `model` of a run a version, and return its number."""
    loaded = onnx.load(model)
    signature = ModelSignature(_schema(loaded.graph.input), _schema(loaded.graph.output))
    with mlflow.start_run(run_id=run_id, log_system_metrics=False):
        info = mlflow.onnx.log_model(
            loaded,
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


def find(number: int) -> Version | None:
    """Return the version with this number, or None."""
    try:
        return _of(client().get_model_version(MODEL_NAME, str(number)))
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def every() -> list[Version]:
    """Return all versions."""
    return [_of(each) for each in client().search_model_versions(f"name = '{MODEL_NAME}'")]


def tag(number: int, tags: Mapping[str, str]) -> None:
    """Give a version tags, in their order; one that it has gets the new value."""
    for key, value in tags.items():
        client().set_model_version_tag(MODEL_NAME, str(number), key, value)


def aliases() -> Mapping[str, int]:
    """Return which version bears which alias."""
    models = client().search_registered_models(f"name = '{MODEL_NAME}'")
    return {alias: int(number) for model in models for alias, number in model.aliases.items()}


def give(alias: str, number: int) -> None:
    """Let a version bear an alias, and no other."""
    client().set_registered_model_alias(MODEL_NAME, alias, str(number))


def take(alias: str) -> None:
    """Let nobody bear an alias, whether somebody did or not."""
    client().delete_registered_model_alias(MODEL_NAME, alias)


def _of(entity: ModelVersion) -> Version:
    return Version(int(entity.version), entity.run_id, entity.tags)


def _schema(values: Iterable[Any]) -> Schema:
    """Return names, types and shapes of a graph's inputs or outputs; -1 is any number of rows."""
    tensors = [(value.name, value.type.tensor_type) for value in values]
    return Schema(
        [
            TensorSpec(
                onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type),
                tuple(size.dim_value or -1 for size in tensor.shape.dim),
                name,
            )
            for name, tensor in tensors
        ]
    )
