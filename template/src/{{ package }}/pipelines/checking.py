"""The check of the data that every flow makes before it makes anything of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..data_checks.check import REQUIRED, Checked, check
from ..data_checks.enough import Fault
from ..data_checks.table import Finding
from ..declare import Metric
from ..design import Section, section
from ..errors import UserError
from ..features.aggregate import late_events
from ..ops import clock
from ..problem.schema import TRAINING_WINDOW
from ..settings import settings
from ..training.split import SplitError, cut

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class EvaluationDesign(Section):
    """The metric that the design says decides."""

    metric: str


def check_data(tables: Sequence[str] = tuple(REQUIRED)) -> Checked:
    """Compare tables with the schema, as of now; if it's all of them, snapshots with them too."""
    now = clock.now()
    checked = check(now, clock.is_machines(), fault_of_split, tables)
    if checked.errors or set(tables) < set(REQUIRED):
        return checked
    return replace(checked, findings=(*checked.findings, *_late(now)))


def _late(now: datetime) -> Iterator[Finding]:
    """Yield a warning if snapshots that training reads lack events, or have what is gone."""
    late = late_events(now - TRAINING_WINDOW, now)
    if late is None:
        return
    parts = (
        (late.came, f"{late.came:,} events came"),
        (late.gone, f"{late.gone:,} went"),
        (late.changed, f"those of {late.changed:,} days changed"),
    )
    what = (
        f"{', '.join(said for number, said in parts if number)}, of {late.first} to {late.last},"
        f" after {late.snapshots:,} snapshots of features were final, which don't show it"
    )
    remedy = (
        f"raise late_days ({settings().late_days}) in config/settings.yml if events come so late as"
        " a rule; to make all snapshots anew, remove features/ from the state folder"
    )
    yield Finding("warning", "events.event_time", what, remedy)


def fault_of_split(time: pd.Series, known_at: pd.Series, label: np.ndarray) -> Fault | None:
    """Return what keeps rows from being cut for training, or what a test of them says little for.

    Args:
        time, known_at, label: of the rows, [n] each, as `training.split.cut` takes them.
    """
    try:
        lacks = cut(time, known_at, label).lacks
    except SplitError as error:
        return "error", error.what, error.remedy
    remedy = "bring more outcomes, or hold back more days: `make redesign holdout_days=...`"
    return ("warning", f"the test {lacks}", remedy) if lacks else None


def require_designed_metric(primary: Metric) -> None:
    """Refuse to judge by another metric than the design's thresholds are of.

    Raises:
        UserError: `problem/metric.py`, which no update touches, decides by another.
    """
    designed = section("evaluation", EvaluationDesign).metric
    if designed != primary.name:
        raise UserError(
            f"design.yml says that {designed} decides, and problem/metric.py decides by"
            f" {primary.name}: make the metric {designed} its PRIMARY, or run"
            f" `make redesign evaluation_metric={primary.name}`"
        )
