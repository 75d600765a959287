"""The report of the story: `summary.json` for machines, and one self-contained page for people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template
from markupsafe import Markup

from ...kind import words
from . import charts, events, figures, findings
from .figures import counted, data
from .findings import Summary

FOLDER = Path(__file__).parent
# Control characters and lone surrogates: not allowed in HTML, or not to be written as UTF-8.
ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def write(summary: Mapping[str, Any], folder: Path) -> Path:
    """Write `summary.json` and `index.html` into `folder`, which is made if need be.

    Args:
        summary: what the story found; sections that are absent are left out of the page. Values
            that JSON can't hold (NaN, infinity) become null.
        folder: where to write.

    Returns:
        The path of the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = _plain(summary)
    text = json.dumps(plain, indent=2, sort_keys=True, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    target = folder / "index.html"
    target.write_text(html(plain), encoding="utf-8")
    return target


def html(summary: Summary) -> str:
    """Return the whole page; it needs no other file, no network and no script."""
    page = _template().render(
        s=summary,
        style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
        charts=charts,
        figures=figures,
        findings=findings,
        happened=events.events(summary),
        headline=headline(summary),
        conditions=conditions(summary),
        words=words,
    )
    return ILLEGAL.sub("\ufffd", page)


@cache
def _template() -> Template:
    # Signs in square brackets: braces are for styles.
    environment = Environment(
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        undefined=ChainableUndefined,
        finalize=lambda value: "" if value is None else value,
        loader=FileSystemLoader(FOLDER),
    )
    filters = (data, counted, figures.titled, figures.version, figures.worded, findings.alarmed)
    environment.filters |= {each.__name__: each for each in filters}
    return environment.get_template("page.html")


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it: keys are text, and what is not a number is null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)


def headline(summary: Summary) -> Markup:
    """Return the result in one sentence, of the figures that the summary has."""
    requests = findings.part(summary, "requests")
    said: list[Markup] = []
    if figures.known(requests.get("sent")):
        said.append(counted(requests["sent"], "request"))
        if figures.known(requests.get("failed")):
            said.append(data(requests["failed"]) + " failed")
    if versions := sum(key.isdecimal() for key in findings.answered_by(summary)):
        said.append(counted(versions, "version"))
    if findings.items(summary, "weeks"):
        said += _drift(summary) if findings.tells(summary, "drifted") else _alarmed(summary)
    sentence = Markup(", ").join(said) or Markup("The story was lived through")
    if figures.known(summary.get("seconds")):
        return sentence + " in " + data(summary["seconds"], figures.seconds)
    return sentence


def _drift(summary: Summary) -> list[Markup]:
    drifts = findings.drifts(summary)
    found = [drift for drift in drifts if drift.alarm is not None]
    mended = sum(findings.mended(summary, drift) for drift in found)
    said: list[Markup] = []
    if found and mended == len(found):
        said.append(counted(len(found), "drift") + " found and mended")
    elif found:
        said += [counted(len(found), "drift") + " found", data(mended) + " mended"]
    if missed := len(drifts) - len(found):
        said.append(counted(missed, "drift") + " missed")
    if alarms := len(findings.false_alarms(summary)):
        said.append(counted(alarms, "week") + " of false alarm")
    return said or [Markup("no drift" if findings.sure(summary) else "no alarm of drift")]


def _alarmed(summary: Summary) -> list[Markup]:
    """Say what the monitors found where nobody knows what there was to find."""
    weeks = len({alarm["week"] for alarm in findings.drift_alarms(summary)})
    return [counted(weeks, "week") + " with an alarm of drift"]


def conditions(summary: Summary) -> Markup:
    """Say on what the story was lived through, and how to do so again."""
    said: list[Markup] = []
    told_of = findings.history(summary)
    if figures.known(summary.get("customers")):
        whose = f" of {told_of['name']}" if told_of["name"] else ""
        said.append(data(summary["customers"]) + f" {told_of['population']}{whose}")
    if figures.known(summary.get("seed")):
        said.append("seed " + data(summary["seed"]))
    if told_of["again"]:
        said.append(Markup("again: <code>{}</code>").format(told_of["again"]))
    return Markup(" \N{MIDDLE DOT} ").join(said)
