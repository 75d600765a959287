"""HTML and SVG by construction: elements are balanced and all text is escaped unless marked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
        attributes: `class_` gives `class`, `text_anchor` gives `text-anchor`; numbers are rounded
            to hundredths, None is left out.
    """
    inside = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{inside}>")
    return Markup(f"<{name}{inside}>{joined(*children)}</{name}>")


def _attribute(key: str, value: Any) -> str:
    if value is None:
        return ""
    shown = f"{round(value, 2):g}" if isinstance(value, float) else escaped(value)
    return f' {key.rstrip("_").replace("_", "-")}="{shown}"'


def section(key: str, title: str, lead: object, *content: object) -> Markup:
    """Return a section with its heading and the sentence that says what it shows."""
    return element(
        "section",
        element("h2", title, id=f"{key}-heading"),
        element("p", lead, class_="lead") if lead else None,
        *content,
        id=key,
        aria_labelledby=f"{key}-heading",
    )


def block(title: object, *content: object) -> Markup:
    """Return a framed part of a section."""
    return element("div", element("h3", title), *content, class_="block")


def scrolling(name: object, content: Markup) -> Markup:
    """Return content that scrolls sideways where it is too wide, with the keyboard as well."""
    return element("div", content, class_="scroll", tabindex="0", role="region", aria_label=name)


def table(caption: object, head: Sequence[object], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table; the first cell of a row names it."""
    names = element("tr", *(element("th", cell, scope="col") for cell in head))
    body = (
        element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
        for name, *cells in rows
    )
    whole = (element("caption", caption), element("thead", names), element("tbody", *body))
    return scrolling(caption, element("table", *whole))


def badge(text: str, style: str) -> Markup:
    """Return a verdict in few words; `style` is good, bad, act or quiet."""
    return element("span", text, class_=f"badge {style}")


def legend(*entries: tuple[str, str]) -> Markup:
    """Return the key of a chart: pairs of a style and what it stands for."""
    swatches = (
        element("li", element("span", class_=f"swatch {style}", aria_hidden="true"), name)
        for style, name in entries
    )
    return element("ul", *swatches, class_="legend")
