"""The reports of past windows: one JSON line each, below the state folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from ..contracts import Check, MonitoringReport
from ..settings import settings


def history_file() -> Path:
    """Return the file of past reports."""
    return settings().state_dir / "monitoring" / "history.jsonl"


def remember(report: MonitoringReport) -> None:
    """Add `report` to the history; it replaces an earlier one of the same window."""
    kept = [
        other for other in past_reports() if (other.start, other.end) != (report.start, report.end)
    ]
    lines = [json.dumps(to_dict(each), allow_nan=False) for each in (*kept, report)]
    file = history_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    draft.replace(file)


def past_reports() -> list[MonitoringReport]:
    """Return every remembered report, ordered by the end of its window."""
    try:
        lines = history_file().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return sorted((_of_dict(json.loads(line)) for line in lines), key=lambda report: report.end)


def to_dict(report: MonitoringReport) -> dict[str, Any]:
    """Return `report` as JSON holds it: times in ISO form, None where a value is not finite."""
    checks = [
        {key: _plain(value) for key, value in asdict(check).items()} for check in report.checks
    ]
    return {
        "start": report.start.isoformat(),
        "end": report.end.isoformat(),
        "rows": report.rows,
        "checks": checks,
    }


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value


def _of_dict(data: dict[str, Any]) -> MonitoringReport:
    checks = (
        Check(**(check | {"value": float("nan") if check["value"] is None else check["value"]}))
        for check in data["checks"]
    )
    start, end = (datetime.fromisoformat(data[key]) for key in ("start", "end"))
    return MonitoringReport(start, end, data["rows"], tuple(checks))
