"""The champion's card as Markdown. The same record gives the same text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..kind import reliability
from ..ops.markdown import number, plain, section, table
from ..problem.metric import PRIMARY
from .card import Card

COMPARED = {"baseline": "baseline", "champion": "the champion then"}
"""What the test rows were scored by beside the version, and how the card calls it."""
UNKNOWN = "Not recorded: this version was trained by a release that did not keep it."


def text(card: Card) -> str:
    """Return what the registry knows of a version, as sections of the third level."""
    parts = (_identity(card), _evaluation(card), _gate(card), _rows(card), _calibration(card))
    return "\n\n".join([*parts, _ranges(card)])


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
        "Again": again if run.rows_digest else "not possible: its rows were not recorded",
    }
    return section("Version", table(("", ""), facts.items()))


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
    return section(
        "Metrics",
        f"The model was fitted on the train and validation rows. {plain(PRIMARY.name)} decides:"
        f" {better} is better.",
        table(("Metric", *called), ((name, *_of(metrics, parts, name)) for name in whole)),
        f"{plain(PRIMARY.name)} on each slice that is large enough to tell:",
        table(
            ("Slice", *called),
            ((name.removeprefix("slice."), *_of(metrics, parts, name)) for name in slices),
        ),
    )


def _of(metrics: Mapping[str, float], parts: Sequence[str], name: str) -> Iterator[str]:
    return (number(metrics.get(f"{part}.{name}")) for part in parts)


def _gate(card: Card) -> str:
    verdicts = sorted(
        (name.removeprefix("gate."), verdict)
        for name, verdict in card.tags.items()
        if name.startswith("gate.")
    )
    return section("Gate", table(("Criterion", "Verdict"), verdicts))


def _rows(card: Card) -> str:
    told = [f"Digest of the fitted rows: {plain(card.run.manifest.data_digest)}."]
    if card.summary is None:
        return section("Rows", *told, UNKNOWN)
    parts = (
        (name, f"{part['rows']:,}", part["from"], part["until"], number(part["mean_outcome"]))
        for name, part in card.summary["rows"].items()
    )
    return section("Rows", *told, table(("Part", "Rows", "From", "Until", "Mean outcome"), parts))


def _calibration(card: Card) -> str:
    if card.summary is None:
        return section("Calibration", UNKNOWN)
    return section("Calibration", *reliability.blocks(card.summary["calibration"]))


def _ranges(card: Card) -> str:
    rows = (
        (each.name, number(each.minimum), number(each.maximum), f"{each.missing_share:.1%}")
        for each in card.run.manifest.features
    )
    return section(
        "Ranges",
        "The values that the model was fitted on. What it says of others is a guess.",
        table(("Feature", "Lowest", "Highest", "Missing"), rows),
    )
