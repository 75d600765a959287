"""What the registry knows of the champion: all that its model card says. Nothing is computed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..tools.tracking import runs
from .promote import version_of
from .record import metrics_of, tags_of
from .recorded import Origin, read_origin

SUMMARY = "card.json"
"""The artifact of a run that holds what its card says and the run's metrics don't."""


class NoChampion(UserError):
    """There is no model to write a card of."""


@dataclass(frozen=True)
class Card:
    """A version and the record of its training.

    Attributes:
        metrics: all that were logged, such as `test.rows`.
        tags: of the version: the gate's verdicts, and who promoted it when and why.
        summary: of its rows and its calibration; None for a version that was trained by a release
            which kept none.
    """

    version: int
    run: Origin
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    summary: Mapping[str, Any] | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what the release that trained the version did not record."""
        kept = {
            "the number of trials": self.run.trials is not None,
            "the rows it was trained on": self.run.rows_digest is not None,
            "the time of its rows and its calibration": self.summary is not None,
        }
        return tuple(name for name, there in kept.items() if not there)


def keep(run_id: str, summary: Mapping[str, Any]) -> None:
    """Store with a run what its card will say beyond metrics and parameters."""
    runs.keep_text(run_id, json.dumps(dict(summary), indent=2), SUMMARY)


def of_champion() -> Card:
    """Return what is recorded of the champion.

    Raises:
        NoChampion: nothing was promoted yet.
        RunError: it has no run, or its manifest is gone.
    """
    runs.require()
    version = version_of("champion")
    if version is None:
        raise NoChampion("there is no champion yet: run `make train`, and see what the gate says")
    run = read_origin(version)
    summary = None
    if runs.holds(run.run_id, SUMMARY):
        with tempfile.TemporaryDirectory() as folder:
            path = runs.fetch(run.run_id, SUMMARY, Path(folder))
            summary = json.loads(path.read_text(encoding="utf-8"))
    return Card(version, run, metrics_of(version), tags_of(version), summary)
