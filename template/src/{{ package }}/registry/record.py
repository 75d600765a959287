"""Recording: a model as a run, its trials as runs below it, its artifact as a version."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from ..artifact.manifest import MANIFEST_FILE, MODEL_FILE, ArtifactError, Manifest
from ..contracts import Evaluation, TrainedModel, Trial
from ..design import MODEL_NAME, PROJECT
from ..errors import UserError
from ..ops import clock
from ..tools import versions
from ..tools.tracking import runs
from ..tools.versions import Version
from . import provenance
from .provenance import CODE_DIFF, DIRTY

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ARTIFACT = "artifact"
REFERENCE = "reference/reference.parquet"
SCORES = "scores/test.parquet"
PLOTS = "plots"
ENVIRONMENT = "environment.txt"
MANIFEST_TAG = "manifest_sha256"

_log = structlog.get_logger(stage="registry")


@contextmanager
def run(name: str, tags: Mapping[str, str]) -> Generator[str]:
    """Open a run named after what it tries, yield its id, and close it as finished or failed.

    Runs that an earlier process left open, because it was killed, are closed first.
    """
    commit = provenance.git_commit()
    identity = {
        "owner": PROJECT.owner,
        "git_commit": commit,
        "clock": clock.now().isoformat(),
        **provenance.machine(),
    }
    for left in runs.abandoned():
        runs.close(left.run_id, "KILLED")
        _log.warning("an earlier run broke off", run=left.run_id, name=left.name)
    run_id = runs.open_run(name, {**identity, **tags})
    try:
        if commit.endswith(DIRTY):
            _log.warning(
                "not_reproducible",
                because="files differ from the commit",
                kept=CODE_DIFF,
            )
            _keep_code_diff(run_id)
        yield run_id
    except BaseException:
        runs.close(run_id, "FAILED")
        raise
    runs.close(run_id, "FINISHED")


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
    runs.log(
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
    _keep_files(run_id, plots, {REFERENCE: reference_rows, SCORES: tested})
    version = versions.register(run_id, folder / MODEL_FILE)
    replace(manifest, version=version).write(folder)
    runs.keep(run_id, folder, ARTIFACT)
    digest = hashlib.sha256((folder / MANIFEST_FILE).read_bytes()).hexdigest()
    versions.tag(version, {MANIFEST_TAG: digest})
    versions.give("candidate", version)
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


def _record_trial(parent: str, trial: Trial) -> None:
    scores = {f"fold_{index}": value for index, value in enumerate(trial.fold_scores)}
    if trial.score is not None:
        scores["score"] = trial.score
    run_id = runs.open_run(f"trial-{trial.number}", {"state": trial.state}, parent)
    runs.log(run_id, params=trial.params, metrics=scores)
    runs.close(run_id, "FAILED" if trial.state == "failed" else "FINISHED")


def _keep_files(
    run_id: str, plots: Mapping[str, Figure], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Store what belongs to a run and is not served: environment, plots, tables by their paths."""
    packages = sorted(f"{name}=={version}" for name, version in provenance.environment().items())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / ENVIRONMENT).write_text("\n".join(packages) + "\n", encoding="utf-8")
        for path, table in tables.items():
            (folder / path).parent.mkdir()
            table.to_parquet(folder / path)
        (folder / PLOTS).mkdir()
        for name, figure in plots.items():
            figure.savefig(folder / PLOTS / f"{name}.png")
        runs.keep(run_id, folder)


def _keep_code_diff(run_id: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / CODE_DIFF
        path.write_bytes(provenance.code_diff())
        runs.keep(run_id, path)


def run_of(version: int) -> str:
    """Return the id of the run that made a version.

    Raises:
        UserError: there is no such version, or it was registered by hand, without a run.
    """
    run_id = _found(version).run_id
    if run_id is None:
        raise UserError(f"version {version} of {MODEL_NAME} was registered without a run")
    return run_id


def tags_of(version: int) -> Mapping[str, str]:
    """Return the tags of a version: the gate's verdicts, and who promoted it when and why.

    Raises:
        UserError: there is no such version.
    """
    return _found(version).tags


def metrics_of(version: int) -> Mapping[str, float]:
    """Return the logged metrics of a version, such as `test.<name of the primary metric>`."""
    return runs.read(run_of(version)).metrics


def registered_hash(version: int) -> str:
    """Return the hash that the manifest of a version had when it was registered.

    Raises:
        ArtifactError: the version has none, because its training broke off.
    """
    tags = tags_of(version)
    if MANIFEST_TAG not in tags:
        raise ArtifactError(
            f"version {version} of {MODEL_NAME} is not whole, for its training broke off: "
            "take its alias away in the registry's page (`make ui`), and run `make train`"
        )
    return tags[MANIFEST_TAG]


def fetch(version: int, folder: Path) -> None:
    """Download what is served of a version into `folder`.

    The files are not verified here: `artifact.load` does that with the registered hash.
    """
    for file in (MANIFEST_FILE, MODEL_FILE):
        runs.fetch(run_of(version), f"{ARTIFACT}/{file}", folder)


def reference_rows(version: int, folder: Path) -> pd.DataFrame:
    """Return the reference rows of a version, downloaded into `folder`."""
    import pandas as pd

    return pd.read_parquet(runs.fetch(run_of(version), REFERENCE, folder))


def _found(version: int) -> Version:
    found = versions.find(version)
    if found is None:
        raise UserError(f"{MODEL_NAME} has no version {version}: `make ui` lists those that it has")
    return found
