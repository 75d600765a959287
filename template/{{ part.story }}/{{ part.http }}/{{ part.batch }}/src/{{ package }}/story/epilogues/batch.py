"""Everyone is scored in a batch, and the service gives the same scores."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from ...pipelines.batch import batch
from ...problem.schema import ENTITY_KEY
from ...tools.runner.runner import run
from ..channel import Channel
from ..timeline import Step

NAME = "A batch over everyone"
COMPARED = 1_000


def live(channel: Channel, step: Step) -> dict[str, Any]:
    """Run the batch pipeline and compare its first rows with the service's answers."""
    table = pq.read_table(run(batch))
    some = table.slice(0, COMPARED).to_pylist()
    answered = channel.ask([row[ENTITY_KEY] for row in some])
    # A challenger on trial answers some of them; the batch is the champion's.
    differences = [
        abs(row["score"] - answer["score"])
        for row, answer in zip(some, answered, strict=True)
        if row["version"] == answer["version"]
    ]
    step.headline = (
        f"{len(table):,} rows; largest difference to {len(differences):,} of the service's scores:"
        f" {max(differences):.1e}"
    )
    return {"rows": len(table), "compared": len(differences), "difference": max(differences)}
