"""Make `array.jsonl`: a covering array over every question, of designs that can be answered.

Greedy, a design at a time: of several, each grown around something that is still wanted, the one
that adds most is taken (Cohen et al., "The AETG system", 1997). Clingo says of each step whether a
design can come of it; it says yes or no and nothing else, so every version of it makes the same.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import designs
from ml_scaffold.questions import Questionnaire
from space import NOT_ASKED, Cell, Places, Space
from support import ROOT

CANDIDATES = 10
"""Designs of which one is taken."""


class Wanted:
    """The pairs and triples that no design holds yet."""

    def __init__(self, space: Space) -> None:
        self._beside: defaultdict[Cell, set[Cell]] = defaultdict(set)
        self._triples: set[frozenset[Cell]] = set()
        for cells in space.tuples():
            if len(cells) == 2:
                one, other = cells
                self._beside[one].add(other)
                self._beside[other].add(one)
            else:
                self._triples.add(frozenset(cells))

    def any(self, dice: random.Random) -> dict[str, int]:
        """Return a triple, else a pair with the value that is wanted most, else nothing."""
        if self._triples:
            return dict(dice.choice(sorted(map(sorted, self._triples))))
        most = max(map(len, self._beside.values()))
        if not most:
            return {}
        one = dice.choice([cell for cell, others in self._beside.items() if len(others) == most])
        return dict([one, dice.choice(sorted(self._beside[one]))])

    def of(self, cell: Cell) -> int:
        """Return how many pairs are wanted of a value."""
        return len(self._beside[cell])

    def with_it(self, cell: Cell, others: Iterable[Cell]) -> int:
        """Return how many tuples a design gets that has `others` when `cell` is added."""
        found = len(self._beside[cell].intersection(others))
        if self._triples and cell[0] in designs.STRUCTURAL:
            found += sum(
                {cell, *two} in self._triples for two in combinations(_structural(others), 2)
            )
        return found

    def within(self, row: Places) -> int:
        """Return how many tuples a design holds."""
        pairs = sum(len(self._beside[cell] & row.items()) for cell in row.items())
        triples = combinations(_structural(row.items()), 3)
        return pairs // 2 + sum(frozenset(three) in self._triples for three in triples)

    def drop(self, row: Places) -> None:
        """Want no longer what `row` holds, be it a design or a tuple that no design can hold."""
        for cell in row.items():
            self._beside[cell] -= row.items()
        self._triples.difference_update(map(frozenset, combinations(_structural(row.items()), 3)))


def _structural(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell[0] in designs.STRUCTURAL]


def grown(space: Space, wanted: Wanted, part: Places, dice: random.Random) -> dict[str, int]:
    """Return a design with `part`, which can be, that holds much of what is wanted.

    Questions of which most is wanted are answered first, each with the value that adds most.
    """
    row = dict(part)
    cells = {
        name: [(name, place) for place in range(len(values))]
        for name, values in space.factors.items()
        if name not in part
    }
    ranked = {name: (-sum(map(wanted.of, some)), dice.random()) for name, some in cells.items()}
    for name in sorted(cells, key=ranked.__getitem__):
        ordered = sorted(
            cells[name],
            key=lambda cell: (-wanted.with_it(cell, row.items()), -wanted.of(cell), dice.random()),
        )
        row.update([next(cell for cell in ordered if space.possible(dict([*row.items(), cell])))])
    return row


def array(space: Space) -> list[dict[str, Any]]:
    """Return designs that hold every possible tuple, without the questions that aren't asked."""
    dice = random.Random(0)
    wanted = Wanted(space)
    rows: list[dict[str, int]] = []
    while True:
        candidates: list[dict[str, int]] = []
        while len(candidates) < CANDIDATES and (part := wanted.any(dice)):
            if space.possible(part):
                candidates.append(grown(space, wanted, part, dice))
            else:
                wanted.drop(part)
        if not candidates:
            break
        rows.append(max(candidates, key=wanted.within))
        wanted.drop(rows[-1])
    valued = [{name: values[row[name]] for name, values in space.factors.items()} for row in rows]
    return [
        {name: value for name, value in row.items() if value is not NOT_ASKED} for row in valued
    ]


def main() -> None:
    """Write the array."""
    made = array(Space(Questionnaire(ROOT)))
    designs.ARRAY_FILE.write_text("".join(f"{json.dumps(row)}\n" for row in made), encoding="utf-8")


if __name__ == "__main__":
    main()
