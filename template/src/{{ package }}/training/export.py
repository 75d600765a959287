"""Export: the fitted model as an artifact that every way of serving loads."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from ..artifact.manifest import MODEL_FILE, Manifest, Reference, describe, sha256
from ..artifact.scorer import INPUT, OUTPUT, Scorer, load, open_model, run
from ..contracts import Dataset, Scored, Split, TrainedModel
from ..errors import UserError
from ..kind import calibration
from ..kind.scores import OPTIONS, append_score, disagreement, margin
from ..kind.sight import effective_rows
from ..problem.model import score
from ..problem.schema import SNAPSHOT_EVERY
from .fit import save_native
from .split import latest


class FeaturesGoneError(UserError):
    """A model of the registry takes features that the schema no longer declares."""


@dataclass(frozen=True)
class Exported:
    """A model as servers have it, and what it made of rows on the way: each is scored once.

    Attributes:
        scorer: its files, verified and loaded.
        recent: the newest rows that it was fitted on; its reference distributions are theirs.
        tested: its scores of the test rows, float64 [n].
        reproduction_error: the `disagreement` between these and the native model's.
    """

    scorer: Scorer
    recent: Dataset
    tested: np.ndarray
    reproduction_error: float


def export(
    model: TrainedModel,
    parts: Split,
    folder: Path,
    *,
    name: str,
    run_id: str,
    git_commit: str,
    created: datetime,
) -> Exported:
    """Write `model`, fitted on what was known before the test: ONNX, native form, manifest.

    The manifest has no version yet: the registry gives it one. Whatever is compared with what is
    served comes from the exported file, whose scores may differ from the native model's in their
    last digits. The decision is calibrated on the test rows: the model has not seen them, and no
    others are as much like those to come. The reference distributions are those of the latest rows
    before, because drift is a change from when the model was trained.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = parts.known
    recent = latest(known, SNAPSHOT_EVERY)
    features = known.features.to_numpy(np.float32)
    content = onnx_file(model.native, features.shape[1])
    (folder / MODEL_FILE).write_bytes(content)
    save_native(model.native, folder)
    session = open_model(content)
    tested = run(session, parts.test.features.to_numpy(np.float32))
    names = list(known.features.columns)
    lately = recent.features.to_numpy(np.float32)
    references = {
        feature: Reference.of(column) for feature, column in zip(names, lately.T, strict=True)
    }
    scores = run(session, lately)
    Manifest(
        name=name,
        version=None,
        family=model.family,
        model_sha256=sha256(content),
        features=describe(features, names),
        decision_rule=calibration.decision_rule(Scored(parts.test.label, tested, None)),
        reference=references | {OUTPUT: Reference.of(scores, margin=margin(scores))},
        fallback=calibration.fallback_constants(features, known.label),
        run_id=run_id,
        git_commit=git_commit,
        data_digest=known.digest,
        created=created.isoformat(),
        reference_rows=effective_rows(recent.entity.value_counts().to_numpy()),
    ).write(folder)
    error = disagreement(score(model.native, parts.test.features), tested)
    return Exported(load(folder), recent, tested, error)


def onnx_file(estimator: Any, width: int) -> bytes:
    """Return the content of the model file: of the same estimator the same, byte for byte."""
    return to_onnx(estimator, width).SerializeToString(deterministic=True)


def to_onnx(estimator: Any, width: int) -> onnx.ModelProto:
    """Return `estimator` as ONNX: `features` float32 [n, width] in, `score` float32 [n] out."""
    if hasattr(estimator, "booster_"):
        import onnxmltools
        from onnxmltools.convert.common.data_types import FloatTensorType

        converted = onnxmltools.convert_lightgbm(
            estimator.booster_,
            name="model",  # by default a random one: no two exports of a model would be the same
            initial_types=[(INPUT, FloatTensorType([None, width]))],
            **OPTIONS,
        )
    else:
        from skl2onnx import to_onnx as convert
        from skl2onnx.common.data_types import FloatTensorType

        inputs: list[Any] = [(INPUT, FloatTensorType([None, width]))]
        converted = convert(estimator, initial_types=inputs, options=OPTIONS)
    return _only_score(converted)


def _only_score(model: onnx.ModelProto) -> onnx.ModelProto:
    """Reduce what a converter makes of a model's outputs to the score."""
    graph = model.graph
    append_score(graph, OUTPUT)
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, [None]))
    # The converters keep them in a set, whose order is another in each process.
    opsets = sorted(model.opset_import, key=lambda opset: (opset.domain, opset.version))
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    onnx.checker.check_model(model)
    return model


def exported_scores(scorer: Scorer, rows: Dataset) -> np.ndarray:
    """Return the artifact's scores of `rows`, shape [n], as it gives them in service.

    Raises:
        FeaturesGoneError: it takes features that the rows don't have.
    """
    names = list(scorer.manifest.feature_names)
    gone = [name for name in names if name not in rows.features]
    if gone:
        raise FeaturesGoneError(
            f"version {scorer.manifest.version} takes {', '.join(gone)}, which problem/schema.py no"
            " longer declares, so no other model can be compared with it: declare them again, or"
            " begin anew with a state_dir of its own"
        )
    return scorer.score(rows.features[names].to_numpy(np.float32))


def scoring_latency_ms(scorer: Scorer, rows: Dataset, calls: int = 500) -> float:
    """Return the 99th percentile of the time to score one row, in milliseconds."""
    features = rows.features.to_numpy(np.float32)
    taken = []
    for call in range(calls + 20):
        row = features[call % len(features)][None]
        begun = time.perf_counter_ns()
        scorer.score(row)
        taken.append(time.perf_counter_ns() - begun)
    return float(np.quantile(taken[20:], 0.99)) / 1e6
