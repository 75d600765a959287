"""The size of an A/B test, as the documents and the rules compute it, against exact arithmetic.

A test of the stack compares the same macros with statsmodels.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import ceil, sqrt
from statistics import NormalDist

import pytest

from ml_scaffold.questions import Questionnaire

Macro = Callable[..., str]

Z = NormalDist().inv_cdf
ERRORS = list(product((0.01, 0.05, 0.1), (0.8, 0.9, 0.95)))
SHARES = (0.01, 0.3, 0.5)


@pytest.fixture(scope="session")
def power(questionnaire: Questionnaire) -> Macro:
    """Return a function of a macro's name and its arguments."""

    def power(macro: str, *arguments: object) -> str:
        source = (
            f"{{% from 'generator/macros/power.jinja' import {macro} %}}{{{{ {macro}(*given) }}}}"
        )
        return questionnaire.render(source, {"given": arguments})

    return power


@pytest.mark.parametrize(("alpha", "target"), ERRORS)
def test_two_proportions(power: Macro, alpha: float, target: float) -> None:
    """Both arms have what the formula of Fleiss, Levin and Paik says, to the unit."""
    for share, base, effect in product(SHARES, (0.001, 0.1, 0.5, 0.85), (0.001, 0.03, 0.1)):
        ratio, improved = (1 - share) / share, base + effect
        pooled = share * improved + (1 - share) * base
        null = sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
        alternative = sqrt(improved * (1 - improved) + base * (1 - base) / ratio)
        exact = ((Z(1 - alpha) * null + Z(target) * alternative) / effect) ** 2
        given = (base, effect, ratio, alpha, target)
        assert int(power("proportions", *given)) == ceil(exact)
        assert int(power("proportions", *given, ratio)) == ceil(exact * ratio)


@pytest.mark.parametrize(("alpha", "target"), ERRORS)
def test_two_means(power: Macro, alpha: float, target: float) -> None:
    """Both arms see a difference of means with the power asked for, and with one less would not."""
    for share, std, effect in product(SHARES, (0.5, 10.0, 700.0), (0.03, 1.0)):
        ratio = (1 - share) / share
        arms = [int(power("means", std, effect, ratio, alpha, target, arm)) for arm in (1, ratio)]
        error = std * sqrt(1 / arms[0] + 1 / arms[1])
        assert NormalDist().cdf(effect / error - Z(1 - alpha)) >= target - 1e-12
        fewer = std * sqrt((1 + 1 / ratio) / (arms[0] - 1)) if arms[0] > 1 else float("inf")
        assert NormalDist().cdf(effect / fewer - Z(1 - alpha)) < target


def test_no_rate_exceeds_one(power: Macro) -> None:
    """A gain that no rate can make has no sample size and no duration."""
    for effect in (0.1, 0.2):
        assert power("proportions", 0.9, effect, 1.0, 0.05, 0.8) == ""
    assert power("days", "", 4000, 2) == ""


@pytest.mark.parametrize(
    ("outcomes", "daily", "delay", "days"),
    [
        (1000, 1000, 0, "1"),
        (1001, 1000, 2, "4"),
        ("3000", 1000, 1, "4"),
        (1, 1_000_000_000, 1, "2"),
        (1000, 0, 2, ""),
    ],
)
def test_days(power: Macro, outcomes: object, daily: int, delay: int, days: str) -> None:
    """Days are the outcomes over those of a day, rounded up, and the last one's delay.

    Of unknown traffic nothing is said.
    """
    assert power("days", outcomes, daily, delay) == days


@pytest.mark.parametrize(("entities", "correlation"), [(500, 0.3), (20_000, 0.1), (7, 1.0)])
def test_outcomes_of_one_entity_count_as_fewer(
    power: Macro, entities: int, correlation: float
) -> None:
    """So many are as good as is asked for, by Kish's design effect, and one less is not."""
    assert power("of_entities", 1234, entities, 0.0) == "1234"
    assert power("of_entities", "", entities, correlation) == ""
    limit = entities / correlation
    assert power("of_entities", ceil(limit), entities, correlation) == ""

    def worth(outcomes: int) -> float:
        of_one = 1 + outcomes / entities  # how many the entity of an outcome has on average
        return outcomes / (1 + (of_one - 1) * correlation)

    for wanted in (1, int(limit / 2), int(limit * 0.99) or 1):
        taken = int(power("of_entities", wanted, entities, correlation))
        assert worth(taken) >= wanted - 1e-9
        assert worth(taken - 1) < wanted
