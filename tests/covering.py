"""Make `array.jsonl`: designs that hold every possible pair of answers, and every value of each.

Covertable pairs the factors. The values of all other questions are dealt out over its rows: each
question gets the one that was used least, of those that no rule refuses. Nothing is decided by
chance, so the array is the same each time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

from covertable import make

import designs
from ml_scaffold.questions import Question, Questionnaire
from space import NOT_ASKED, Row, Space
from support import ROOT


def paired(space: Space) -> list[dict[str, Any]]:
    """Return rows of the factors that hold every possible pair of their values."""
    places = {name: list(range(len(values))) for name, values in space.factors.items()}
    return [
        {name: space.factors[name][place] for name, place in row.items()}
        for row in make(places, constraints=list(constraints(space)))
    ]


def constraints(space: Space) -> Iterator[dict[str, Any]]:
    """Yield what covertable must keep: which values, by their places, go together.

    That of each pair follows from the rules, but told so, covertable seldom has to look ahead.
    """
    needed = [(*space.needs(name), name) for name in space.factors]
    for names in dict.fromkeys([*combinations(space.factors, 2), *needed]):
        every = list(product(*(range(len(space.factors[name])) for name in names)))
        right = {
            places
            for places in every
            if space.possible({n: space.factors[n][p] for n, p in zip(names, places, strict=True)})
        }
        if len(right) < len(every):
            yield {"operator": "fn", "requires": names, "evaluate": partial(among, right, names)}


def among(right: Collection[tuple[int, ...]], names: Sequence[str], row: Mapping[str, int]) -> bool:
    """Say whether what `row` has of `names` is right."""
    return tuple(row[name] for name in names) in right


class Dealer:
    """Deals out the values of all questions that are no factors."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._used: Counter[tuple[str, str]] = Counter()

    def deal(self, row: Row) -> dict[str, Any]:
        """Return a design with the factors of `row` that breaks no rule."""
        design = next(self._designs(self._space.questionnaire.questions, row, {}, {}))
        self._used.update((name, repr(value)) for name, value in design.items())
        return design

    def _designs(
        self, left: Sequence[Question], row: Row, context: Row, answers: Row
    ) -> Iterator[dict[str, Any]]:
        """Yield designs that go on from `answers`, given the values of all questions before."""
        if not left:
            yield dict(answers)
            return
        asks = self._space.questionnaire
        question, name = left[0], left[0].name
        goes_on = partial(self._designs, left[1:], row)
        default = asks.default(question, context)
        if not asks.applies(question, context) or name == "birth":
            if row.get(name) is NOT_ASKED:
                yield from goes_on({**context, name: default}, answers)
            return
        values = [row[name]] if name in row else self._by_use(name)
        for value in values:
            if not asks.complaint(question, value, context):
                yield from goes_on({**context, name: value}, {**answers, name: value})
        if name not in row:  # its default is always right
            yield from goes_on({**context, name: default}, answers)

    def _by_use(self, name: str) -> list[Any]:
        """Return the values of a question, the one that was used least first."""
        return sorted(self._space.values(name), key=lambda value: self._used[name, repr(value)])


def array(space: Space) -> list[dict[str, Any]]:
    """Return the designs, each without the questions that aren't asked."""
    dealer = Dealer(space)
    return [dealer.deal(row) for row in paired(space)]


def main() -> None:
    """Write the array."""
    made = array(Space(Questionnaire(ROOT)))
    designs.ARRAY_FILE.write_text("".join(f"{json.dumps(row)}\n" for row in made), encoding="utf-8")


if __name__ == "__main__":
    main()
