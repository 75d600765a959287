"""How figures are written: one way each, with the exact value beside what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, TypeGuard

from .markup import Markup, element, escaped, joined

NONE = "\N{EN DASH}"
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
    if isinstance(value, int):
        return _minus(f"{value:,}")
    size = abs(value)
    if size >= 100:
        return _minus(f"{value:,.0f}")
    if size >= 10:
        return _minus(f"{value:.1f}")
    digits = ".3f" if size >= 0.001 or not size else ".4f" if size >= 0.0001 else ".1e"
    return _minus(format(value, digits))


def brief(value: Any) -> str:
    """Write a number as it was set, not as it was measured: without zeros at its end."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def percent(value: Any) -> str:
    """Write a share in percent."""
    return _minus(format(value, ".1%")) if known(value) else NONE


def points(value: Any) -> str:
    """Write a difference of shares in percentage points, always with its sign."""
    return _minus(f"{100 * value:+.1f}") if known(value) else NONE


def seconds(value: Any) -> str:
    """Write a duration that is given in seconds."""
    if not known(value):
        return NONE
    if value >= 119.5:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes} min {rest} s"
    return f"{value:.0f} s" if value >= 9.95 else f"{value:.1f} s"


def clock(value: float) -> str:
    """Write when something began, in minutes and seconds."""
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes}:{seconds:02}"


def milliseconds(value: Any) -> str:
    """Write a duration that is given in milliseconds."""
    if not known(value):
        return NONE
    return f"{short(value)} ms"


def short(value: float) -> str:
    """Write a number where there is little room."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def data(value: Any, write: Callable[[Any], str] = number) -> Markup:
    """Return what `write` makes of a value, with the value itself for machines."""
    if not known(value):
        return element("span", NONE, class_="none")
    return element("data", write(value), value=repr(value))


def anything(value: Any) -> Markup:
    """Show a value of any kind: a number as a figure, a list item by item, all else as text."""
    if known(value):
        return data(value, brief)
    if value is None:
        return escaped(NONE)
    if isinstance(value, bool):
        return escaped("yes" if value else "no")
    if isinstance(value, list | tuple):
        return joined(*map(anything, value), by=", ") or escaped(NONE)
    if isinstance(value, dict):
        pairs = (joined(words(key), " ", anything(item)) for key, item in value.items())
        return joined(*pairs, by=", ") or escaped(NONE)
    return escaped(value)


def words(name: object) -> str:
    """Turn a name of code into words: `roc_auc` into ROC AUC, `best_reachable` as one reads it."""
    parts = re.split(r"_+|\s+", str(name))
    return " ".join(part.upper() if part.lower() in _ACRONYMS else part for part in parts)


def title(name: object) -> str:
    """Turn a name of code into words that begin with a capital."""
    text = words(name)
    return text[:1].upper() + text[1:]


def version(key: object) -> str:
    """Name what answered: a model's version, or what stood in for it."""
    text = str(key)
    return f"v{text}" if text.isdecimal() else text


def plural(count: int, one: str, many: str = "") -> str:
    """Return the noun that goes with a count."""
    return one if count == 1 else many or f"{one}s"


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text
