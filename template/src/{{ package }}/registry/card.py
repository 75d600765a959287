"""The champion's model card: what the registry knows of it, and that as Markdown.

Nothing is computed, so the same record gives the same text.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..artifact.manifest import MANIFEST_FILE, Manifest
from ..kind import reliability
from ..ops.markdown import number, plain, section, table
from ..problem.metric import PRIMARY
from ..tools.tracking import runs
from ..tools.tracking.runs import Run, RunError
from .kept_rows import DIGEST_TAG
from .promote import CHANCE, champion
from .record import ARTIFACT, run_of, tags_of

SUMMARY = "card.json"
"""The artifact of a run that holds what its card says and the run's metrics don't."""
COMPARED = {"baseline": "baseline", "champion": "the champion then"}
"""What the test rows were scored by beside the version, and how the card calls it."""
UNKNOWN = "Not recorded: this version was trained by a release that did not keep it."


@dataclass(frozen=True)
class Card:
    """A version and the record of its training.

    Attributes:
        run: that made it; what the release of then did not record is not in it.
        manifest: of the artifact that it exported.
        tags: of the version: the gate's verdicts, and who promoted it when and why.
        summary: of its rows and its calibration; None for a version that was trained by a release
            which kept none.
    """

    version: int
    run: Run
    manifest: Manifest
    tags: Mapping[str, str]
    summary: Mapping[str, Any] | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what the release that trained the version did not record."""
        kept = {
            "the number of trials": "trials" in self.run.params,
            "the rows it was trained on": DIGEST_TAG in self.run.tags,
            "the time of its rows and its calibration": self.summary is not None,
        }
        return tuple(name for name, there in kept.items() if not there)


def keep(run_id: str, summary: Mapping[str, Any]) -> None:
    """Store with a run what its card will say beyond metrics and parameters."""
    runs.keep_text(run_id, json.dumps(dict(summary), indent=2), SUMMARY)


def of_champion() -> Card:
    """Return what is recorded of the champion.

    Raises:
        PromotionError: nothing was promoted yet.
        RunError: its run is gone, or its manifest.
    """
    runs.require()
    version = champion()
    found = runs.beginning(run_of(version))
    if not found:
        raise RunError(f"the run of version {version} is gone, so nothing says where it comes from")
    (run,) = found
    summary = None
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        runs.fetch(run.run_id, f"{ARTIFACT}/{MANIFEST_FILE}", folder)
        manifest = Manifest.read(folder)
        if runs.holds(run.run_id, SUMMARY):
            path = runs.fetch(run.run_id, SUMMARY, folder)
            summary = json.loads(path.read_text(encoding="utf-8"))
    return Card(version, run, manifest, tags_of(version), summary)


def text(card: Card) -> str:
    """Return what the registry knows of a version, as sections of the third level."""
    parts = (_identity(card), _evaluation(card), _gate(card), _rows(card), _calibration(card))
    return "\n\n".join([*parts, _ranges(card)])


def _identity(card: Card) -> str:
    params, made, tags = dict(card.run.params), card.run.tags, card.tags
    family, seed, trials = params.pop("family"), params.pop("seed"), params.pop("trials", None)
    chosen = ", ".join(f"{name} {value}" for name, value in sorted(params.items()))
    promoted = "by hand, without a record"
    if "promoted_by" in tags:
        promoted = f"{tags['promoted_at']} by {tags['promoted_by']}: {tags['promoted_because']}"
    tuned = "not recorded"
    if trials is not None:
        tuned = f"{trials} trials" if int(trials) else "none"
    again = f"make reproduce RUN={card.version}"
    facts = {
        "Version": card.version,
        "Run": card.run.run_id,
        "Trained": made["clock"],
        "Code": f"commit {made['git_commit']}",
        "Family": family,
        "Parameters": chosen,
        "Tuning": tuned,
        "Seed": seed,
        "Champion since": promoted,
        "Again": again if DIGEST_TAG in made else "not possible: its rows were not recorded",
    }
    return section("Version", table(("", ""), facts.items()))


def _evaluation(card: Card) -> str:
    metrics = card.run.metrics
    others = [part for part in COMPARED if f"{part}.{PRIMARY.name}" in metrics]
    parts = ("train", "validation", "test", *others)
    names = sorted(
        {name.removeprefix("test.") for name in metrics if name.startswith("test.")} - {"rows"},
        key=lambda name: (name != PRIMARY.name, name),
    )
    called = [COMPARED.get(part, part) for part in parts]
    slices = [name for name in names if name.startswith("slice.")]
    small = (card.summary or {}).get("too_small", {})
    untold = ", ".join(f"{plain(name)} ({rows:,} rows)" for name, rows in small.items())
    whole = [name for name in names if name not in slices]
    better = "higher" if PRIMARY.higher_is_better else "lower"
    return section(
        "Metrics",
        "The model was fitted on the rows whose outcome was known before the first test row was"
        f" due, of which those of train and validation are parts. {plain(PRIMARY.name)} decides:"
        f" {better} is better.",
        table(("Metric", *called), ((name, *_of(metrics, parts, name)) for name in whole)),
        f"{plain(PRIMARY.name)} on each slice that is large enough to tell:",
        table(
            ("Slice", *called),
            ((name.removeprefix("slice."), *_of(metrics, parts, name)) for name in slices),
        ),
        *([f"Too small to tell, and not judged: {untold}."] if untold else []),
    )


def _of(metrics: Mapping[str, float], parts: Sequence[str], name: str) -> Iterator[str]:
    return (number(metrics.get(f"{part}.{name}")) for part in parts)


def _gate(card: Card) -> str:
    verdicts = sorted(
        (name.removeprefix("gate."), verdict)
        for name, verdict in card.tags.items()
        if name.startswith("gate.")
    )
    chances = [
        (name.removeprefix(CHANCE), share)
        for name, share in sorted(card.tags.items())
        if name.startswith(CHANCE)
    ]
    told = [table(("By chance alone, in tests of this size", "Share"), chances)] if chances else []
    return section("Gate", table(("Criterion", "Verdict"), verdicts), *told)


def _rows(card: Card) -> str:
    told = [f"Digest of the fitted rows: {plain(card.manifest.data_digest)}."]
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
        for each in card.manifest.features
    )
    return section(
        "Ranges",
        "The values that the model was fitted on. What it says of others is a guess.",
        table(("Feature", "Lowest", "Highest", "Missing"), rows),
    )
