"""Monitoring one window, from the log to its verdicts, which are remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ..artifact import Manifest
from ..contracts import Check, CheckKind, MonitoringReport
from ..declare import Metric
from ..design import section
from ..kind.decision import ANSWERS
from ..kind.sight import Look
from ..ops import clock
from ..ops.log import get
from ..prediction_log.reader import Reading
from ..problem.schema import LABEL_DELAY, SNAPSHOT_EVERY
from ..settings import settings
from .counts import Counts, count
from .drift import MonitoringDesign, data_looks, prediction_looks, scored_by
from .judge import CHANCES, Looks, Span, judge, pooled_before
from .operational import operational_checks, operational_looks
from .outcomes import attach_streamed
from .quality import concept_looks

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
    reference_rows: float,
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
        reference_rows: how many rows the manifest's references rest on, at least.
        test_metric: what `metric` was on the champion's test rows.
        outcomes: as `problem.source.outcomes` gives; those not known by now are left out.
        metric: the primary one.
        test_rows: how many test rows there were.

    Raises:
        LogError: the prediction log is of a schema that this code does not know.
    """
    design = section("monitoring", MonitoringDesign)
    length = window_end - window_start
    history, trained = past_reports(), datetime.fromisoformat(manifest.created)
    before = pooled_before(history, window_start, length, trained)
    seen = count(window_start, window_end, manifest)
    late = _late(window_end)
    spans = [(start - late, end - late) for start, end in [(window_start, window_end), *before]]
    matured = (scored_by(manifest, each) for each in _matured(spans, outcomes))
    checks = (
        *judge(_looks(seen, before, design, reference_rows)),
        *judge(
            _of("concept", concept_looks(each, test_metric, design, test_rows, metric, chance))
            for each, chance in zip(matured, CHANCES, strict=False)
        ),
        *operational_checks(seen, history),
    )
    report = MonitoringReport(window_start, window_end, seen.rows, checks)
    remember(report)
    get("monitoring").info(
        "window_checked",
        start=window_start.isoformat(),
        end=window_end.isoformat(),
        rows=report.rows,
        alarms=[check.name for check in report.alarms],
        no_verdict=[check.name for check in report.checks if check.verdict == "none"],
        unfinished_lines=seen.unfinished,
        damaged_lines=seen.damaged,
    )
    return report, seen.sample()


def _looks(
    seen: Counts, before: Sequence[Span], design: MonitoringDesign, reference_rows: float
) -> Iterator[Looks]:
    """Yield a look at the window, and one more as each of the windows `before` is counted too.

    What was `seen` of the window itself stays as it is.
    """
    for window, chance in zip((None, *before), CHANCES, strict=False):
        if window is not None:
            seen = deepcopy(seen) if window == before[0] else seen
            seen.read(*window)
        yield {
            **_of("data", data_looks(seen, design, reference_rows, chance)),
            **_of("prediction", prediction_looks(seen, design, reference_rows, chance)),
            **_of("operational", operational_looks(seen, design)),
        }


def _of(kind: CheckKind, looks: Mapping[str, Look]) -> Looks:
    return {(kind, name): look for name, look in looks.items()}


def _late(end: datetime) -> timedelta:
    """Return how long before `end` the newest predictions lie whose outcomes are all known now.

    A window and those before it move by as much: each is whole, and none overlaps another.
    """
    return max(timedelta(0), LABEL_DELAY - (clock.now() - end))


def _matured(spans: Sequence[Span], outcomes: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield what is known of the first span's predictions, then of those of the second too, ..."""
    _, end = spans[0]
    for start, _ in spans:
        # An outcome belongs to the latest prediction before it, which may lie beyond the window.
        beyond = Reading(start, end + SNAPSHOT_EVERY)
        matured = attach_streamed(beyond.tables(ANSWERED), outcomes, clock.now())
        yield matured[matured["time"] < end]


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
    start, end = (datetime.fromisoformat(data[key]) for key in ("start", "end"))
    return MonitoringReport(start, end, data["rows"], tuple(map(_check_of, data["checks"])))


def _check_of(data: dict[str, Any]) -> Check:
    """Return a check; lines of old releases say `alarm` in the place of a verdict."""
    told: dict[str, Any] = dict(data)
    for key in ("value", "threshold", "visible"):
        told[key] = nan if told.get(key) is None else told[key]
    if "alarm" in told:
        alarm, silent = told.pop("alarm"), told["detail"].startswith("no verdict")
        told["verdict"] = "alarm" if alarm else "none" if silent else "ok"
    return Check(**told)
