"""How many outcomes a test needs before it may speak."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ..design.experiment import ExperimentDesign
from ..kind.comparison import sample_size


@dataclass(frozen=True)
class Plan:
    """The size of a test, fixed before it starts.

    Attributes:
        champion, challenger: outcomes needed in each arm.
        assumed: what `sample_size` was told of the champion before the test.
        minimum_effect: improvement of the business metric that the test sees with probability
            `power`.
        alpha: probability of promoting a challenger that is no better.
        minimum_days: that must have passed, however soon the outcomes are known.
        label_delay_days: after which a prediction's outcome is known.
    """

    champion: int
    challenger: int
    assumed: float
    minimum_effect: float
    alpha: float
    power: float
    minimum_days: int
    label_delay_days: int

    @property
    def total(self) -> int:
        """Return the outcomes needed in both arms together."""
        return self.champion + self.challenger

    def progress(self, effective: tuple[float, float]) -> float:
        """Return the outcomes so far over the planned ones, in the arm that has further to go.

        `effective` are independent outcomes' worth, champion's first.
        """
        return min(effective[0] / self.champion, effective[1] / self.challenger)

    def information(self, effective: tuple[float, float], days: float) -> float:
        """Return the inverse variance of the difference so far over that at the end, at most 1.

        The end is the planned size or, where that is reached sooner, the last of the minimum days,
        up to which outcomes are taken to come evenly from the label delay on. `days` have passed
        since the test began.
        """
        if not all(effective):
            return 0.0
        planned = 1 / self.champion + 1 / self.challenger
        of_size = planned / (1 / effective[0] + 1 / effective[1])
        with_outcomes = self.minimum_days - self.label_delay_days
        if with_outcomes <= 0:  # the minimum days are over when the first outcomes come
            return min(1.0, of_size)
        of_time = max(0.0, days - self.label_delay_days) / with_outcomes
        return min(1.0, of_size, of_time)

    def days(self, outcomes_a_day: float) -> int:
        """Return how many days after its beginning the test can end.

        The traffic must be split until there are enough predictions, and the last of their outcomes
        is known `label_delay_days` later.

        Raises:
            ValueError: there are no outcomes.
        """
        if not outcomes_a_day > 0:
            raise ValueError(f"a test needs traffic, not {outcomes_a_day} outcomes a day")
        return max(ceil(self.total / outcomes_a_day) + self.label_delay_days, self.minimum_days)


def plan(assumed: float, design: ExperimentDesign, label_delay_days: int) -> Plan:
    """Return the size of the test that `design` asks for.

    Args:
        assumed: what `sample_size` wants to know of the champion.
        design: the share of traffic, the error probabilities and the least effect worth seeing.
        label_delay_days: of the problem.

    Raises:
        ValueError: it can't be, or leaves no room for the effect.
    """
    challenger = sample_size(
        assumed,
        design.minimum_effect,
        alpha=design.alpha,
        power=design.power,
        ratio=(1 - design.challenger_share) / design.challenger_share,
    )
    champion = challenger * (1 - design.challenger_share) / design.challenger_share
    return Plan(
        ceil(champion),
        ceil(challenger),
        assumed,
        design.minimum_effect,
        design.alpha,
        design.power,
        design.minimum_days,
        label_delay_days,
    )
