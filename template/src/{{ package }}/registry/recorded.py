"""Reading a run back: where a model comes from. Nothing is written."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..artifact.manifest import MANIFEST_FILE, Manifest
from ..errors import UserError
from ..tools import versions
from ..tools.tracking import runs
from ..tools.tracking.runs import Run
from .kept_rows import DIGEST_TAG
from .record import ARTIFACT


class RunError(UserError):
    """There is no such run, or it does not hold what is asked of it."""


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


def read_origin(version: int) -> Origin:
    """Return where a version comes from; what its release did not record is left open.

    Raises:
        RunError: it has no run, or its manifest is gone.
    """
    known = versions.find(version)
    found = runs.beginning(known.run_id) if known and known.run_id else []
    if not found:
        raise RunError(f"version {version} has no run, so nothing says where it comes from")
    return origin_of(found[0])


def origin_of(run: Run) -> Origin:
    """Return where the model of a training run comes from.

    Raises:
        RunError: its manifest is gone.
    """
    chosen = dict(run.params)
    trials = chosen.pop("trials", None)
    with tempfile.TemporaryDirectory() as folder:
        fetch(run, f"{ARTIFACT}/{MANIFEST_FILE}", Path(folder))
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


def fetch(run: Run, path: str, folder: Path) -> Path:
    """Bring a file of a run into `folder`, and return where it is.

    Raises:
        RunError: the run has no such file.
    """
    if not runs.holds(run.run_id, path):
        raise RunError(f"run {run.run_id} has no {path}: it broke off, or the file is gone")
    return runs.fetch(run.run_id, path, folder)
