"""Snapshots: the labelled rows of training runs, found by their digest and verified by it.

They are artifacts of their runs, so that whoever reaches the registry, be it from a fresh clone on
another machine, has the rows too. Each run holds its own: to prune one takes nothing from another.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import structlog
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from ..contracts import Dataset
from ..errors import UserError
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME
from ..settings import settings
from .tracking import MODEL_NAME, client, download, experiment_id, has_artifact, log_values

FOLDER = "snapshot"
DIGEST_TAG = "rows_digest"
"""The digest of the rows that a run was trained on; stays when they are pruned."""
HELD_TAG = "snapshot"
"""The digest of the rows that a run still holds."""
_MOST = 50_000
"""The largest number of runs that MLflow returns at once."""

_log = structlog.get_logger(stage="registry")


class SnapshotError(UserError):
    """The rows of a run are gone, or are not those that it was trained on."""


def keep(run_id: str, rows: Dataset, folder: Path) -> None:
    """Store `rows` with a run, by way of a file in `folder`."""
    path = folder / f"{rows.digest}.parquet"
    keys = {ENTITY_KEY: rows.entity, OUTCOME_TIME: rows.time, LABEL: rows.label}
    pd.concat([pd.DataFrame(keys), rows.features], axis=1).to_parquet(path, index=False)
    # The tags first: pruning finds by them what broke off after them, too.
    log_values(run_id, {}, {}, dict.fromkeys((DIGEST_TAG, HELD_TAG), rows.digest))
    client().log_artifact(run_id, path, FOLDER)


def restore(digest: str, folder: Path) -> Dataset:
    """Return the rows with this digest, downloaded into `folder`.

    Raises:
        SnapshotError: no run holds them any more, or what it holds is altered.
    """
    file = f"{FOLDER}/{digest}.parquet"
    tagged = client().search_runs([experiment_id()], f"tags.{HELD_TAG} = '{digest}'")
    holders = [run.info.run_id for run in tagged if has_artifact(run.info.run_id, file)]
    if not holders:
        raise SnapshotError(
            f"snapshot {digest} is gone: retention keeps those of the last"
            f" {settings().snapshots_kept} runs (snapshots_kept) and of versions that bear an alias"
            " or were ever champion"
        )
    run_id = holders[0]
    path = download(run_id, file, folder)
    try:
        frame = pd.read_parquet(path)
        keys, features = frame.iloc[:, :3], frame.iloc[:, 3:]
        rows = Dataset.of(keys.iloc[:, 0], keys.iloc[:, 1], features, keys.iloc[:, 2].to_numpy())
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise SnapshotError(f"snapshot {digest} of run {run_id} can't be read: {error}") from error
    if rows.digest != digest:
        raise SnapshotError(
            f"snapshot {digest} of run {run_id} was altered: its digest is now {rows.digest}"
        )
    return rows


def prune(kept: int) -> None:
    """Delete the rows of all but the last `kept` runs and the runs of versions that count.

    Those are the versions that bear an alias and those that were ever champion.
    """
    runs = client().search_runs(
        [experiment_id()],
        f"tags.{HELD_TAG} IS NOT NULL",
        order_by=["attributes.start_time DESC"],
        max_results=_MOST,
    )
    protected = _runs_of_versions_that_count()
    for run in runs[kept:]:
        run_id, place = run.info.run_id, run.info.artifact_uri
        if run_id in protected or place is None:
            continue
        get_artifact_repository(place).delete_artifacts(FOLDER)
        client().delete_tag(run_id, HELD_TAG)
        _log.info("snapshot pruned", run_id=run_id, digest=run.data.tags[HELD_TAG])


def _runs_of_versions_that_count() -> set[str | None]:
    models = client().search_registered_models(f"name = '{MODEL_NAME}'")
    aliased = {int(version) for model in models for version in model.aliases.values()}
    return {
        version.run_id
        for version in client().search_model_versions(f"name = '{MODEL_NAME}'")
        if int(version.version) in aliased or "promoted_at" in version.tags
    }
