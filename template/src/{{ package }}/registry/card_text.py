"""The champion's card as Markdown. The same record gives the same text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..problem.metric import PRIMARY
from .card import Card

COMPARED = {"baseline": "baseline", "champion": "the champion then"}
"""What the test rows were scored by beside the version, and how the card calls it."""
UNKNOWN = "Not recorded: this version was trained by a release that did not keep it."

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#])")


def text(card: Card) -> str:
    """Return what the registry knows of a version, as sections of the third level."""
    parts = (_identity(card), _evaluation(card), _gate(card), _rows(card), _calibration(card))
    return "\n\n".join([*parts, _ranges(card)])


def plain(value: object) -> str:
    """Return any text as one line of a table's cell that shows it and does nothing else."""
    line = " ".join(str(value).split())
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
    return _SPECIAL.sub(r"\\\1", shown)


def _identity(card: Card) -> str:
    run, tags = card.run, card.tags
    chosen = ", ".join(f"{name} {value}" for name, value in sorted(run.params.items()))
    promoted = "by hand, without a record"
    if "promoted_by" in tags:
        promoted = f"{tags['promoted_at']} by {tags['promoted_by']}: {tags['promoted_because']}"
    tuned = "not recorded"
    if run.trials is not None:
        tuned = f"{run.trials} trials" if run.trials else "none"
    again = f"make reproduce RUN={card.version}"
    facts = {
        "Version": card.version,
        "Run": run.run_id,
        "Trained": run.clock,
        "Code": f"commit {run.git_commit}",
        "Family": run.family,
        "Parameters": chosen,
        "Tuning": tuned,
        "Seed": run.seed,
        "Champion since": promoted,
        "Again": again if run.rows_kept else "not possible: its rows were not recorded",
    }
    return _section("Version", _table(("", ""), facts.items()))


def _evaluation(card: Card) -> str:
    metrics = card.metrics
    others = [part for part in COMPARED if f"{part}.{PRIMARY.name}" in metrics]
    parts = ("train", "validation", "test", *others)
    names = sorted(
        {name.removeprefix("test.") for name in metrics if name.startswith("test.")} - {"rows"},
        key=lambda name: (name != PRIMARY.name, name),
    )
    called = [COMPARED.get(part, part) for part in parts]
    slices = [name for name in names if name.startswith("slice.")]
    whole = [name for name in names if name not in slices]
    better = "higher" if PRIMARY.higher_is_better else "lower"
    return _section(
        "Metrics",
        f"The model was fitted on the train and validation rows. {plain(PRIMARY.name)} decides:"
        f" {better} is better.",
        _table(("Metric", *called), ((name, *_of(metrics, parts, name)) for name in whole)),
        f"{plain(PRIMARY.name)} on each slice that is large enough to tell:",
        _table(
            ("Slice", *called),
            ((name.removeprefix("slice."), *_of(metrics, parts, name)) for name in slices),
        ),
    )


def _of(metrics: Mapping[str, float], parts: Sequence[str], name: str) -> Iterator[str]:
    return (_number(metrics.get(f"{part}.{name}")) for part in parts)


def _gate(card: Card) -> str:
    verdicts = sorted(
        (name.removeprefix("gate."), verdict)
        for name, verdict in card.tags.items()
        if name.startswith("gate.")
    )
    return _section("Gate", _table(("Criterion", "Verdict"), verdicts))


def _rows(card: Card) -> str:
    told = [f"Digest of the fitted rows: {plain(card.run.manifest.data_digest)}."]
    if card.summary is None:
        return _section("Rows", *told, UNKNOWN)
    parts = (
        (name, f"{part['rows']:,}", part["from"], part["until"], _number(part["mean_outcome"]))
        for name, part in card.summary["rows"].items()
    )
    return _section("Rows", *told, _table(("Part", "Rows", "From", "Until", "Mean outcome"), parts))


def _calibration(card: Card) -> str:
    if card.summary is None:
        return _section("Calibration", UNKNOWN)
    groups: list[dict[str, Any]] = card.summary["calibration"]
    gap = max(abs(each["mean_score"] - each["mean_outcome"]) for each in groups)
    rows = (
        (f"{each['rows']:,}", _number(each["mean_score"]), _number(each["mean_outcome"]))
        for each in groups
    )
    return _section(
        "Calibration",
        f"The test rows in groups of equal size, the lowest scores first. The largest gap between"
        f" mean score and mean outcome is {_number(gap)}.",
        _table(("Rows", "Mean score", "Mean outcome"), rows),
    )


def _ranges(card: Card) -> str:
    rows = (
        (each.name, _number(each.minimum), _number(each.maximum), f"{each.missing_share:.1%}")
        for each in card.run.manifest.features
    )
    return _section(
        "Ranges",
        "The values that the model was fitted on. What it says of others is a guess.",
        _table(("Feature", "Lowest", "Highest", "Missing"), rows),
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _section(title: str, *blocks: str) -> str:
    return "\n\n".join([f"### {title}", *blocks])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *(tuple(map(plain, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
