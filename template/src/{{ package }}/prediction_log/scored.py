"""What n rows were answered, a column a fact; the same for every way of serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

import numpy as np

from ..kind.decision import ANSWERS, DecisionRule

Cause = Literal["missing", "corrupt", "error", "slow"]
"""Why the fallback answered: no model, altered files, an error, or too long a wait."""
Variant = Literal["champion", "challenger"]


def pair_of(champion: int | None, challenger: int | None) -> str:
    """Return how the log writes the versions that rows are split between, such as `3/5` or `3/-`.

    What was asked while another pair was served took part in another test, or in none.
    """
    return "/".join("-" if version is None else str(version) for version in (champion, challenger))


@dataclass(frozen=True)
class Scored:
    """The answers to n rows, in their order.

    Attributes:
        score: float64 [n].
        decided: what follows from the scores, [n] each, by the names of `ANSWERS`.
        version: of the model that was asked; None where there was none to ask.
        variant: whom the row was assigned to, also when the fallback answered in its place.
        fallback: why the fallback answered; None where the model did.
        id: unique names of the answers, for whoever joins outcomes to them.
    """

    score: np.ndarray
    decided: Mapping[str, np.ndarray]
    version: Sequence[int | None]
    variant: Sequence[Variant]
    fallback: Sequence[Cause | None]
    id: Sequence[str]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.score)

    def answers(self, model: str) -> list[dict[str, Any]]:
        """Return what the client is told of each row; `model` is the model's name."""
        scores = self.score.tolist()
        decided = {name: column.tolist() for name, column in self.decided.items()}
        return [
            {
                "id": self.id[row],
                "score": scores[row],
                **{name: column[row] for name, column in decided.items()},
                "model": model,
                "version": self.version[row],
                "variant": self.variant[row],
                "fallback": self.fallback[row],
            }
            for row in range(len(self))
        ]

    @classmethod
    def alike(
        cls,
        score: np.ndarray,
        decision_rule: DecisionRule,
        version: int | None,
        variant: Variant,
        fallback: Cause | None,
    ) -> Scored:
        """Return the answers of rows that differ in nothing but their score, float64 [n]."""
        n = len(score)
        ids = [uuid4().hex for _ in range(n)]
        decided = decision_rule.decide(score)
        return cls(score, decided, [version] * n, [variant] * n, [fallback] * n, ids)

    @classmethod
    def concat(cls, parts: Sequence[Scored]) -> Scored:
        """Return the answers of `parts`, at least one, in their order."""
        if len(parts) == 1:
            return parts[0]

        def column(name: str) -> list:
            return [value for part in parts for value in getattr(part, name)]

        return cls(
            np.concatenate([part.score for part in parts]),
            {name: np.concatenate([part.decided[name] for part in parts]) for name in ANSWERS},
            column("version"),
            column("variant"),
            column("fallback"),
            column("id"),
        )

    def take(self, order: Sequence[int]) -> Scored:
        """Return the answers at the places `order`, in that order."""
        return Scored(
            self.score[order],
            {name: values[order] for name, values in self.decided.items()},
            [self.version[index] for index in order],
            [self.variant[index] for index in order],
            [self.fallback[index] for index in order],
            [self.id[index] for index in order],
        )
