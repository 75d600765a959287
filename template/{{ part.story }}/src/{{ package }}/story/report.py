"""The report of the story: `summary.json` for machines, and one self-contained page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from .page import findings, models, operation
from .page.findings import Summary
from .page.head import head
from .page.markup import Markup, element
from .page.weeks import weeks

SECTIONS = (
    ("weeks", "Live weeks", weeks),
    ("scores", "Scores", models.scores),
    ("gate", "Gate", models.gates),
    ("experiments", "A/B tests", models.experiments),
    ("checks", "Checks", operation.checks),
    ("service", "Serving", operation.service),
    ("steps", "Steps", operation.steps),
    ("more", "More", operation.more),
)
"""Id, name and maker of each section, in order; a maker that has nothing to show gives None."""

# The page can load nothing and run nothing, whatever text has got into it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"


def write(summary: Mapping[str, Any], folder: Path) -> Path:
    """Write `summary.json` and `index.html` into `folder`, which is made if need be.

    Args:
        summary: what the story found; sections that are absent are left out of the page. Values
            that JSON can't hold (NaN, infinity) become null.
        folder: where to write.

    Returns:
        The path of the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = _plain(summary)
    text = json.dumps(plain, indent=2, sort_keys=True, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    target = folder / "index.html"
    target.write_text(page(plain), encoding="utf-8")
    return target


def page(summary: Summary) -> str:
    """Return the whole page as HTML; it needs no other file, no network and no script."""
    folder = Path(__file__).with_name("page") / "style"
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sorted(folder.glob("*.css")))
    made = [(key, name, make(summary)) for key, name, make in SECTIONS]
    shown = [(key, name, content) for key, name, content in made if content is not None]
    title = summary.get("project") or summary.get("package") or "Story"
    meta = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{title} \N{MIDDLE DOT} {findings.history(summary)['report']}"),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        head(summary, [(key, name) for key, name, _ in shown]),
        element("main", *(content for _, _, content in shown)),
    )
    return "<!doctype html>\n" + element("html", meta, body, lang="en") + "\n"


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it: keys are text, and what is not a number is null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)
