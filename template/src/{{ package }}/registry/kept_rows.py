"""The labelled rows of training runs, kept to be found by their digest and verified by it.

They are files of their runs, so that whoever reaches the registry, be it from a fresh clone on
another machine, has the rows too. Each run holds its own: to prune one takes nothing from another.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import structlog

from ..contracts import Dataset
from ..errors import UserError
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME
from ..settings import settings
from ..tools import versions
from ..tools.tracking import runs

FOLDER = "snapshot"
DIGEST_TAG = "rows_digest"
"""The digest of the rows that a run was trained on; stays when they are pruned."""
HELD_TAG = "snapshot"
"""The digest of the rows that a run still holds. Folder and tag have the names of old releases."""

_log = structlog.get_logger(stage="registry")


class KeptRowsError(UserError):
    """The rows of a run are gone, or are not those that it was trained on."""


def keep(run_id: str, rows: Dataset, folder: Path) -> None:
    """Store `rows` with a run, by way of a file in `folder`."""
    path = folder / f"{rows.digest}.parquet"
    keys = {ENTITY_KEY: rows.entity, OUTCOME_TIME: rows.time, LABEL: rows.label}
    pd.concat([pd.DataFrame(keys), rows.features], axis=1).to_parquet(path, index=False)
    # The tags first: pruning finds by them what broke off after them, too.
    runs.log(run_id, tags=dict.fromkeys((DIGEST_TAG, HELD_TAG), rows.digest))
    runs.keep(run_id, path, FOLDER)


def restore(digest: str, folder: Path) -> Dataset:
    """Return the rows with this digest, downloaded into `folder`.

    Raises:
        KeptRowsError: no run holds them any more, or what it holds is altered.
    """
    file = f"{FOLDER}/{digest}.parquet"
    holders = [run.run_id for run in runs.tagged(HELD_TAG, digest) if runs.holds(run.run_id, file)]
    if not holders:
        raise KeptRowsError(
            f"the rows {digest} are gone: those of the last {settings().runs_with_kept_rows} runs"
            " are kept (runs_with_kept_rows), and of versions that bear an alias or were champion"
        )
    run_id = holders[0]
    path = runs.fetch(run_id, file, folder)
    try:
        frame = pd.read_parquet(path)
        keys, features = frame.iloc[:, :3], frame.iloc[:, 3:]
        rows = Dataset.of(keys.iloc[:, 0], keys.iloc[:, 1], features, keys.iloc[:, 2].to_numpy())
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise KeptRowsError(f"the rows {digest} of run {run_id} can't be read: {error}") from error
    if rows.digest != digest:
        raise KeptRowsError(
            f"the rows {digest} of run {run_id} were altered: their digest is now {rows.digest}"
        )
    return rows


def prune(kept: int) -> None:
    """Delete the rows of all but the last `kept` runs and the runs of versions that count.

    Those are the versions that bear an alias and those that were ever champion.
    """
    protected = _runs_of_versions_that_count()
    for run in runs.tagged(HELD_TAG)[kept:]:
        if run.run_id not in protected:
            runs.drop(run.run_id, FOLDER)
            runs.untag(run.run_id, HELD_TAG)
            _log.info("rows pruned", run_id=run.run_id, digest=run.tags[HELD_TAG])


def _runs_of_versions_that_count() -> set[str | None]:
    aliased = set(versions.aliases().values())
    return {
        version.run_id
        for version in versions.every()
        if version.number in aliased or "promoted_at" in version.tags
    }
