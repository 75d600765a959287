"""The report of the story: `summary.json` for machines, and one self-contained page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from .page import figures, findings, models, operation
from .page.figures import counted, data
from .page.findings import Summary
from .page.markup import Markup, element, joined
from .page.weeks import weeks

SECTIONS = (
    ("weeks", "Live weeks", weeks),
    ("scores", "Scores", models.scores),
    ("gate", "Gate", models.gates),
    ("experiments", "A/B tests", models.experiments),
    ("checks", "Checks", operation.checks),
    ("service", "Serving", operation.service),
    ("steps", "Steps", operation.steps),
    ("more", "More", operation.more),
)
"""Id, name and maker of each section, in order; a maker that has nothing to show gives None."""

# The page can load nothing and run nothing, whatever text has got into it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"


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
    target.write_text(page(plain), encoding="utf-8")
    return target


def page(summary: Summary) -> str:
    """Return the whole page as HTML; it needs no other file, no network and no script."""
    style = (Path(__file__).with_name("page") / "style.css").read_text(encoding="utf-8")
    made = [(key, name, make(summary)) for key, name, make in SECTIONS]
    shown = [(key, name, content) for key, name, content in made if content is not None]
    title = summary.get("project") or summary.get("package") or "Story"
    meta = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{title} \N{MIDDLE DOT} {findings.history(summary)['report']}"),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        head(summary, [(key, name) for key, name, _ in shown]),
        element("main", *(content for _, _, content in shown)),
    )
    return "<!doctype html>\n" + element("html", meta, body, lang="en") + "\n"


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


def head(summary: Summary, links: list[tuple[str, str]]) -> Markup:
    """Return the header; `links` are pairs of a section's id and its name."""
    name = summary.get("project") or summary.get("package") or "Story"
    contents = (element("a", title, href=f"#{key}") for key, title in links)
    return element(
        "header",
        element("p", figures.title(findings.history(summary)["report"]), class_="eyebrow"),
        element("h1", name),
        element("p", headline(summary), class_="headline"),
        element("p", conditions(summary), class_="lead"),
        element("nav", *contents, aria_label="Sections"),
    )


def headline(summary: Summary) -> Markup:
    """Return the result in one sentence, of the figures that the summary has."""
    requests = findings.part(summary, "requests")
    said: list[object] = []
    if figures.known(requests.get("sent")):
        said.append(counted(requests["sent"], "request"))
        if figures.known(requests.get("failed")):
            said.append(joined(data(requests["failed"]), " failed"))
    if versions := sum(key.isdecimal() for key in findings.answered_by(summary)):
        said.append(counted(versions, "version"))
    if findings.items(summary, "weeks"):
        said.append(_drift(summary) if findings.tells(summary, "drifted") else _alarmed(summary))
    sentence = joined(*said, by=", ") if said else Markup("The story was lived through")
    if figures.known(summary.get("seconds")):
        return joined(sentence, " in ", data(summary["seconds"], figures.seconds))
    return sentence


def _drift(summary: Summary) -> Markup:
    drifts = findings.drifts(summary)
    found = [drift for drift in drifts if drift.alarm is not None]
    mended = sum(findings.mended(summary, drift) for drift in found)
    said: list[object] = []
    if found:
        all_of_them = mended == len(found)
        said.append(joined(counted(len(found), "drift"), f" found{' and mended' * all_of_them}"))
        said.append(None if all_of_them else joined(data(mended), " mended"))
    if missed := len(drifts) - len(found):
        said.append(joined(counted(missed, "drift"), " missed"))
    if alarms := len(findings.false_alarms(summary)):
        said.append(joined(counted(alarms, "week"), " of false alarm"))
    return joined(*said, by=", ") or Markup("no drift")


def _alarmed(summary: Summary) -> Markup:
    """Say what the monitors found where nobody knows what there was to find."""
    weeks = len({alarm["week"] for alarm in findings.drift_alarms(summary)})
    return joined(counted(weeks, "week"), " with an alarm of drift")


def conditions(summary: Summary) -> Markup:
    """Say on what the story was lived through, and how to do so again."""
    said: list[object] = []
    told_of = findings.history(summary)
    if figures.known(summary.get("customers")):
        whose = f" of {told_of['name']}" if told_of["name"] else ""
        said.append(joined(data(summary["customers"]), f" {told_of['population']}{whose}"))
    if figures.known(summary.get("seed")):
        said.append(joined("seed ", data(summary["seed"])))
    if told_of["again"]:
        said.append(joined("again: ", element("code", told_of["again"])))
    return joined(*said, by=" \N{MIDDLE DOT} ")
