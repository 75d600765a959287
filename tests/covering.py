"""Make `array.jsonl`: a covering array over every question, of designs that can be answered.

A question that isn't asked in a design has a value for that, so a pair such as "batch only, no
answer to latency" is covered like any other, and "batch only, 10 ms" is none that could be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product
from typing import Any

from covertable import make
from jinja2 import Environment, meta

import designs
from ml_scaffold.questions import Question, Questionnaire
from support import ROOT

NOT_ASKED = None
"""The value of a question that isn't asked."""
Row = Mapping[str, Any]


class Space:
    """The values of all questions, and which of them go together."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self._questions = {question.name: question for question in questionnaire.questions}
        self.factors = {
            question.name: self._values(question)
            for question in questionnaire.questions
            if not question.computed and question.name != "birth"  # it has one value
        }
        self._allowed: dict[tuple[object, ...], bool] = {}

    @cached_property
    def depends(self) -> dict[str, tuple[str, ...]]:
        """The questions that decide whether one is asked, or which of its values are right."""
        found = {}
        for name in self.factors:
            question = self._questions[name]
            others = self.asked(question.when) | self.asked(question.validator)
            found[name] = tuple(other for other in self.factors if other in others - {name})
        return found

    def allows(self, name: str, row: Row) -> bool:
        """Say whether `row` may have its value of `name`, given those on which that depends."""
        needed = (*self.depends[name], name)
        key = (name, *(str(row[other]) for other in needed))
        if key not in self._allowed:
            self._allowed[key] = self._judge(name, {other: row[other] for other in needed})
        return self._allowed[key]

    def asked(self, source: Any) -> set[str]:
        """Return the questions that Jinja `source` reads, computed ones followed to their own."""
        if not isinstance(source, str):
            return set()
        environment = Environment(
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            autoescape=False,  # parsed, never rendered
        )
        found: set[str] = set()
        for name in meta.find_undeclared_variables(environment.parse(source)):
            question = self._questions[name]
            found |= self.asked(question.default) if question.computed else {name}
        return found

    def _judge(self, name: str, row: Row) -> bool:
        context: dict[str, Any] = {}
        for question in self.questionnaire.questions:
            if question.name == name:
                break
            given = row.get(question.name)
            default = self.questionnaire.default(question, context)
            context[question.name] = default if given is NOT_ASKED else given
        question = self._questions[name]
        asked = self.questionnaire.applies(question, context)
        if row[name] is NOT_ASKED:
            return not asked
        return asked and not self.questionnaire.complaint(question, row[name], context)

    def possible(self, part: Row) -> bool:
        """Say whether a design can have all values of `part`, whatever its others are."""
        names = list(part)
        for name in names:  # grows while it is gone through
            names += [other for other in self.depends[name] if other not in names]
        free = names[len(part) :]
        return any(
            all(self.allows(name, row) for name in row)
            for values in product(*(self.factors[name] for name in free))
            for row in [{**part, **dict(zip(free, values, strict=True))}]
        )

    def tuples(self) -> Iterable[dict[str, Any]]:
        """Yield what an array must hold: all possible pairs, and triples of what is structural."""
        wanted = [*combinations(self.factors, 2), *combinations(designs.STRUCTURAL, 3)]
        for names in wanted:
            for values in product(*(self.factors[name] for name in names)):
                part = dict(zip(names, values, strict=True))
                if self.possible(part):
                    yield part

    def _values(self, question: Question) -> Sequence[Any]:
        if question.multiple:
            choices = question.choices
            sizes = range(1, len(choices) + 1)
            values = [list(some) for size in sizes for some in combinations(choices, size)]
        else:
            values = list(question.choices or designs.VALUES[question.name])
        return values if question.when is True else [*values, NOT_ASKED]


def array(space: Space) -> list[dict[str, Any]]:
    """Return designs that hold every possible tuple, without the questions that aren't asked."""
    places = {name: list(range(len(values))) for name, values in space.factors.items()}

    def values(row: Row) -> dict[str, Any]:
        return {name: space.factors[name][place] for name, place in row.items()}

    def rule(name: str) -> Callable[[Row], bool]:
        needed = (*space.depends[name], name)
        return lambda row: space.allows(name, values({other: row[other] for other in needed}))

    rows = make(
        places,
        strength=2,
        sub_models=[{"fields": list(designs.STRUCTURAL), "strength": 3}],
        constraints=[
            {"operator": "fn", "requires": [*needed, name], "evaluate": rule(name)}
            for name, needed in space.depends.items()
            if needed
        ],
    )
    designed = [values(row) for row in rows]
    return [
        {name: row[name] for name in space.factors if row[name] is not NOT_ASKED}
        for row in designed
    ]


def main() -> None:
    """Write the array."""
    made = array(Space(Questionnaire(ROOT)))
    designs.ARRAY_FILE.write_text("".join(f"{json.dumps(row)}\n" for row in made), encoding="utf-8")


if __name__ == "__main__":
    main()
