"""Reproduction: a recorded choice, made again from its own rows and compared with what it gave.

It only reads from the registry, and its study goes into a folder that is thrown away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from ..contracts import Dataset, Split, TrainedModel
from ..declare import measures
from ..ops import progress
from ..problem import metric
from ..problem.model import FAMILIES
from ..problem.schema import FEATURES
from ..registry import kept_rows, provenance, record
from ..registry.kept_rows import KeptRowsError
from ..registry.recorded import RecordedRun
from ..training import choose, evaluate, export, split
from ..training.export import Exported
from . import differences
from .differences import Finding


def reproduce(recorded: RecordedRun, seed: int | None = None) -> Iterator[Finding]:
    """Compare code, environment, seed and data, then choose and fit again and compare the results.

    Each finding comes as soon as it is made: what differs is told before what may fail for it.

    Args:
        seed: instead of the recorded one, to see what the seed alone changes.

    Raises:
        SplitError: this code can't cut the rows.
    """
    seed = recorded.seed if seed is None else seed
    yield differences.code(recorded.git_commit, provenance.git_commit())
    yield differences.environment(
        recorded.environment, provenance.environment() | provenance.machine()
    )
    yield differences.seed(recorded.seed, seed)
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = kept_rows.restore(recorded.rows_digest, Path(folder))
        except KeptRowsError as error:
            yield Finding("data", "differs", f"{error}")
            yield Finding("scores", "unknown", "there are no rows to train on")
            return
        yield Finding("data", "same", f"{len(rows):,} rows, snapshot {rows.digest}")
        obstacle = _obstacle(recorded, rows)
        if obstacle:
            yield Finding("scores", "unknown", obstacle)
            return
        parts = split.by_time(rows)
        model, _ = choose.choose(
            recorded.family,
            recorded.trials,
            seed,
            parts,
            measures(metric).primary,
            recorded.run_id,
            Path(folder) / "journal.log",
            lambda done, total: progress.report("tuning", done, total),
        )
        exported = _export(recorded, model, parts, Path(folder) / "artifact")
    yield from _results(recorded, model, exported, parts)


def _obstacle(recorded: RecordedRun, rows: Dataset) -> str:
    if recorded.family not in FAMILIES:
        return f"this code has no family {recorded.family!r}"
    if tuple(rows.features.columns) != FEATURES:
        return "this code's features are not those of the run"
    return ""


def _export(recorded: RecordedRun, model: TrainedModel, parts: Split, folder: Path) -> Exported:
    then = recorded.manifest
    return export.export(
        model,
        parts,
        folder,
        name=then.name,
        run_id=then.run_id,
        git_commit=then.git_commit,
        created=datetime.fromisoformat(then.created),
    )


def _results(
    recorded: RecordedRun, model: TrainedModel, exported: Exported, parts: Split
) -> Iterator[Finding]:
    then, now = recorded.manifest, exported.scorer.manifest
    chosen = {name: str(value) for name, value in model.params.items()}
    yield differences.params(recorded.params, chosen)
    evaluations = evaluate.evaluate_parts(model, parts, exported.tested, measures(metric))
    metrics = record.metrics_by_part(evaluations)
    yield differences.metrics(
        {**recorded.metrics, **asdict(then.decision_rule)}, {**metrics, **asdict(now.decision_rule)}
    )
    yield differences.scores(recorded.test_scores, exported.tested)
    yield differences.model_file(then.model_sha256, now.model_sha256)
