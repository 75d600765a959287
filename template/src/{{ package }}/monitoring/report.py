"""The report of a window: our verdicts, and Evidently's view of the distributions, for people.

Evidently has its own measure of distance. Its figures are recorded beside ours and decide nothing:
they rest on a sample, one outlier moves them, and missing values don't count at all.
"""

from __future__ import annotations

import json
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd
from evidently import Report
from evidently.core.report import Snapshot
from evidently.metrics import ValueDrift

from ..contracts import Check, MonitoringReport
from .past_reports import to_dict

SAMPLE_ROWS = 2_000
"""Rows of each side that Evidently gets; its cost grows with them, what it shows hardly does."""
METHOD = "wasserstein"
"""In standard deviations of the reference: what it says does not depend on the number of rows."""


def write_report(
    report: MonitoringReport, current: pd.DataFrame, reference: pd.DataFrame, out: Path
) -> Path:
    """Write `drift.html` and `drift.json` into the folder `out` and return the path of the former.

    Args:
        report: the verdicts.
        current: what was scored in the window, [n, k], NaN where missing; columns that `reference`
            lacks, or that are empty on either side, are not drawn.
        reference: a sample of training rows.
        out: made if need be.
    """
    out.mkdir(parents=True, exist_ok=True)
    columns = [
        str(name)
        for name in reference.columns
        if name in current.columns and current[name].notna().any() and reference[name].notna().any()
    ]
    snapshot = _compare(_sample(current, columns), _sample(reference, columns)) if columns else None
    content = to_dict(report) | {"evidently": _distances(snapshot) if snapshot else {}}
    (out / "drift.json").write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", "utf-8")
    page = snapshot.get_html_str(as_iframe=False) if snapshot else "<!DOCTYPE html><body></body>"
    path = out / "drift.html"
    path.write_text(page.replace("<body>", f"<body>{_verdicts(report)}", 1), "utf-8")
    return path


def _sample(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    few = rows if len(rows) <= SAMPLE_ROWS else rows.sample(SAMPLE_ROWS, random_state=0)
    return few[columns].astype("float64").reset_index(drop=True)


def _compare(current: pd.DataFrame, reference: pd.DataFrame) -> Snapshot:
    metrics: list[Any] = [
        ValueDrift(column=name, method=METHOD)  # ty: ignore[missing-argument]
        for name in current.columns
    ]
    return Report(metrics).run(current, reference)


def _distances(snapshot: Snapshot) -> dict[str, float]:
    """Return Evidently's figure for each column."""
    return {
        metric["config"]["column"]: float(metric["value"]) for metric in snapshot.dict()["metrics"]
    }


def _verdicts(report: MonitoringReport) -> str:
    alarms = len(report.alarms)
    verdict = f"{alarms} alarm{'s' if alarms > 1 else ''}" if alarms else "no alarm"
    rows = "".join(_row(check) for check in sorted(report.checks, key=lambda c: not c.alarm))
    return f"""
<section style="font: 14px sans-serif; margin: 2em auto; max-width: 70em">
<h1>{report.start:%Y-%m-%d} to {report.end:%Y-%m-%d}: {verdict}</h1>
<p>{report.rows} predictions. The verdicts compare all of them with what the manifest says of the
training rows; below, Evidently draws a sample of the ones beside one of the others.</p>
<table style="border-collapse: collapse; width: 100%; text-align: left">
<tr><th>kind</th><th>check</th><th>value</th><th>limit</th><th>verdict</th><th></th></tr>
{rows}</table>
</section>
"""


def _row(check: Check) -> str:
    colour = ' style="background: #fdd"' if check.alarm else ""
    value = f"{check.value:.4g}" if isfinite(check.value) else "&ndash;"
    verdict = "ALARM" if check.alarm else "ok"
    if check.detail.startswith("no verdict"):
        verdict = "none"
    cells = (check.kind, check.name, value, f"{check.threshold:.4g}", verdict, check.detail)
    return f"<tr{colour}>" + "".join(f"<td>{_cell(cell)}</td>" for cell in cells) + "</tr>\n"


def _cell(text: str) -> str:
    return text if text == "&ndash;" else escape(text)
