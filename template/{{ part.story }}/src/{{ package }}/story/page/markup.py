"""HTML and SVG by construction: elements are balanced and all text is escaped unless marked up."""

from __future__ import annotations

import re
from html import escape
from typing import Any

VOID = frozenset({"link", "meta"})
"""Elements that have neither content nor an end."""
# Control characters and lone surrogates: not allowed in HTML, or not to be written as UTF-8.
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(value: object) -> Markup:
    """Return any text as HTML that shows it; markup stays as it is."""
    if isinstance(value, Markup):
        return value
    return Markup(escape(_ILLEGAL.sub("\ufffd", str(value)), quote=True))


def joined(*parts: object, by: str = "") -> Markup:
    """Return the parts after each other, escaped where they are not markup."""
    return Markup(escaped(by).join(escaped(part) for part in parts if part not in (None, "")))


def element(name: str, *children: object, **attributes: Any) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        children: markup or text; None and empty text are left out.
        attributes: `class_` gives `class`, `stroke_width` gives `stroke-width`; numbers are rounded
            to hundredths, False and None are left out, True gives the name alone.
    """
    inside = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{inside}>")
    return Markup(f"<{name}{inside}>{joined(*children)}</{name}>")


def _attribute(key: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    shown = f"{round(value, 2):g}" if isinstance(value, float) else escaped(value)
    return f' {name}="{shown}"'


def table(
    caption: object, head: list[object], rows: list[list[object]], **attributes: Any
) -> Markup:
    """Return a table that scrolls sideways where it is too wide; the first cell names the row."""
    names = element("tr", *(element("th", cell, scope="col") for cell in head))
    body = (
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell) for cell in row[1:]),
        )
        for row in rows
    )
    whole = element(
        "table",
        element("caption", caption),
        element("thead", names),
        element("tbody", *body),
        **attributes,
    )
    # What scrolls must be reached with the keyboard as well.
    return element("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def folded(summary: object, *children: object) -> Markup:
    """Return content that the reader opens."""
    return element("details", element("summary", summary), *children)
