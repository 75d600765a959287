"""Monitoring one window, from the log to its verdicts, which are remembered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ..artifact import Manifest
from ..contracts import Check, MonitoringReport
from ..declare import Metric
from ..design import section
from ..kind.decision import ANSWERS
from ..ops import clock
from ..ops.log import get
from ..prediction_log.reader import Reading
from ..problem.schema import SNAPSHOT_EVERY
from ..settings import settings
from .counts import count
from .drift import (
    MonitoringDesign,
    concept_checks,
    data_checks,
    prediction_checks,
    scored_by,
)
from .operational import operational_checks
from .outcomes import attach_streamed

if TYPE_CHECKING:
    import pandas as pd

ANSWERED = ("time", "entity", "score", *ANSWERS, "version", "fallback")
"""Of the log, what is compared with outcomes."""
LINE = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
"""How a report becomes JSON; a value that is not finite is null there."""


def monitor(
    window_start: datetime,
    window_end: datetime,
    manifest: Manifest,
    reference_rows: pd.DataFrame,
    test_metric: float,
    outcomes: pd.DataFrame,
    *,
    metric: Metric,
    test_rows: int,
) -> tuple[MonitoringReport, pd.DataFrame]:
    """Check the window `[window_start, window_end)`, remember what was found, and return it.

    Beside it stands a sample of the features that were scored, to be shown: nothing is drawn here,
    so that what can't be drawn leaves no window without its verdict.

    Args:
        window_start: aware.
        window_end: aware.
        manifest: the champion's. Rows that other versions or the fallback answered count for the
            data and operational checks only.
        reference_rows: a sample of the champion's training features.
        test_metric: what `metric` was on the champion's test rows.
        outcomes: as `problem.source.outcomes` gives; those not known by now are left out.
        metric: the primary one.
        test_rows: how many test rows there were.

    Raises:
        LogError: the prediction log is of a schema that this code does not know.
    """
    design = section("monitoring", MonitoringDesign)
    # An outcome belongs to the latest prediction before it, which may lie beyond the window.
    beyond = Reading(window_start, window_end + SNAPSHOT_EVERY)
    matured = attach_streamed(beyond.tables(ANSWERED), outcomes, clock.now())
    matured = scored_by(manifest, matured[matured["time"] < window_end])
    seen = count(window_start, window_end, manifest)
    checks = (
        *data_checks(seen, design, len(reference_rows)),
        *prediction_checks(seen, design, len(reference_rows)),
        *concept_checks(matured, test_metric, design, test_rows, metric),
        *operational_checks(seen, past_reports(), design),
    )
    report = MonitoringReport(window_start, window_end, seen.rows, checks)
    remember(report)
    get("monitoring").info(
        "window_checked",
        start=window_start.isoformat(),
        end=window_end.isoformat(),
        rows=report.rows,
        alarms=[check.name for check in report.alarms],
        unfinished_lines=seen.unfinished,
        damaged_lines=seen.damaged,
    )
    return report, seen.sample()


def remember(report: MonitoringReport) -> None:
    """Add `report` to the history, a line each; it replaces an earlier one of the same window."""
    kept = [
        other for other in past_reports() if (other.start, other.end) != (report.start, report.end)
    ]
    file = _history()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(b"".join(orjson.dumps(each, option=LINE) for each in (*kept, report)))
    draft.replace(file)


def past_reports() -> list[MonitoringReport]:
    """Return every remembered report, ordered by the end of its window."""
    try:
        lines = _history().read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return sorted((_of_dict(orjson.loads(line)) for line in lines), key=lambda report: report.end)


def _history() -> Path:
    return settings().state_dir / "monitoring" / "history.jsonl"


def _of_dict(data: dict[str, Any]) -> MonitoringReport:
    checks = (
        Check(**(check | {"value": float("nan") if check["value"] is None else check["value"]}))
        for check in data["checks"]
    )
    start, end = (datetime.fromisoformat(data[key]) for key in ("start", "end"))
    return MonitoringReport(start, end, data["rows"], tuple(checks))
