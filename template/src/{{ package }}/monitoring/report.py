"""The report of a window: our verdicts, and beside them an illustration that decides nothing.

Evidently draws it, and its figures are recorded beside ours. Its distance rests on a sample and one
outlier moves it; its PSI bins over both sides together, so that one outlier hides a drift; and
missing values don't count in either.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite
from pathlib import Path

import orjson
import pandas as pd

from ..contracts import Check, MonitoringReport
from ..tools.checks import Illustration, UndrawableError, illustrate

EMPTY = Illustration("<!DOCTYPE html><body></body>", {})
"""Where no column can be drawn."""
INDENTED = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE


def write_report(
    report: MonitoringReport, current: pd.DataFrame, reference: pd.DataFrame, out: Path
) -> tuple[str, ...]:
    """Write `drift.html` and `drift.json` into the folder `out`; return what could not be drawn.

    That is a sentence a column, which the page has too; the verdicts stand above in any case.

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
    drawn, undrawn = _draw(current[columns], reference[columns])
    content = {**vars(report), "evidently": dict(drawn.distances), "undrawn": undrawn}
    (out / "drift.json").write_bytes(orjson.dumps(content, option=INDENTED))
    page = drawn.page.replace("<body>", f"<body>{_verdicts(report, undrawn)}", 1)
    (out / "drift.html").write_text(page, "utf-8")
    return undrawn


def _draw(current: pd.DataFrame, reference: pd.DataFrame) -> tuple[Illustration, tuple[str, ...]]:
    """Draw all columns together or, where that can't be, those that can be drawn alone."""
    if current.columns.empty:
        return EMPTY, ()
    try:
        return illustrate(current, reference), ()
    except UndrawableError as error:
        why = f"the distributions can't be drawn: {error}"
    undrawn = {}
    for name in current.columns if len(current.columns) > 1 else ():
        try:
            illustrate(current[[name]], reference[[name]])
        except UndrawableError as error:
            undrawn[name] = f"{name} can't be drawn: {error}"
    left = current.columns.drop(list(undrawn))
    if not undrawn or left.empty:
        return EMPTY, (why,)
    return illustrate(current[left], reference[left]), tuple(undrawn.values())


def _verdicts(report: MonitoringReport, undrawn: Sequence[str]) -> str:
    alarms = len(report.alarms)
    verdict = f"{alarms} alarm{'s' if alarms > 1 else ''}" if alarms else "no alarm"
    if unsure := sum(check.verdict == "none" for check in report.checks):
        verdict += f", no verdict on {unsure} of {len(report.checks)} checks"
    rows = "".join(_row(check) for check in sorted(report.checks, key=lambda c: not c.alarm))
    return f"""
<section style="font: 14px sans-serif; margin: 2em auto; max-width: 70em">
<h1>{report.start:%Y-%m-%d} to {report.end:%Y-%m-%d}: {verdict}</h1>
<p>{report.rows} predictions. The verdicts compare all of them with what the manifest says of the
training rows; below, Evidently draws a sample of the ones beside one of the others. A change as
large as what is visible is found in 39 windows of 40; without a verdict one may have been missed.
</p>
{"".join(f"<p>{escape(why)}</p>" for why in undrawn)}
<table style="border-collapse: collapse; width: 100%; text-align: left">
<tr><th>kind</th><th>check</th><th>value</th><th>limit</th><th>visible</th><th>verdict</th><th></th>
</tr>
{rows}</table>
</section>
"""


def _row(check: Check) -> str:
    colour = ' style="background: #fdd"' if check.alarm else ""
    numbers = map(_number, (check.value, check.threshold, check.visible))
    verdict = "ALARM" if check.alarm else check.verdict
    cells = (check.kind, check.name, *numbers, verdict, check.detail)
    return f"<tr{colour}>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"


def _number(value: float) -> str:
    return f"{value:.4g}" if isfinite(value) else "\N{EN DASH}"
