"""What the registry knows of the champion: all that its model card says. Nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mlflow

from ..errors import UserError
from .promote import version_of
from .record import metrics_of
from .recorded import Origin, read_origin
from .tracking import MODEL_NAME, client, has_artifact, require_registry

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
            "the rows it was trained on": self.run.rows_kept,
            "the time of its rows and its calibration": self.summary is not None,
        }
        return tuple(name for name, there in kept.items() if not there)


def keep(run_id: str, summary: Mapping[str, Any]) -> None:
    """Store with a run what its card will say beyond metrics and parameters."""
    client().log_dict(run_id, dict(summary), SUMMARY)


def of_champion() -> Card:
    """Return what is recorded of the champion.

    Raises:
        NoChampion: nothing was promoted yet.
        RunError: it has no run, or its manifest is gone.
    """
    require_registry()
    version = version_of("champion")
    if version is None:
        raise NoChampion("there is no champion yet: run `make train`, and see what the gate says")
    run = read_origin(version)
    summary = None
    if has_artifact(run.run_id, SUMMARY):
        place = client().get_run(run.run_id).info.artifact_uri
        summary = mlflow.artifacts.load_dict(f"{place}/{SUMMARY}")
    tags = client().get_model_version(MODEL_NAME, str(version)).tags
    return Card(version, run, metrics_of(version), tags, summary)
