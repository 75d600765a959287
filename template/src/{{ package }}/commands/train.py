"""The check of the data, training, and who takes over."""

from __future__ import annotations

import shlex
from typing import Annotated, Literal

import typer

from ..design import Section, section

By = Annotated[str, typer.Option(help="Who decides; recorded.")]


class ApprovalDesign(Section):
    """Who lets a model take over: the gate or a person (neither with an A/B test), and who."""

    mode: Literal["automatic", "person"] | None = None
    approver: str


def check_data() -> None:
    """Name every mismatch between the data and the schema; exit with 1 if there is an error."""
    from ..ops import clock
    from ..pipelines import checking

    typer.echo(f"{clock.now():%Y-%m-%d %H:%M} UTC is taken for now")
    checked = checking.check_data()
    for name, rows in checked.rows.items():
        typer.echo(f"{rows:,} rows of {name}")
    for finding in checked.findings:
        typer.echo(finding)
    typer.echo(checked.summary())
    if checked.errors:
        raise typer.Exit(1)


def train(
    family: Annotated[str, typer.Option(help="A family of problem/model.py.")] = "boosted",
    trials: Annotated[int | None, typer.Option(min=0, help="Instead of the designed.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the designed.")] = None,
    reason: Annotated[str, typer.Option(help="Why; recorded.")] = "asked",
) -> None:
    """Tune and train a model and send it through the gate."""
    from ..ops import locks, progress

    # Here too: another training is told now, not after the seconds that it takes to load the tools.
    locks.require_free("training")
    with progress.counting():
        progress.begin("loading the tools")
        from ..pipelines import checking

        # Here too: what stops a run is recorded, and told only after its start.
        checking.check_data().require_no_error()
        from ..pipelines.training import training
        from ..problem.metric import PRIMARY
        from ..tools.runner.runner import run

        trained = run(training, family=family, trials=trials, seed=seed, reason=reason)
    for criterion in trained.decision.criteria:
        verdict = "passed " if criterion.passed else "REFUSED"
        typer.echo(
            f"{verdict} {criterion.name}: {criterion.value:.4g}"
            f" {criterion.comparison} {criterion.threshold:.4g}"
        )
    test = trained.evaluations["test"]
    for name, rows in test.too_small.items():
        typer.echo(f"not judged: slice_{name}, whose {rows:,} test rows are too few to tell")
    for name, share in trained.decision.chances.items():
        typer.echo(f"by chance alone: {name} in {share:.1%} of such tests")
    score = test.metrics[PRIMARY.name]
    typer.echo(f"version {trained.version}: test {PRIMARY.name} {score:.4f}, {trained.standing}")
    approval = section("approval", ApprovalDesign)
    if trained.standing == "staging" and approval.mode == "person":
        typer.echo(_waits(approval.approver))


def approve(by: By, reason: Annotated[str, typer.Option(help="Why.")] = "approved") -> None:
    """Make the challenger in staging the champion."""
    from ..registry import promote

    by = _named(by)
    typer.echo(f"version {promote.approve(by, reason)} is the champion")
    _note_another(by)


def reject(by: By, reason: Annotated[str, typer.Option(help="Why.")] = "rejected") -> None:
    """Take the challenger out of staging; the champion stays."""
    from ..registry import promote

    by = _named(by)
    typer.echo(f"version {promote.reject(by, reason)} is out of staging")
    _note_another(by)


def rollback(by: By) -> None:
    """Go back to the champion before this one."""
    from ..registry import promote

    by = _named(by)
    typer.echo(f"version {promote.rollback(by)} is the champion again")
    _note_another(by)


def _waits(approver: str) -> str:
    """Return who must approve a model, by which command, and what answers until then."""
    from ..registry import promote

    champion = promote.version_of("champion")
    answers = "the fallback answers" if champion is None else f"version {champion} serves on"
    return f"until {approver} approves it, {answers}: make approve BY={shlex.quote(approver)}"


def _named(by: str) -> str:
    if not by.strip():
        raise typer.BadParameter("name the person who decides: BY='Ada Lovelace'")
    return by.strip()


def _note_another(by: str) -> None:
    """Say so where who decided, and was recorded, is not whom the design names."""
    approver = section("approval", ApprovalDesign).approver
    if by.casefold() != approver.strip().casefold():
        # A name that is typed proves nothing: who may write to the registry is up to its server.
        typer.echo(f"note: by design {approver} decides; recorded is {by}", err=True)


COMMANDS = (check_data, train, approve, reject, rollback)
