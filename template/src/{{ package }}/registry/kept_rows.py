"""The rows of training runs: how far each has seen, and those kept to be found by their digest.

What is kept are files of their runs, so that whoever reaches the registry, be it from a fresh clone
on another machine, has the rows too. Each run holds its own: to prune one takes nothing from
another.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import structlog

from ..contracts import Dataset
from ..errors import UserError
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME
from ..tools import versions
from ..tools.tracking import runs
from .promote import version_of
from .record import run_of

FOLDER = "snapshot"
DIGEST_TAG = "rows_digest"
"""The digest of the rows that a run was trained on; stays when they are pruned."""
HELD_TAG = "snapshot"
"""The digest of the rows that a run still holds. Folder and tag have the names of old releases."""
KNOWN_AT = "known_at"
"""The fourth column of kept rows, where it is not their first feature's."""
FITTED_UNTIL = "fitted_until"
"""The tag of a run that tells the time of the newest row that its model was fitted on."""

_log = structlog.get_logger(stage="registry")


class HoldoutError(UserError):
    """The champion was fitted on rows that a candidate was to be judged on beside it."""


def claim_holdout(run_id: str, fitted_until: datetime, tested_from: datetime) -> None:
    """Record how far the rows go that a run fits on, and hold the champion to the same.

    The newest rows test, so a champion, trained earlier, has not seen them. It may have when the
    newest outcomes were lost since, the clock was set back, or more days are held back now. A
    champion of a release that recorded no such time is taken to be older than the test rows.

    Args:
        fitted_until: of the newest row that the candidate is fitted on, aware.
        tested_from: of the oldest test row, aware.

    Raises:
        HoldoutError: the champion was fitted on a test row, so it would be judged by what it knows.
    """
    runs.log(run_id, tags={FITTED_UNTIL: fitted_until.isoformat()})
    champion = version_of("champion")
    if champion is None:
        return
    seen = runs.read(run_of(champion)).tags.get(FITTED_UNTIL)
    if seen is not None and datetime.fromisoformat(seen) >= tested_from:
        raise HoldoutError(
            f"the test rows begin at {tested_from.isoformat()}, and the champion, version"
            f" {champion}, was fitted on rows until {seen}: it can't be judged on rows that it"
            " knows. Are the newest outcomes missing, or the clock wrong? If more days are held"
            " back than when it was trained, hold back fewer: `make redesign holdout_days=...`"
        )


def keep(run_id: str, rows: Dataset, folder: Path) -> None:
    """Store `rows` with a run, by way of a file in `folder`."""
    path = folder / f"{rows.digest}.parquet"
    keys = {ENTITY_KEY: rows.entity, OUTCOME_TIME: rows.time, LABEL: rows.label}
    if rows.known_at.notna().any():  # which the rows of releases before v0.4.0 don't say
        keys[KNOWN_AT] = rows.known_at
    pd.concat([pd.DataFrame(keys), rows.features], axis=1).to_parquet(path, index=False)
    # The tags first: pruning finds by them what broke off after them, too.
    runs.log(run_id, tags=dict.fromkeys((DIGEST_TAG, HELD_TAG), rows.digest))
    runs.keep(run_id, path, FOLDER)


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
