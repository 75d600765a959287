"""What the covering array pairs: the answers that decide what a project is, and which go together.

A factor is a question with choices, one of yes or no, or one of `designs.STRUCTURAL`, if it has
more than one answer. Texts and other numbers are no factors: they are dealt out over the designs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import designs
from ml_scaffold.questions import Question, Questionnaire

NOT_ASKED = None
"""The value of a question that isn't asked: "batch only, no answer to latency" is a pair like any
other, and "batch only, 10 ms" is none that could be."""
Row = Mapping[str, Any]


class Space:
    """The factors with their values, and which values go together."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self._questions = {question.name: question for question in questionnaire.questions}
        self.factors = {
            name: [*self.values(name), *([] if question.when is True else [NOT_ASKED])]
            for name, question in self._questions.items()
            if question.choices or question.kind == "bool" or name in designs.STRUCTURAL
            if not question.computed and len(self.values(name)) > 1
        }
        self._deciding = {name: self._decide_on(name) for name in self.factors}
        self._read = {name: self._read_for(name) for name in self.factors}
        self._allowed: dict[tuple[str, ...], bool] = {}

    def values(self, name: str) -> Sequence[Any]:
        """Return the answers to a question that stand for all others."""
        question = self._questions[name]
        if not question.multiple:
            return question.choices or designs.VALUES[name]
        sizes = range(1, len(question.choices) + 1)
        return [list(some) for size in sizes for some in combinations(question.choices, size)]

    def needs(self, name: str) -> list[str]:
        """Return the factors that decide whether one is asked, or which of its values are right."""
        return [other for other in self.factors if other in self._deciding[name]]

    def allows(self, name: str, row: Row) -> bool:
        """Say whether `row` may have its value of `name`, given its values of what that needs."""
        needed = [*self.needs(name), name]
        key = (name, *(repr(row[other]) for other in needed))
        if key not in self._allowed:
            self._allowed[key] = self._judge(name, {other: row[other] for other in needed})
        return self._allowed[key]

    def possible(self, part: Row) -> bool:
        """Say whether a design can have all values of `part`, whatever its others are."""
        needed = set(part)
        for name in reversed(self.factors):  # what a question needs comes before it
            needed |= set(self.needs(name)) if name in needed else set()
        rows: list[dict[str, Any]] = [{}]
        for name in filter(needed.__contains__, self.factors):
            values = [part[name]] if name in part else self.factors[name]
            tried = ({**row, name: value} for row in rows for value in values)
            rows = [row for row in tried if self.allows(name, row)]
        return bool(rows)

    def pairs(self) -> Iterator[dict[str, Any]]:
        """Yield all pairs of values, also those that can't be."""
        for one, other in combinations(self.factors, 2):
            for pair in product(self.factors[one], self.factors[other]):
                yield dict(zip((one, other), pair, strict=True))

    def asked(self, source: Any) -> set[str]:
        """Return the questions that Jinja `source` reads, computed ones followed to their own."""
        found: set[str] = set()
        for question in self._named(source):
            found |= self.asked(question.default) if question.computed else {question.name}
        return found

    def _judge(self, name: str, row: Row) -> bool:
        """Say whether a value may be, whichever numbers it takes."""
        question = self._questions[name]
        numbers = sorted(self._deciding[name] - self.factors.keys())
        for values in product(*map(self.values, numbers)):
            given = {**row, **dict(zip(numbers, values, strict=True))}
            context: dict[str, Any] = {}
            for read in self._read[name]:
                value = given.get(read.name)
                default = self.questionnaire.default
                context[read.name] = default(read, context) if value is NOT_ASKED else value
            asked = self.questionnaire.applies(question, context)
            if asked == (row[name] is NOT_ASKED):
                continue
            if not asked or not self.questionnaire.complaint(question, row[name], context):
                return True
        return False

    def _decide_on(self, name: str) -> set[str]:
        question = self._questions[name]
        return (self.asked(question.when) | self.asked(question.validator)) - {name}

    def _read_for(self, name: str) -> list[Question]:
        """Return the questions whose values decide about those of one, in their order.

        A default stands for what isn't asked, so what a default reads is among them.
        """
        question = self._questions[name]
        found = [*self._named(question.when), *self._named(question.validator)]
        for other in found:  # grows while it is gone through
            found += [each for each in self._named(other.default) if each not in found]
        names = {each.name for each in found} - {name}
        return [each for each in self.questionnaire.questions if each.name in names]

    def _named(self, source: Any) -> list[Question]:
        """Return the questions, computed ones too, that Jinja `source` names."""
        names = self.questionnaire.reads(source)
        return [self._questions[name] for name in sorted(names) if name in self._questions]
