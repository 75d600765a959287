"""How the project serves in the story: a batch over everyone each Monday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pyarrow.parquet as pq

from ..artifact.manifest import MODEL_FILE
from ..artifact.pointer import Pointer
from ..ops import clock
from ..pipelines.batch import batch, current_features, score
from ..pipelines.delivery import deliver_models, serving_dir
from ..registry.promote import version_of
from ..tools.runner.runner import run
from .requests import Requests

Result = TypeVar("Result")
TOOLS = ()
"""The packages that answer: those of the model alone."""


class Channel:
    """The batch pipeline; there is nothing to start."""

    name = "batch scoring"

    def start(self) -> None:
        """Start nothing: a batch runs when it is due."""

    def wait(self) -> None:
        """Bring the champion to where batches read it."""
        deliver_models()

    def stop(self) -> None:
        """End nothing."""

    def live(self, since: datetime, jobs: Callable[[], Result]) -> tuple[Result, Requests]:
        """Do the weekly `jobs`, then score everyone for the week that begins at `since`."""
        result = jobs()
        return result, _counts(run(batch))

    def corrupt(self, rows: int) -> Requests:
        """Alter one byte of the champion's model file and score some rows.

        The batch pipeline would fetch the file again; only its scoring is run.
        """
        served = Pointer.read(serving_dir()).champion
        assert served is not None, f"version {version_of('champion')} serves by now"
        path = serving_dir() / served.folder / MODEL_FILE
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        now = clock.now()
        return _counts(score(current_features(now).head(rows), now))


def _counts(table: Path) -> Requests:
    versions = pq.read_table(table, columns=["version", "fallback"]).to_pylist()
    counts = Requests(sent=len(versions), answered=len(versions), by_version=Counter())
    for row in versions:
        counts.count(row["version"], row["fallback"])
    return counts
