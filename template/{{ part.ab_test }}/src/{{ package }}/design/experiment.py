"""The designed values of the A/B test.

They stand beside the stages because two of them, which don't know each other, must agree on them:
the router, which splits the traffic, and the experiment, which is analysed by the same share.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from . import Section


class ExperimentDesign(Section):
    """How the traffic is split and what the test must be able to tell.

    Attributes:
        challenger_share: of the entities, to the challenger while there is one.
        alpha: probability of promoting a challenger that is no better.
        power: probability of seeing a gain of `minimum_effect`.
        minimum_effect: absolute improvement of the business metric.
        minimum_days: before the test's end, however many outcomes come.
        maximum_days: after which the test ends, however few have come.
        daily_outcomes: as expected when the test was designed; 0 where nobody knew.
        entities: how many there are to randomise, as designed.
        correlation: of the outcomes of one entity, as assumed when the test was designed.
        guardrails: what the challenger must not break while it is tried.
        rollback_criteria: what takes the traffic back from it. After the rest a person decides.
    """

    challenger_share: float = Field(gt=0, le=0.5)
    alpha: float = Field(gt=0, lt=0.5)
    power: float = Field(gt=0.5, lt=1)
    minimum_effect: float = Field(gt=0)
    minimum_days: int = Field(ge=1)
    maximum_days: int = Field(ge=1)
    daily_outcomes: int = Field(ge=0)
    entities: int = Field(ge=1)
    correlation: float = Field(ge=0, le=1)
    guardrails: tuple[Literal["latency", "fallback-share", "treated-share"], ...]
    rollback_criteria: tuple[Literal["guardrail", "worse", "no-better"], ...]
