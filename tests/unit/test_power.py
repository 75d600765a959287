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
    assert power("days", "", 4000, 0.5, 2) == ""


@pytest.mark.parametrize(
    ("outcomes", "requests", "share", "delay", "days"),
    [
        (1000, 1000, 0.5, 0, "2"),
        (1001, 1000, 0.5, 2, "5"),
        ("300", 1000, 0.1, 1, "4"),  # 1000 times 0.1 and the like are no whole number everywhere
        (3, 3, 0.1, 1, "11"),
        (1, 1_000_000_000, 0.5, 1, "2"),
        (1000, 0, 0.5, 2, ""),
    ],
)
def test_days(
    power: Macro, outcomes: object, requests: int, share: float, delay: int, days: str
) -> None:
    """Days are the challenger's outcomes over those of a day, rounded up, and the last one's delay.

    Of unknown traffic nothing is said.
    """
    assert power("days", outcomes, requests, share, delay) == days
