"""The scorer: a verified artifact, loaded. Batch, service, stream and tests score through it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from ..declare import LARGEST, TOO_LARGE
from .manifest import MODEL_FILE, ArtifactError, Manifest, read_file, sha256

INPUT = "features"
OUTPUT = "score"


class InputError(ValueError):
    """A row does not fit the model's inputs; the message names the feature."""


@dataclass(frozen=True)
class Scorer:
    """A model in memory; thread-safe, and immutable so that it can be swapped as one reference."""

    manifest: Manifest
    session: ort.InferenceSession

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k] in model order."""
        return run(self.session, features)


def run(session: ort.InferenceSession, features: np.ndarray) -> np.ndarray:
    """Return the scores, float64 [n], of `features`, float32 [n, k] in model order."""
    (scores,) = session.run([OUTPUT], {INPUT: features})
    return np.asarray(scores, dtype=np.float64)


def encode(rows: Sequence[Mapping[str, float | None]], names: Sequence[str]) -> np.ndarray:
    """Return `rows` as float32 [n, len(names)], NaN for None.

    Raises:
        InputError: a feature is absent, unknown, not a number or not finite as float32.
    """
    matrix = np.empty((len(rows), len(names)), dtype=np.float32)
    for index, row in enumerate(rows):
        if len(row) != len(names) or not row.keys() <= set(names):
            raise InputError(_name_mismatch(index, row, names))
        for column, name in enumerate(names):
            value = row[name]
            if value is None:
                matrix[index, column] = np.nan
            elif type(value) is not int and not (type(value) is float and math.isfinite(value)):
                raise InputError(f"row {index}: {name} must be a finite number or null")
            elif abs(value) > LARGEST:
                raise InputError(f"row {index}: {name} is {TOO_LARGE}")
            else:
                matrix[index, column] = value
    return matrix


def _name_mismatch(index: int, row: Mapping[str, object], names: Sequence[str]) -> str:
    absent = [name for name in names if name not in row]
    unknown = sorted(set(row) - set(names))
    parts = [f"lacks {', '.join(absent)}"] if absent else []
    if unknown:
        parts.append(f"has unknown {', '.join(map(repr, unknown))}")
    return f"row {index}: {' and '.join(parts)}"


def load(folder: Path, manifest_sha256: str | None = None) -> Scorer:
    """Verify the artifact in `folder` and load it; nothing is opened before its hash is right.

    Raises:
        ArtifactError: a part is missing, altered or unusable; the message names it.
    """
    manifest, model = _read(folder, manifest_sha256)
    path = folder / MODEL_FILE
    try:
        session = open_model(model)
    except Exception as error:
        raise ArtifactError(f"{path} can't be loaded: {error}") from error
    inputs = [(tensor.name, tensor.shape[1:]) for tensor in session.get_inputs()]
    outputs = [tensor.name for tensor in session.get_outputs()]
    if inputs != [(INPUT, [len(manifest.features)])] or outputs != [OUTPUT]:
        raise ArtifactError(f"{path} does not take the manifest's features: {inputs} -> {outputs}")
    return Scorer(manifest, session)


def open_model(content: bytes) -> ort.InferenceSession:
    """Return the model whose file holds `content`, for one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def verify(folder: Path, manifest_sha256: str) -> None:
    """Check the files of the artifact in `folder` without loading the model.

    Raises:
        ArtifactError: a part is missing or altered; the message names it.
    """
    _read(folder, manifest_sha256)


def _read(folder: Path, manifest_sha256: str | None) -> tuple[Manifest, bytes]:
    manifest = Manifest.read(folder, manifest_sha256)
    model = read_file(folder, MODEL_FILE)
    if sha256(model) != manifest.model_sha256:
        raise ArtifactError(f"{folder / MODEL_FILE} was altered: its hash is not the manifest's")
    return manifest, model
