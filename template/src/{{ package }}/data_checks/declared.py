"""Whether `problem/` agrees with itself: what it asks for, and what its schema declares."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import SupportsIndex

import numpy as np

from ..declare import FUNCTIONS, WITHOUT_COLUMN, measures
from ..problem import schema
from ..problem.schema import AGGREGATES, FEATURES, RATIOS
from .table import Finding

_PROBLEM = schema.__name__.rpartition(".")[0]


def features() -> Iterator[Finding]:
    """Yield an error for each feature that can't be computed, and each that isn't declared."""
    for each in AGGREGATES:
        if each.function not in FUNCTIONS:
            what = f"is '{each.function}', which is no function that is known"
            remedy = f"make it one of {', '.join(FUNCTIONS)} in problem/schema.py"
            yield Finding("error", f"schema.{each.name}", what, remedy)
        elif each.function not in WITHOUT_COLUMN and not each.column:
            what, remedy = f"is the {each.function} of no column", "name one in problem/schema.py"
            yield Finding("error", f"schema.{each.name}", what, remedy)
    aggregates = [each.name for each in AGGREGATES]
    for ratio in RATIOS:
        for name in sorted({ratio.numerator, ratio.denominator}.difference(aggregates)):
            yield _unknown(f"schema.{ratio.name}", "it", name, aggregates)
    yield from _indices("fallback")


def slices() -> Iterator[Finding]:
    """Yield an error for each feature that `problem/metric.py` asks for and nobody declares."""
    import pandas as pd

    found = list(_indices("metric"))
    yield from found
    if found:
        return
    frame = pd.DataFrame(_nothing(), columns=pd.Index(FEATURES))
    for name, members in measures(import_module(f"{_PROBLEM}.metric")).slices.items():
        try:
            members(frame)
        except KeyError as error:
            yield _unknown("problem/metric.py", f"the slice '{name}'", str(error.args[0]), FEATURES)
        except Exception as error:  # it is the team's code
            if isinstance(error, AttributeError) and error.obj is frame:
                yield _unknown(
                    "problem/metric.py", f"the slice '{name}'", str(error.name), FEATURES
                )
            else:
                yield _unusable("metric", error, f"the slice '{name}' ")


class _Asked(tuple[str, ...]):
    """Names of features that note which others they are asked for."""

    missing: list[str]

    def index(self, name: str, *between: SupportsIndex) -> int:
        """Return where `name` stands; what stands nowhere is noted, and taken for the first."""
        if name in self:
            return super().index(name, *between)
        self.missing.append(name)
        return 0


def _indices(name: str) -> Iterator[Finding]:
    """Yield an error for each feature whose place a module of `problem/` asks for in vain.

    `FEATURES.index(...)` says nowhere which name it was of, and fails at the first.
    """
    try:
        _use(name)
        return
    except Exception as error:  # it is the team's code
        fault = error
    known, asked = schema.FEATURES, _Asked(schema.FEATURES)
    asked.missing = []
    schema.FEATURES = asked
    try:
        _use(name)
    except Exception as error:
        fault = error
    finally:
        schema.FEATURES = known
        sys.modules.pop(f"{_PROBLEM}.{name}", None)
    for each in dict.fromkeys(asked.missing):
        yield _unknown(f"problem/{name}.py", "it", each, FEATURES)
    if not asked.missing:
        yield _unusable(name, fault)


def _unusable(name: str, error: Exception, what: str = "") -> Finding:
    said = f"{what}can't be used: {type(error).__name__}: {error}"
    return Finding("error", f"problem/{name}.py", said, "mend it")


def _use(name: str) -> None:
    module = import_module(f"{_PROBLEM}.{name}")
    if name == "fallback":
        module.score(_nothing(), module.DEFAULTS)


def _nothing() -> np.ndarray:
    return np.full((1, len(FEATURES)), np.nan, np.float32)


def _unknown(where: str, who: str, name: str, known: Sequence[str]) -> Finding:
    near = get_close_matches(name, known, n=1)
    hint = f"; is it {near[0]}?" if near else ""
    what = f"{who} asks for the feature {name}, which problem/schema.py doesn't declare{hint}"
    return Finding("error", where, what, "declare it there, or ask for one that is declared")
