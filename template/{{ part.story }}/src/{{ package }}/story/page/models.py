"""How good the models are, and what the gate decided about each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from . import figures, findings
from .compare_charts import ladder
from .drawing import HALF_WIDTHS, responsive
from .figures import data, plural
from .findings import Summary
from .layout import badge, card, grid, section
from .markup import Markup, element, folded, joined, table

STANDINGS = {"champion": "good", "staging": "act", "refused": "bad"}


def scores(summary: Summary) -> Markup | None:
    """Return the score ladders, each on one set of rows; None without scores."""
    titles = {
        "scores": "On the first test rows",
        "after_drift": "After the drift, on the retraining's test rows",
    }
    metric = figures.words(findings.part(summary, "metric").get("name", "score"))
    cards = []
    for key, title in titles.items():
        known = {k: v for k, v in findings.part(summary, key).items() if figures.known(v)}
        if known:
            cards.append(_ladder(known, key, title, metric, findings.higher_is_better(summary)))
    if not cards:
        return None
    direction = "higher" if findings.higher_is_better(summary) else "lower"
    lead = (
        f"{metric} of everything that could answer, {direction} is better;"
        " each ladder compares on the same rows."
    )
    return section("scores", "Scores", lead, grid(*cards, class_="halves even"))


def _ladder(known: Mapping[str, Any], key: str, title: str, metric: str, higher: bool) -> Markup:
    names = [name for name in ("challenger", "retrained", "first_champion") if name in known]
    share = findings.share_of_gain(known, names[0]) if names else None
    said = None
    if share is not None:
        said = element(
            "p",
            f"{figures.title(names[0])}: ",
            data(share, lambda value: format(value, ".0%")),
            " of the way from the baseline to the best reachable.",
            class_="finding",
        )
    rows: list[list[object]] = [[figures.title(name), data(value)] for name, value in known.items()]
    return card(
        title,
        said,
        *responsive(f"ladder-{key}", partial(ladder, known, higher), HALF_WIDTHS),
        folded("The same as a table", table(title, ["Scorer", metric], rows)),
    )


def gates(summary: Summary) -> Markup | None:
    """Return every decision of the gate with all its criteria; None without decisions."""
    decisions = findings.items(summary, "gates")
    if not decisions:
        return None
    passed = sum(bool(gate.get("passed")) for gate in decisions)
    lead = joined(
        data(passed),
        " of ",
        data(len(decisions)),
        f" {plural(len(decisions), 'candidate')} passed the gate.",
    )
    return section("gate", "The gate", lead, grid(*map(_decision, decisions), class_="halves even"))


def _decision(gate: Mapping[str, Any]) -> Markup:
    standing = str(gate.get("standing") or ("passed" if gate.get("passed") else "refused"))
    title = f"{figures.version(gate['version'])}, week {gate.get('week', figures.NONE)}"
    rows: list[list[object]] = [
        [
            figures.title(criterion["name"]),
            data(criterion.get("value")),
            element(
                "span",
                _sign(criterion.get("comparison")),
                " ",
                data(criterion.get("threshold")),
                class_="nowrap",
            ),
            _verdict(bool(criterion.get("passed"))),
        ]
        for criterion in gate.get("criteria") or []
    ]
    return card(
        title,
        table(
            f"Criteria of {title}",
            ["Criterion", "Value", "Asked", "Verdict"],
            rows,
            class_="criteria",
        ),
        element("p", gate["reason"], class_="finding") if gate.get("reason") else None,
        note=badge(standing, STANDINGS.get(standing, "quiet")),
    )


def _sign(comparison: object) -> str:
    return {">=": "\N{GREATER-THAN OR EQUAL TO}", "<=": "\N{LESS-THAN OR EQUAL TO}"}.get(
        str(comparison), str(comparison)
    )


def _verdict(passed: bool) -> Markup:
    return element(
        "span",
        "\N{CHECK MARK} passed" if passed else "\N{MULTIPLICATION X} failed",
        class_="good" if passed else "bad",
    )
