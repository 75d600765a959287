"""What the newest rows can say of a model, as documents, defaults and rules compute it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import hypot, sqrt
from statistics import NormalDist
from typing import Any

import pytest

from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from support import ROOT

Macro = Callable[..., str]
Z = NormalDist().inv_cdf
ALONE, POOLED, FOUND = 0.006, 0.002, 0.975
"""As `kind/sight.py` has them: two checks of concept drift share what chance may do."""


@pytest.fixture(scope="session")
def holdout(questionnaire: Questionnaire) -> Macro:
    """Return a function of a macro's name and its arguments."""

    def holdout(macro: str, *arguments: object, of: str = "holdout") -> str:
        source = (
            f"{{% from 'generator/macros/{of}.jinja' import {macro} %}}{{{{ {macro}(*given) }}}}"
        )
        return questionnaire.render(source, {"given": arguments}).strip()

    return holdout


def hanley_mcneil(auc: float, positives: float, negatives: float) -> float:
    """Return the standard error of an area under the ROC curve (Radiology 143, 1982)."""
    both_positive, both_negative = auc / (2 - auc) - auc**2, 2 * auc**2 / (1 + auc) - auc**2
    variance = auc * (1 - auc) + (positives - 1) * both_positive + (negatives - 1) * both_negative
    return sqrt(variance / (positives * negatives))


def test_the_error_of_a_lead(holdout: Macro) -> None:
    """Of ROC AUC that of Hanley and McNeil, of average precision a share's, of errors their own."""
    for auc, rate, rows in product((0.55, 0.7, 0.95), (0.01, 0.3, 0.9), (2_000, 100_000)):
        exact = hanley_mcneil(auc, rate * rows, (1 - rate) * rows)
        assert float(holdout("error_of_lead", "roc_auc", auc, rate, rows)) == pytest.approx(
            exact, rel=0.02 if min(rate, 1 - rate) * rows > 100 else 0.2
        )
    precision = float(holdout("error_of_lead", "average_precision", 0.4, 0.1, 1_000))
    assert precision == pytest.approx(sqrt(0.4 * 0.6 / 100))
    assert float(holdout("error_of_lead", "wape", 0.35, 0.3, 400)) == pytest.approx(0.35 / 20)
    assert holdout("error_of_lead", "ndcg", 0.4, 0.1, 1_000) == ""


def test_what_a_window_shows_of_a_decay(holdout: Macro) -> None:
    """It is in the same standard errors, of the window's outcomes and of the test's."""
    errors = Z(1 - POOLED / 2) + Z(FOUND)
    for auc, rate in product((0.7, 0.9), (0.01, 0.3, 0.9)):
        window, test = (
            hanley_mcneil(auc, rate * rows, (1 - rate) * rows) for rows in (40_000, 10_000)
        )
        asked = ("roc_auc", auc, rate, 40_000, 10_000)
        assert float(holdout("visible_decay", *asked, of="sight")) == pytest.approx(
            errors * hypot(window, test), rel=0.01
        )
    rows = int(holdout("rows_for_decay", "roc_auc", 0.9, 0.01, 0.02, of="sight"))
    alone = hanley_mcneil(0.9, 0.01 * rows, 0.99 * rows)
    assert (Z(1 - ALONE / 2) + Z(FOUND)) * alone * sqrt(2) == pytest.approx(0.02, rel=0.01)


def test_how_often_chance_keeps_a_margin(holdout: Macro) -> None:
    """It is what the normal distribution has above the margin, and no more than the gate allows."""
    for z in (0.0, 0.3, 1.0, 1.28, 2.5, 4.0, 12.0, 40.0):
        share = 1 - NormalDist().cdf(z)
        assert float(holdout("passed_by_chance", 0.01 * z, 0.01, 0.6)) == pytest.approx(
            share, abs=1e-6
        )
        assert float(holdout("passed_by_chance", 0.01 * z, 0.01, 0.1)) <= 0.1


@pytest.mark.parametrize(
    ("design", "days"),
    [
        ({}, 7),
        ({"daily_requests": 150, "challenger_share": 0.0}, 14),
        ({"baseline_margin": 0.002}, 28),
        ({"baseline_margin": 0.0}, 7),
        ({"gate_error": 0.01, "daily_requests": 400, "challenger_share": 0.0}, 14),
        ({"positive_rate": 0.003, "evaluation_metric": "average_precision"}, 28),
        ({"problem_type": "regression"}, 7),
        ({"problem_type": "regression", "baseline_margin": 0.003}, 14),
    ],
)
def test_as_many_days_as_the_margin_asks(
    design: dict[str, Any], days: int, questionnaire: Questionnaire
) -> None:
    """By default whole weeks are held back, as many as tell the margin from chance, up to four."""
    values = check(design, questionnaire).values
    assert values["holdout_days"] == days
    assert days % 7 == 0
    if values["evaluation_metric"] == "roc_auc" and 7 < days < 28:
        week = values["daily_requests"] * 7
        rate, auc = values["positive_rate"], values["success_threshold"]
        for weeks, tells in ((days // 7, True), (days // 7 - 1, False)):
            rows = weeks * week
            error = hanley_mcneil(auc, rate * rows, (1 - rate) * rows)
            assert (Z(1 - values["gate_error"]) * error <= values["baseline_margin"]) is tells


def test_enough_is_what_the_code_takes_for_enough(questionnaire: Questionnaire) -> None:
    """The document names as many rows of the rarer outcome as the split looks for."""
    macro = "{% from 'generator/macros/holdout.jinja' import enough %}{{ enough }}"
    code = (ROOT / "template/src/{{ package }}/training/split.py").read_text(encoding="utf-8")
    assert f"\nENOUGH = {questionnaire.render(macro, {}).strip()}\n" in code
