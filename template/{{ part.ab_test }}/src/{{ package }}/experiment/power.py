"""How many outcomes a test needs before it may speak, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from ..design.experiment import ExperimentDesign
from ..kind.comparison import sample_size


@dataclass(frozen=True)
class Plan:
    """The size of a test, fixed before it starts.

    Attributes:
        champion, challenger: independent outcomes needed in each arm.
        assumed: what `sample_size` was told of the champion before the test.
        minimum_effect: improvement of the business metric that the test sees with probability
            `power`.
        alpha: probability of promoting a challenger that is no better.
        minimum_days: that must have passed, however soon the outcomes are known.
        maximum_days: after which the test ends, whatever is known.
        label_delay_days: after which a prediction's outcome is known.
        entities: how many there are to randomise, as designed.
        correlation: of the outcomes of one entity, as designed.
    """

    champion: int
    challenger: int
    assumed: float
    minimum_effect: float
    alpha: float
    power: float
    minimum_days: int
    maximum_days: int
    label_delay_days: int
    entities: int
    correlation: float

    @property
    def total(self) -> int:
        """Return the independent outcomes needed in both arms together."""
        return self.champion + self.challenger

    def progress(self, effective: tuple[float, float]) -> float:
        """Return the outcomes so far over the planned ones, in the arm that has further to go.

        `effective` are independent outcomes' worth, champion's first.
        """
        return min(effective[0] / self.champion, effective[1] / self.challenger)

    def projected(self, effective: tuple[float, float], design_effect: float, days: float) -> float:
        """Return the progress to expect at the last of the maximum days, at the pace so far.

        Outcomes come from the entities that there are: f times as many of them have a design effect
        of 1 + f (design_effect - 1), for those of an entity are f times as many (Kish, Survey
        Sampling, 1965). So progress has a limit, and a test may be too small for ever.

        Args:
            effective: as of `progress`.
            design_effect: of the outcomes so far, 1 or more.
            days: since the test began, in the last of which outcomes were known.
        """
        until = self.maximum_days - self.label_delay_days
        factor = max(1.0, until / max(1.0, days - self.label_delay_days))
        return (
            self.progress(effective) * factor * design_effect / (1 + factor * (design_effect - 1))
        )

    def information(self, effective: tuple[float, float], days: float) -> float:
        """Return the inverse variance of the difference so far over that at the end, at most 1.

        The end is the planned size or, where that is reached sooner, the last of the minimum days,
        up to which outcomes are taken to come evenly from the label delay on. `days` have passed
        since the test began.
        """
        if not all(effective):
            return 0.0
        of_size = self._of_size(effective)
        with_outcomes = self.minimum_days - self.label_delay_days
        if with_outcomes <= 0:  # the minimum days are over when the first outcomes come
            return min(1.0, of_size)
        of_time = max(0.0, days - self.label_delay_days) / with_outcomes
        return min(1.0, of_size, of_time)

    def power_of(self, effective: tuple[float, float]) -> float:
        """Return the probability of seeing the minimum effect with so many outcomes, about.

        What a test sees moves with the root of its information (Jennison and Turnbull, Group
        Sequential Methods, 2000, section 3.1).
        """
        normal = NormalDist()
        sees, needs = normal.inv_cdf(self.power), normal.inv_cdf(1 - self.alpha)
        of_size = self._of_size(effective) if all(effective) else 0.0
        return normal.cdf(sqrt(of_size) * (sees + needs) - needs)

    def _of_size(self, effective: tuple[float, float]) -> float:
        planned = 1 / self.champion + 1 / self.challenger
        return planned / (1 / effective[0] + 1 / effective[1])

    def days(self, outcomes_a_day: float) -> int | None:
        """Return how many days after its beginning the planned outcomes are known; None if never.

        The traffic must be split until there are enough predictions, and the last of their outcomes
        is known `label_delay_days` later. Those of one entity correlate: N are worth N over the
        design effect 1 + (m - 1) * correlation (Kish, Survey Sampling, 1965), where m, how many the
        entity of an outcome has on average, is 1 + N / entities, where they come at random.

        Raises:
            ValueError: there are no outcomes.
        """
        if not outcomes_a_day > 0:
            raise ValueError(f"a test needs traffic, not {outcomes_a_day} outcomes a day")
        room = 1 - self.total * self.correlation / self.entities
        if room <= 0:
            return None
        split = ceil(round(ceil(self.total / room) / outcomes_a_day, 9))
        return max(split + self.label_delay_days, self.minimum_days)


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
        champion=ceil(champion),
        challenger=ceil(challenger),
        assumed=assumed,
        minimum_effect=design.minimum_effect,
        alpha=design.alpha,
        power=design.power,
        minimum_days=design.minimum_days,
        maximum_days=design.maximum_days,
        label_delay_days=label_delay_days,
        entities=design.entities,
        correlation=design.correlation,
    )
