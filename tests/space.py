"""All designs that can be answered: the values of each question, and which of them go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from clingo import Control
from jinja2 import Environment, meta

import designs
from ml_scaffold.questions import Question, Questionnaire

NOT_ASKED = None
"""The value of a question that isn't asked: "batch only, no answer to latency" is a pair like any
other, and "batch only, 10 ms" is none that could be."""
Row = Mapping[str, Any]
Cell = tuple[str, int]
"""A question, and the place of one of its values in `Space.factors`."""
Places = Mapping[str, int]
PROGRAM = """
1 { has(Question, Place) : value(Question, Place) } 1 :- value(Question, _).
:- part(Number, _, _); has(Question, Place) : part(Number, Question, Place).
"""
"""For clingo: a design has one value of each question, and no parts that break a rule together."""


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
        self._reads = {name: self._read_by(name) for name in self.factors}
        self.depends = {
            name: tuple(other for other in self.factors if other in read - {name})
            for name in self.factors
            for question in [self._questions[name]]
            for read in [self.asked(question.when) | self.asked(question.validator)]
        }
        """The questions that decide whether one is asked, or which of its values are right. They
        come before it."""
        self._allowed: dict[tuple[str | int, ...], bool] = {}
        self._solver = Control()
        self._solver.add("base", [], "\n".join([PROGRAM, *self._facts()]))
        self._solver.ground([("base", [])])
        self._literals = {
            (atom.symbol.arguments[0].name, atom.symbol.arguments[1].number): atom.literal
            for atom in self._solver.symbolic_atoms.by_signature("has", 2)
        }

    def asked(self, source: Any) -> set[str]:
        """Return the questions that Jinja `source` reads, computed ones followed to their own."""
        found: set[str] = set()
        for name in self._named(source):
            question = self._questions[name]
            found |= self.asked(question.default) if question.computed else {name}
        return found

    def places(self, row: Row) -> dict[str, int]:
        """Return the place of each value of `row`."""
        return {name: self.factors[name].index(value) for name, value in row.items()}

    def possible(self, part: Places) -> bool:
        """Say whether a design can have all values of `part`, whatever its others are."""
        wanted = [self._literals[cell] for cell in part.items()]
        return bool(self._solver.solve(assumptions=wanted).satisfiable)

    def tuples(self) -> Iterator[tuple[Cell, ...]]:
        """Yield all pairs, and triples of what is structural, also those that can't be."""
        for names in [*combinations(self.factors, 2), *combinations(designs.STRUCTURAL, 3)]:
            yield from product(
                *([(name, place) for place in range(len(self.factors[name]))] for name in names)
            )

    def held(self, row: Row) -> Iterator[tuple[Cell, ...]]:
        """Yield those of `tuples` that a design holds."""
        places = self.places(row)
        yield from combinations([(name, places[name]) for name in self.factors], 2)
        yield from combinations([(name, places[name]) for name in designs.STRUCTURAL], 3)

    def apart(self) -> set[frozenset[Cell]]:
        """Return the smallest sets of values of which no design has all."""
        return {frozenset(self._least(part)) for part in self._broken()}

    def _least(self, part: dict[str, int]) -> Iterable[Cell]:
        """Leave out of `part`, which can't be, what can't be without it either."""
        for name in tuple(part):
            rest = {other: place for other, place in part.items() if other != name}
            part = part if self.possible(rest) else rest
        return part.items()

    def _broken(self) -> Iterator[dict[str, int]]:
        """Yield the values that break a rule together."""
        for name in self.factors:
            for row in self._together((*self.depends[name], name)):
                if not self._allows(name, row):
                    yield row

    def _facts(self) -> Iterator[str]:
        """Yield the values of each question, and those that don't go together, for clingo."""
        for name, values in self.factors.items():
            yield f"value({name}, 0..{len(values) - 1})."
        for number, part in enumerate(self._broken()):
            yield from (f"part({number}, {name}, {place})." for name, place in part.items())

    def _together(self, names: Sequence[str]) -> list[dict[str, int]]:
        """Return the values of `names` that go together: of the last one, any."""
        rows: list[dict[str, int]] = [{}]
        for name in names:
            places = range(len(self.factors[name]))
            rows = [{**row, name: place} for row in rows for place in places]
            if name != names[-1] and {*self.depends[name]} <= {*names}:
                rows = [row for row in rows if self._allows(name, row)]
        return rows

    def _allows(self, name: str, row: Mapping[str, int]) -> bool:
        """Say whether `row` may have its value of `name`, given those on which that depends."""
        needed = (*self.depends[name], name)
        key = (name, *(row[other] for other in needed))
        if key not in self._allowed:
            self._allowed[key] = self._judge(
                name, {other: self.factors[other][row[other]] for other in needed}
            )
        return self._allowed[key]

    def _judge(self, name: str, row: Row) -> bool:
        question = self._questions[name]
        context: dict[str, Any] = {}
        for read in self._reads[name]:
            given = row.get(read.name)
            default = self.questionnaire.default
            context[read.name] = default(read, context) if given is NOT_ASKED else given
        asked = self.questionnaire.applies(question, context)
        if row[name] is NOT_ASKED:
            return not asked
        return asked and not self.questionnaire.complaint(question, row[name], context)

    def _read_by(self, name: str) -> tuple[Question, ...]:
        """Return the questions whose values decide about those of one, in their order.

        A default stands for what isn't asked, so what a default reads is among them.
        """
        question = self._questions[name]
        found = (self._named(question.when) | self._named(question.validator)) - {name}
        todo = list(found)
        for other in todo:  # grows while it is gone through
            more = self._named(self._questions[other].default) - found
            found |= more
            todo += more
        return tuple(each for each in self.questionnaire.questions if each.name in found)

    def _named(self, source: Any) -> set[str]:
        """Return the questions, computed ones too, that Jinja `source` names."""
        if not isinstance(source, str):
            return set()
        environment = Environment(
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            autoescape=False,  # parsed, never rendered
        )
        return meta.find_undeclared_variables(environment.parse(source))

    def _values(self, question: Question) -> Sequence[Any]:
        if question.multiple:
            choices = question.choices
            sizes = range(1, len(choices) + 1)
            values = [list(some) for size in sizes for some in combinations(choices, size)]
        else:
            values = list(question.choices or designs.VALUES[question.name])
        return values if question.when is True else [*values, NOT_ASKED]
