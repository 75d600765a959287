"""Promotion: the A/B test of the challenger in staging decides whether it takes over."""

from __future__ import annotations

from datetime import timedelta

from ..contracts import Outcome
from ..design import section
from ..design.experiment import ExperimentDesign
from ..experiment.analysis import Verdict, analyse, participants
from ..experiment.power import Plan, plan
from ..kind.comparison import ASSUMED_FROM, assumed_of_champion
from ..monitoring.drift import MonitoringDesign
from ..monitoring.outcomes import attach, predictions
from ..ops import clock
from ..problem import source
from ..problem.schema import PROBLEM
from ..registry import promote, record

CHALLENGER_ALIAS: str | None = "staging"
"""The alias of what servers hold beside the champion: the challenger gets its share."""
DELIVERY = timedelta(minutes=5)
"""By then every server has the challenger; before, there is nothing to judge."""


def consider() -> Outcome:
    """Judge the challenger on what its test has shown; promote or reject it if that is enough.

    A test is of one champion and one challenger: where either changes, it begins anew. One that
    ended without a verdict is judged no more: a person approves or rejects.
    """
    champion, version = promote.version_of("champion"), promote.version_of("staging")
    if version is None:
        return Outcome("none", None, "nothing is in staging")
    if champion is None:
        reason = "the first model that passed: there is none to test it against"
        return Outcome("promote", promote.approve(by="gate", reason=reason), reason)
    design, now = section("experiment", ExperimentDesign), clock.now()
    since = promote.paired_since(champion, version)
    if now <= since + DELIVERY:
        return Outcome("continue", version, "the test has just begun")
    sla = section("monitoring", MonitoringDesign).latency_p99_ms
    # Without a service there is no SLA, and who is scored in a batch takes part.
    channel = "batch" if sla is None else "real-time"
    asked = participants(predictions(since, now), champion, version, channel)
    known = attach(asked.rows, source.outcomes(known_by=now), now)
    recorded = record.metrics_of(version)
    try:
        assumed = assumed_of_champion(*(recorded[name] for name in ASSUMED_FROM))
        planned = plan(assumed, design, PROBLEM.label_delay_days)
    except (KeyError, ValueError) as error:
        raise promote.PromotionError(
            f"no test of version {version} can be planned from what is recorded of the champion"
            f" ({error}): `make approve` or `make reject`"
        ) from error
    days = (now - since) / timedelta(days=1)
    return act_on(analyse(asked, known, planned, design, sla, days), version, design)


def act_on(verdict: Verdict, version: int, design: ExperimentDesign) -> Outcome:
    """Promote, reject or hold the challenger as the verdict says.

    What waits for a person is rejected for a broken guardrail alone, because it still has its
    traffic; all else has been judged.
    """
    broken = "guardrail" in design.rollback_criteria and not all(
        rail.passed for rail in verdict.guardrails
    )
    held = promote.held_because(version)
    if held is not None and not broken:
        return Outcome("hold", version, held)
    reason = verdict.reason
    if verdict.met_both:
        reason += f"; {verdict.met_both:,} met both models and count as first assigned"
    if verdict.outcome == "promote":
        promote.approve(by="A/B test", reason=reason)
    elif verdict.outcome == "roll_back":
        promote.reject(by="A/B test", reason=reason)
    elif verdict.outcome == "hold":
        reason += "; a person decides: `make approve` or `make reject`"
        promote.hold(version, reason)
    else:
        reason += expected_duration(verdict.plan, design)
    return Outcome(verdict.outcome, version, reason, verdict.to_dict())


def expected_duration(planned: Plan, design: ExperimentDesign) -> str:
    """Say how long it takes until the test can end; nothing if the traffic is not known."""
    if not design.daily_outcomes:
        return ""
    days, pace = planned.days(design.daily_outcomes), f"{design.daily_outcomes:,} outcomes a day"
    told = f"planned for {days:,} days at {pace}" if days else "never at its planned size"
    if days is None or days > design.maximum_days:
        told += f", so it ends after {design.maximum_days}"
    return f"; {told}"
