"""The training pipeline: from labelled rows to a version that the gate has judged."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import structlog

from .. import artifact
from ..contracts import Dataset, Decision, Evaluation, Leads, Scored, Split, TrainedModel
from ..declare import measures
from ..design import MODEL_NAME, Section, section
from ..features.rows import labelled_rows
from ..kind import calibration, reliability
from ..ops import clock, locks, progress
from ..problem import fallback, metric
from ..problem.schema import ENTITY_KEY, OUTCOME_TIME, TRAINING_WINDOW
from ..registry import card, gate, kept_rows, promote, provenance, record
from ..settings import settings
from ..tools.runner.runner import stage
from ..tools.tuning.objective import Plan
from ..training import choose, evaluate, export, split
from . import promotion
from .checking import check_data, require_designed_metric

MEASURES = measures(metric)


class TrainingDesign(Section):
    """How much is tried, and from which seed."""

    trials: int
    seed: int


@dataclass(frozen=True)
class Trained:
    """The result of the pipeline.

    Attributes:
        standing: what became of the version: champion, staging or refused.
        evaluations: of train, validation and test; on the test rows also of baseline, fallback and,
            where there was one, the champion.
        tested: the time of the first and of the last test row.
    """

    version: int
    decision: Decision
    standing: str
    evaluations: Mapping[str, Evaluation]
    tested: tuple[datetime, datetime]


def training(
    family: str = "boosted",
    trials: int | None = None,
    seed: int | None = None,
    reason: str = "asked",
) -> Trained:
    """Train, tune, record and judge one model.

    Args:
        family: a key of `problem.model.FAMILIES`.
        trials: how many sets of parameters to try; 0 takes the family's defaults.
        seed: of tuning and fitting.
        reason: why the run was started; recorded.

    Raises:
        Busy: another process trains.
        UserError: the design names another metric than decides; nothing was begun.
        DataError: the data have faults; nothing was begun.
    """
    require_designed_metric(MEASURES.primary)
    check_data().require_no_error()
    design = section("training", TrainingDesign)
    trials = design.trials if trials is None else trials
    seed = design.seed if seed is None else seed
    now = clock.now()
    name = f"{family}-{trials}-trials-{now:%Y-%m-%d}" if trials else f"{family}-{now:%Y-%m-%d}"
    with (
        locks.alone("training"),
        record.run(name, {"reason": reason}) as run_id,
        structlog.contextvars.bound_contextvars(run_id=run_id),
        tempfile.TemporaryDirectory() as folder,
    ):
        progress.begin("reading the rows and their features")
        rows = load_rows()
        parts = split.by_time(rows)
        kept_rows.claim_holdout(run_id, parts.known.time.iloc[-1], parts.test.time.iloc[0])
        model = choose_and_fit(family, trials, seed, parts, f"{name}-{run_id[:8]}")
        progress.begin("exporting and evaluating")
        files = Path(folder) / "artifact"
        exported = export_model(model, parts, files, run_id)
        evaluations, leads = evaluate_all(model, exported.tested, parts)
        measured = reliability.measure(Scored(parts.test.label, exported.tested, None))
        names = list(parts.known.features.columns)
        figures = {
            "calibration": reliability.draw(measured),
            "importances": evaluate.importance_plot(model, names),
        }
        # Before there is a version: none is ever without the rows that it was trained on.
        kept_rows.keep(run_id, rows, Path(folder))
        kept_rows.prune(settings().runs_with_kept_rows)
        card.keep(
            run_id,
            {
                "rows": evaluate.spans(parts),
                "too_small": dict(evaluations["test"].too_small),
                "calibration": measured,
            },
        )
        tested = pd.DataFrame(
            {
                ENTITY_KEY: parts.test.entity,
                OUTCOME_TIME: parts.test.time,
                "score": exported.tested,
            }
        )
        version = record.record(
            run_id, model, evaluations, files, figures, exported.recent.features, tested
        )
        progress.begin("asking the gate")
        decision = judge(version, exported, parts, evaluations, leads)
        standing = promote.settle(decision)
    if standing == "staging" and promotion.consider().verdict == "promote":
        standing = "champion"
    due = parts.test.time
    tested = (due.iloc[0].to_pydatetime(), due.iloc[-1].to_pydatetime())
    return Trained(version, decision, standing, evaluations, tested)


@stage(retries=2)
def load_rows() -> Dataset:
    """Read every labelled row of the training window with its features at its time."""
    now = clock.now()
    return labelled_rows(now - TRAINING_WINDOW, now)


@stage()
def choose_and_fit(family: str, trials: int, seed: int, parts: Split, study: str) -> TrainedModel:
    """Tune on what was known before the test, and fit the best."""
    journal = settings().state_dir / "studies" / "journal.log"
    plan = Plan(trials, seed, MEASURES.primary.higher_is_better, study, journal)
    tell = partial(progress.report, "tuning")
    return choose.choose(family, parts, plan, MEASURES.primary, tell)


@stage()
def export_model(model: TrainedModel, parts: Split, folder: Path, run_id: str) -> export.Exported:
    """Write the artifact, load it as servers do, and score the test rows with it."""
    return export.export(
        model,
        parts,
        folder,
        name=MODEL_NAME,
        run_id=run_id,
        git_commit=provenance.git_commit(),
        created=clock.now(),
    )


@stage()
def evaluate_all(
    model: TrainedModel, tested: np.ndarray, parts: Split
) -> tuple[dict[str, Evaluation], dict[str, Leads]]:
    """Evaluate the model on its three parts; baseline, fallback and champion on the test rows.

    There the exported files of model and champion score, as they do in service: what differs
    between a model and its export would else decide between equals. How far chance moves its lead
    over baseline and champion comes with it.

    Args:
        tested: the exported model's scores of the test rows, [n].
    """
    known = parts.known
    evaluations = evaluate.evaluate_parts(model, parts, tested, MEASURES)
    rule = fallback.fit(known.features.to_numpy(np.float32), known.label)
    ruled = fallback.score(parts.test.features.to_numpy(np.float32), rule)
    constant = np.full(len(parts.test), calibration.constant(known.label))
    evaluations["fallback"] = evaluate.evaluate(parts.test, ruled, MEASURES)
    designed = section("gate", gate.GateDesign).baseline
    others = {"baseline": constant if designed == "constant" else ruled}
    champion = promote.version_of("champion")
    if champion is not None:
        others["champion"] = export.exported_scores(fetch_scorer(champion), parts.test)
    for name, scores in others.items():
        evaluations[name] = evaluate.evaluate(parts.test, scores, MEASURES)
    return evaluations, evaluate.leads(parts.test, tested, others, MEASURES)


@stage(retries=2)
def fetch_scorer(version: int) -> artifact.Scorer:
    """Download a version and load it, verified."""
    with tempfile.TemporaryDirectory() as folder:
        record.fetch(version, Path(folder))
        return artifact.load(Path(folder), record.registered_hash(version))


@stage()
def judge(
    version: int,
    exported: export.Exported,
    parts: Split,
    evaluations: Mapping[str, Evaluation],
    leads: Mapping[str, Leads],
) -> Decision:
    """Ask the gate."""
    evidence = gate.Evidence(
        candidate=evaluations["test"],
        baseline=evaluations["baseline"],
        champion=evaluations.get("champion"),
        leads=leads,
        reproduction_error=exported.reproduction_error,
        model_latency_ms=export.scoring_latency_ms(exported.scorer, parts.test),
    )
    return gate.decide(version, evidence, section("gate", gate.GateDesign), MEASURES.primary)
