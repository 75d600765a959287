"""The head of the page: the result in one sentence, and what it was lived through on."""

from __future__ import annotations

from . import figures, findings
from .figures import counted, data
from .findings import Summary
from .markup import Markup, element, joined


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
