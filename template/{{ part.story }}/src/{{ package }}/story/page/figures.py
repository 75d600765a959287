"""How figures are written: one way each, with the exact value beside what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, TypeGuard

from markupsafe import Markup

from ...kind.words import SCALE, VALUE_UNIT

NONE = "\N{EN DASH}"
_SHAPES = ((100, ",.0f"), (10, ".1f"), (1, ".2f"), (0.001, ".3f"), (0.0001, ".4f"))
"""From which size on a fraction is written how: to about three digits."""
_ACRONYMS = frozenset(
    {"ab", "auc", "id", "mae", "map", "mape", "mrr", "ndcg", "psi", "rmse", "roc", "wape"}
)


def known(value: Any) -> TypeGuard[float]:
    """Say whether a value is a number that can be shown."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def number(value: Any) -> str:
    """Write a number: whole ones with separators, others to about three digits."""
    if not known(value):
        return NONE
    fitting = (shape for least, shape in _SHAPES if abs(value) >= least)
    shape = "," if isinstance(value, int) else next(fitting, ".1e" if value else ".3f")
    return format(value, shape).replace("-", "\N{MINUS SIGN}", 1 if value < 0 else 0)


def seconds(value: Any) -> str:
    """Write a duration that is given in seconds."""
    return f"{value:.{0 if value >= 9.95 else 1}f} s" if known(value) else NONE


def difference(value: float) -> str:
    """Write a difference of means of the business metric, always with its sign."""
    return ("+" if value >= 0 else "") + number(SCALE * value)


def mean(value: float) -> str:
    """Write a mean of the business metric."""
    return f"{number(SCALE * value)}{VALUE_UNIT}"


def data(value: Any, write: Callable[[Any], str] = number) -> Markup:
    """Return what `write` makes of a value, with the value itself for machines."""
    if not known(value):
        return Markup("<span>{}</span>").format(NONE)
    return Markup('<data value="{}">{}</data>').format(repr(value), write(value))


def counted(items: int, one: str) -> Markup:
    """Return a count with its noun, given for one."""
    return data(items) + f" {one if items == 1 else one + 's'}"


def worded(name: object) -> str:
    """Turn a name of code into words: `roc_auc` into ROC AUC, `best_reachable` as one reads it."""
    parts = re.split(r"_+|\s+", str(name))
    return " ".join(part.upper() if part.lower() in _ACRONYMS else part for part in parts)


def titled(name: object) -> str:
    """Turn a name of code into words that begin with a capital."""
    text = worded(name)
    return text[:1].upper() + text[1:]


def version(key: object) -> str:
    """Name what answered: a model's version, or what stood in for it."""
    text = str(key)
    return f"v{text}" if text.isdecimal() else text
