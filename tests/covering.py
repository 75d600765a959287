"""Make `array.jsonl`: a covering array over every question, of designs that can be answered.

Covertable makes it. It is told which values break a rule together, and asks clingo of each step
whether a design can come of it: its own look ahead takes minutes where clingo takes seconds. Both
decide nothing by chance, so the array is the same each time.
"""

from __future__ import annotations

import json
from typing import Any

from covertable import criteria
from covertable.main import Controller

import designs
from ml_scaffold.questions import Questionnaire
from space import NOT_ASKED, Space
from support import ROOT


class Search(Controller):
    """Covertable's search, in a space of designs."""

    def __init__(self, space: Space) -> None:
        self._space = space
        apart = [
            [{"operator": "ne", "left": name, "value": place} for name, place in sorted(cells)]
            for cells in sorted(map(sorted, space.apart()))
        ]
        super().__init__(
            {name: list(range(len(values))) for name, values in space.factors.items()},
            strength=2,
            sub_models=[{"fields": list(designs.STRUCTURAL), "strength": 3}],
            constraints=[{"operator": "or", "conditions": some} for some in apart],
            criterion=criteria.simple,  # the greedy one takes minutes for each few rows
        )

    def _forward_check(self, snapshot: dict[str, int]) -> bool:
        return self._space.possible(self._to_map_from_dict(snapshot))


def array(space: Space) -> list[dict[str, Any]]:
    """Return designs that hold every possible tuple, without the questions that aren't asked."""
    valued = [
        {name: values[row[name]] for name, values in space.factors.items()}
        for row in Search(space).make()
    ]
    return [
        {name: value for name, value in row.items() if value is not NOT_ASKED} for row in valued
    ]


def main() -> None:
    """Write the array."""
    made = array(Space(Questionnaire(ROOT)))
    designs.ARRAY_FILE.write_text("".join(f"{json.dumps(row)}\n" for row in made), encoding="utf-8")


if __name__ == "__main__":
    main()
