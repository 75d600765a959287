"""The blocks that every section of the page is built from."""

from __future__ import annotations

from . import findings
from .findings import Summary
from .markup import Markup, element


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


def card(title: object, *content: object, note: object = "", class_: str = "") -> Markup:
    """Return a framed block; `note` stands beside its title."""
    head = element("div", element("h3", title), note, class_="card-head")
    return element("div", head, *content, class_=f"card {class_}".strip())


def grid(*cards: object, class_: str = "halves") -> Markup:
    """Return blocks side by side where there is room."""
    return element("div", *cards, class_=f"grid {class_}")


def badge(text: str, style: str) -> Markup:
    """Return a verdict in few words; `style` is good, bad, act or quiet."""
    return element("span", text, class_=f"badge {style}")


def legend(*entries: tuple[str, str]) -> Markup:
    """Return the key of a chart: pairs of a style and what it stands for."""
    return element(
        "ul",
        *(
            element("li", element("span", class_=f"swatch {style}", aria_hidden="true"), name)
            for style, name in entries
        ),
        class_="legend",
    )


def series(summary: Summary, key: str) -> str:
    """Return the style of what answered: one a version, one for everything that stood in."""
    versions = findings.versions(summary)
    return f"s{versions.index(key) % 6 + 1}" if key in versions else "sf"


def facts(*pairs: tuple[object, object]) -> Markup:
    """Return names and their figures."""
    rows = (element("div", element("dt", name), element("dd", value)) for name, value in pairs)
    return element("dl", *rows, class_="facts")
