"""The head of the page: the result in one sentence, and the figures that matter most."""

from __future__ import annotations

from . import figures, findings
from .figures import data, plural
from .findings import Summary
from .markup import Markup, element, joined


def masthead(summary: Summary, links: list[tuple[str, str]]) -> Markup:
    """Return the header; `links` are pairs of a section's id and its name."""
    name = summary.get("project") or summary.get("package") or "Story"
    contents = (element("a", title, href=f"#{key}") for key, title in links)
    return element(
        "header",
        element(
            "div",
            element("p", figures.title(findings.words(summary)["report"]), class_="eyebrow"),
            element("h1", name),
            element("p", headline(summary), class_="headline"),
            element("p", conditions(summary), class_="conditions"),
            element("ul", *tiles(summary), class_="tiles"),
            class_="inner",
        ),
        element("nav", element("div", *contents, class_="inner"), aria_label="Sections"),
    )


def headline(summary: Summary) -> Markup:
    """Return the result in one sentence, of the figures that the summary has."""
    requests = findings.part(summary, "requests")
    said: list[object] = []
    if figures.known(requests.get("sent")):
        sent, failed = requests["sent"], requests.get("failed")
        said.append(joined(data(sent), f" {plural(sent, 'request')}"))
        if figures.known(failed):
            said.append(joined(data(failed), " failed"))
    if versions := findings.versions(summary):
        said.append(joined(data(len(versions)), f" {plural(len(versions), 'version')}"))
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
    if found and mended == len(found):
        said.append(joined(data(len(found)), f" {plural(len(found), 'drift')} found and mended"))
    elif found:
        said.append(joined(data(len(found)), f" {plural(len(found), 'drift')} found"))
        said.append(joined(data(mended), " mended"))
    if missed := len(drifts) - len(found):
        said.append(joined(data(missed), f" {plural(missed, 'drift')} missed"))
    if alarms := len(findings.false_alarms(summary)):
        said.append(joined(data(alarms), f" {plural(alarms, 'week')} of false alarm"))
    return joined(*said, by=", ") if said else Markup("no drift")


def _alarmed(summary: Summary) -> Markup:
    """Say what the monitors found where nobody knows what there was to find."""
    weeks = len({alarm["week"] for alarm in findings.drift_alarms(summary)})
    return joined(data(weeks), f" {plural(weeks, 'week')} with an alarm of drift")


def conditions(summary: Summary) -> Markup:
    """Say on what the story was lived through."""
    said: list[object] = []
    words = findings.words(summary)
    if figures.known(summary.get("customers")):
        whose = f" of {words['name']}" if words["name"] else ""
        said.append(joined(data(summary["customers"]), f" {words['population']}{whose}"))
    if figures.known(summary.get("seed")):
        said.append(joined("seed ", data(summary["seed"])))
    if python := findings.part(summary, "versions").get("python"):
        said.append(f"Python {python}")
    return joined(*said, by=" \N{MIDDLE DOT} ")


def tiles(summary: Summary) -> list[Markup]:
    """Return the leading figures, each with what it is and what it is to be compared with."""
    made = [
        _quality(summary),
        _time_to_mend(summary),
        _swap(summary),
        _fallback(summary),
        _gates(summary),
    ]
    return [tile for tile in made if tile is not None]


def _tile(name: str, figure: object, note: object) -> Markup:
    return element(
        "li",
        element("span", name, class_="tile-name"),
        element("strong", figure),
        element("span", note, class_="tile-note"),
    )


def _quality(summary: Summary) -> Markup | None:
    measured = findings.measured(summary)
    if not measured:
        return None
    week = measured[-1]
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    best = joined("best reachable ", data(week.get("best_reachable")))
    known = [best] if findings.tells(summary, "best_reachable") else []
    note = joined(*known, f"week {week['week']}", by=", ")
    return _tile(f"Live {metric} at the end", data(week["quality"]), note)


def _time_to_mend(summary: Summary) -> Markup | None:
    for drift in findings.drifts(summary):
        if drift.alarm is not None and drift.promotion is not None:
            weeks = drift.promotion["week"] - drift.start
            version = figures.version(drift.promotion["version"])
            note = (
                f"drift in week {drift.start}, alarm in week {drift.alarm},"
                f" {version} in week {drift.promotion['week']}"
            )
            return _tile(
                "From drift to a new model", joined(data(weeks), f" {plural(weeks, 'week')}"), note
            )
    return None


def _swap(summary: Summary) -> Markup | None:
    swap = findings.part(summary, "hot_swap")
    if not figures.known(swap.get("failed")):
        return None
    ends = " \N{RIGHTWARDS ARROW} ".join(figures.version(swap.get(end)) for end in ("from", "to"))
    note = joined("of ", data(swap.get("requests")), f" requests while {ends}")
    return _tile("Failed in the hot swap", data(swap["failed"]), note)


def _fallback(summary: Summary) -> Markup | None:
    fallback = findings.part(summary, "fallback")
    if not figures.known(fallback.get("answered")):
        return None
    note = joined(
        "of ", data(fallback.get("requests")), f" requests; model {fallback.get('cause')}"
    )
    return _tile("Answered by the fallback", data(fallback.get("fallback")), note)


def _gates(summary: Summary) -> Markup | None:
    gates = findings.items(summary, "gates")
    if not gates:
        return None
    passed = sum(bool(gate.get("passed")) for gate in gates)
    note = joined("of ", data(len(gates)), f" {plural(len(gates), 'candidate')} passed the gate")
    return _tile("Models let through", data(passed), note)
