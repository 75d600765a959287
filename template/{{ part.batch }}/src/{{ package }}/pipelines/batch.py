"""The batch pipeline: scores every entity into a table, with the champion or one on trial."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..channels.batch import open_lineup, score_and_log
from ..data_checks.check import INPUTS
from ..features import rows
from ..ops import clock, progress
from ..prediction_log.schema import log_folder
from ..prediction_log.writer import LogWriter
from ..problem.schema import ENTITY_KEY
from ..settings import settings
from ..tools.runner.runner import stage
from .checking import check_data
from .delivery import deliver_models, serving_dir

deliver = stage(retries=2)(deliver_models)
current_features = stage(retries=2)(rows.current_features)


def batch() -> Path:
    """Score every entity as of now and return the file of predictions that was written.

    Raises:
        DataError: the entities or events have faults; nothing was begun.
    """
    check_data(INPUTS).require_no_error()
    now = clock.now()
    deliver()
    progress.begin("computing everyone's features")
    features = current_features(now)
    idle = int(rows.on_nothing(features.to_numpy()).sum())
    without = f", {idle:,} of them without an event in any window" if idle else ""
    progress.begin(f"scoring {len(features):,}{without}")
    return score(features, now)


@stage()
def score(features: pd.DataFrame, now: datetime) -> Path:
    """Score and log the rows, and write the table in one step."""
    name = f"batch-{now:%Y%m%dT%H%M%S}"
    scored = score_and_log(
        open_lineup(serving_dir()),
        [str(key) for key in features.index],
        features.to_numpy(np.float32),
        name,
        LogWriter(log_folder()),
    )
    table = pa.table(
        {
            ENTITY_KEY: features.index.to_numpy(),
            "scored_at": pa.array([now] * len(features), pa.timestamp("us", "UTC")),
            "score": scored.score,
            **scored.decided,
            "version": pa.array(scored.version, pa.int64()),
            "fallback": pa.array(scored.fallback, pa.string()),
        }
    )
    path = settings().state_dir / "predictions" / "batch" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    pq.write_table(table, draft)
    draft.replace(path)
    return path
