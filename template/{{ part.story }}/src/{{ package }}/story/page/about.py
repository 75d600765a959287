"""What the story rests on: the design, the versions, and how to live through it again."""

from __future__ import annotations

import re

from . import figures, findings
from .findings import Summary
from .layout import card, facts, grid, section
from .markup import Markup, element, joined


def about(summary: Summary) -> Markup | None:
    """Return the design, the versions, and links to reports beside the page; None without any."""
    cards = [made for made in (_design(summary), _versions(summary), _links(summary)) if made]
    again = findings.words(summary)["again"]
    lead = joined("To live through it again: ", element("code", again)) if again else None
    return section("about", "The design behind it", lead, grid(*cards)) if cards else None


def _design(summary: Summary) -> Markup | None:
    design = findings.part(summary, "design")
    blocks = [
        element("div", element("h4", figures.title(name)), facts(*_pairs(values)), class_="block")
        for name, values in design.items()
    ]
    return (
        card("Designed values", element("div", *blocks, class_="blocks"), class_="across")
        if blocks
        else None
    )


def _pairs(values: object) -> list[tuple[object, object]]:
    pairs = values.items() if isinstance(values, dict) else [("value", values)]
    return [(figures.title(name), figures.anything(value)) for name, value in pairs]


def _versions(summary: Summary) -> Markup | None:
    pairs = list(findings.part(summary, "versions").items())
    return card("Versions", facts(*pairs), class_="across") if pairs else None


def _links(summary: Summary) -> Markup | None:
    links = [
        element(
            "li",
            element("a", name, href=str(target)) if beside(str(target)) else f"{name}: {target}",
        )
        for name, target in findings.part(summary, "links").items()
    ]
    return (
        card("More, beside this page", element("ul", *links, class_="links"), class_="across")
        if links
        else None
    )


def beside(target: str) -> bool:
    """Say whether a link leads to a file in or under the page's own folder."""
    return bool(re.fullmatch(r"(?!/)[\w./ -]+", target)) and ".." not in target.split("/")
