"""Reading a run back: all that is needed to make its model again. Nothing is written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..artifact.manifest import MANIFEST_FILE, Manifest
from ..errors import UserError
from ..tools.registry import versions
from ..tools.tracking import runs
from ..tools.tracking.runs import Run
from . import provenance
from .kept_rows import DIGEST_TAG
from .record import ARTIFACT, ENVIRONMENT, SCORES


class RunError(UserError):
    """There is no such run, or it does not hold what is needed to make its model again."""


@dataclass(frozen=True)
class Origin:
    """Where a model comes from, as far as its run recorded it: of any release.

    Attributes:
        params: those that were chosen, as text; family, trials and seed are not among them.
        trials: None where they were not counted.
        clock: the time at which it looked at the data.
        rows_digest: of the rows that it was trained on; None where none were recorded, so that its
            model can't be made again.
        manifest: of the artifact that it exported.
    """

    run_id: str
    family: str
    trials: int | None
    seed: int
    params: Mapping[str, str]
    git_commit: str
    clock: str
    rows_digest: str | None
    manifest: Manifest


@dataclass(frozen=True)
class RecordedRun(Origin):
    """All that is needed to make a model again, and what it gave then.

    Attributes:
        metrics: of the `train`, `validation` and `test` rows, by `<part>.<name of the metric>`.
        environment: versions by package, `python` and `platform` among them.
        test_scores: of the test rows in their order, shape [n].
    """

    trials: int
    rows_digest: str
    metrics: Mapping[str, float]
    environment: Mapping[str, str]
    test_scores: np.ndarray


def read_origin(version: int) -> Origin:
    """Return where a version comes from; what its release did not record is left open.

    Raises:
        RunError: it has no run, or its manifest is gone.
    """
    return _origin(_find(str(version)))


def read_run(name: str) -> RecordedRun:
    """Return what the run that `name` stands for recorded.

    Args:
        name: the number of a model version, the id of a run, or the beginning of one id only.

    Raises:
        RunError: there is no such run, more than one, or it lacks a part; the message says which.
    """
    run = _find(name)
    if DIGEST_TAG not in run.tags or "trials" not in run.params:
        raise RunError(f"run {run.run_id} did not record the rows that it was trained on")
    with tempfile.TemporaryDirectory() as folder:
        scores = pd.read_parquet(_fetch(run, SCORES, Path(folder)))["score"].to_numpy()
        packages = _versions(_fetch(run, ENVIRONMENT, Path(folder)))
    return RecordedRun(
        **vars(_origin(run)),
        metrics={
            name: value
            for name, value in run.metrics.items()
            if name.split(".")[0] in ("train", "validation", "test")
        },
        environment=packages | {name: run.tags[name] for name in provenance.machine()},
        test_scores=scores,
    )


def _origin(run: Run) -> Origin:
    chosen = dict(run.params)
    trials = chosen.pop("trials", None)
    with tempfile.TemporaryDirectory() as folder:
        _fetch(run, f"{ARTIFACT}/{MANIFEST_FILE}", Path(folder))
        manifest = Manifest.read(Path(folder))
    return Origin(
        run_id=run.run_id,
        family=chosen.pop("family"),
        trials=None if trials is None else int(trials),
        seed=int(chosen.pop("seed")),
        params=chosen,
        git_commit=run.tags["git_commit"],
        clock=run.tags["clock"],
        rows_digest=run.tags.get(DIGEST_TAG),
        manifest=manifest,
    )


def _find(name: str) -> Run:
    runs.require()
    version = versions.find(int(name)) if re.fullmatch("[0-9]{1,9}", name) else None
    run_id = version.run_id if version else None
    if run_id is None and not re.fullmatch("[0-9a-f]{1,32}", name):
        raise RunError(
            f"{name!r} is neither the number of a version nor the id of a run nor its beginning:"
            " RUN=3, or RUN=4f1c (`make ui` lists both)"
        )
    found = [run for run in runs.beginning(run_id or name) if "family" in run.params]
    if not found:
        raise RunError(f"no version has the number, and no trained model the run, {name!r}")
    if len(found) > 1:
        ids = ", ".join(sorted(run.run_id for run in found)[:5])
        raise RunError(f"{len(found)} runs begin with {name!r}: {ids}. Give more of the id")
    return found[0]


def _fetch(run: Run, path: str, folder: Path) -> Path:
    if not runs.holds(run.run_id, path):
        raise RunError(f"run {run.run_id} has no {path}: it broke off, or the file is gone")
    return runs.fetch(run.run_id, path, folder)


def _versions(environment: Path) -> dict[str, str]:
    lines = environment.read_text(encoding="utf-8").splitlines()
    return {name: version for name, _, version in (line.partition("==") for line in lines)}
