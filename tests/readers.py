"""Read a project's files as their own readers do, and find in them the free texts of answers."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

TEXTS = (
    *("project_name", "description", "owner"),
    *("business_metric", "business_metric_unit", "data_source", "approver"),
)
"""The questions whose answers are free text."""


def parse(name: str, text: str) -> None:
    """Read a file's text with the parser of its format, which is known by its ending."""
    _parse(Path(name).suffix, text)


@cache  # most files are the same in every project
def _parse(suffix: str, text: str) -> None:
    match suffix:
        case ".toml":
            tomllib.loads(text)
        case ".yml" | ".yaml":
            list(yaml.safe_load_all(text))
        case ".json":
            json.loads(text)
        case ".py":
            ast.parse(text)


def tokens(source: str) -> list[Token]:
    """Return the blocks that a forge's Markdown reader sees."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return reader.parse(source)


PLAIN = {"text", "text_special", "softbreak"}
COMMENT = re.compile(r"<!-- [A-Za-z: `]+ -->\n+")
MARKED = {"code_inline", "link_open", "link_close", "strong_open", "strong_close"}
"""What else a line of a project's documents holds: nothing that a text of a user could add."""


def plain(source: str) -> list[tuple[str, str]]:
    """Return the pieces of Markdown that are text and nothing else, each with what it stands in.

    A link, an emphasis, a code span or a tag anywhere in a piece disqualifies it.
    """
    blocks = tokens(source)
    return [
        (blocks[number - 1].tag, "".join(child.content or " " for child in block.children or []))
        for number, block in enumerate(blocks)
        if block.type == "inline" and {child.type for child in block.children or []} <= PLAIN
    ]


def assert_no_foreign_markup(source: str) -> None:
    """Look for what no document says by itself: tags, emphasis, and links to anything but pages."""
    for block in tokens(source):
        assert block.type != "html_block" or COMMENT.fullmatch(block.content), block.content
        for child in block.children or []:
            assert child.type in PLAIN | MARKED, (child.type, block.content)
            target = str(child.attrGet("href") or "").partition("#")[0]
            assert target in {"", "LICENSE"} or target.endswith(".md"), block.content


def assert_texts_arrive(project: Path, answers: Mapping[str, Any]) -> None:
    """Compare what each file says about name, description, owner, data and so on with the answers.

    The digests of the design are those of the files, too.
    """

    def read(name: str) -> str:
        return (project / name).read_text(encoding="utf-8")

    name, description, owner = (answers[key] for key in ("project_name", "description", "owner"))
    stored = yaml.safe_load(read(".copier-answers.yml"))
    assert {key: stored[key] for key in TEXTS} == {key: answers[key] for key in TEXTS}
    metadata = tomllib.loads(read("pyproject.toml"))["project"]
    assert metadata["description"] == description
    assert metadata["authors"] == [{"name": owner}]
    design = yaml.safe_load(read("design.yml"))["project"]
    assert (design["name"], design["owner"]) == (name, owner)
    if answers["licence"] != "Apache-2.0":  # whose text names nobody
        line = next(line for line in read("LICENSE").split("\n") if line.startswith("Copyright"))
        assert line.removesuffix(". All rights reserved.") == f"Copyright (c) {owner}"

    readme, card, page = (
        plain(read(file)) for file in ("README.md", "docs/model_card.md", "docs/design.md")
    )
    assert readme[:2] == [("h1", name), ("p", description)]
    assert ("p", f"Owner: {owner}.") in readme
    assert card[0] == ("h1", f"Model card: {name}")
    assert {("td", description), ("td", owner)} <= {*card}
    assert page[:2] == [("h1", f"ML workflow: {name}"), ("p", description)]
    metric = "{business_metric}, in {business_metric_unit}".format_map(answers)
    assert ("td", metric) in card
    for tag, start in (
        ("p", "Answers for it: {owner}. Approves and takes back models: {approver}. "),
        ("td", "{business_metric}, in {business_metric_unit}; the evaluation metric is "),
        ("td", "{data_source}: fresh before the features are computed"),
    ):
        start = start.format_map(answers)
        assert any(of == tag and piece.startswith(start) for of, piece in page), start
    assert stored["evidence"] == answers["evidence"]
    for measured in answers["evidence"].values():
        assert ("td", measured["data"]) in page
    source = f"Source: {answers['data_source']}. "
    assert any(of == "p" and piece.startswith(source) for of, piece in card)
    for file in ("README.md", "docs/model_card.md", "docs/design.md"):
        assert_no_foreign_markup(read(file))
    assert_digests(project)


def assert_digests(project: Path) -> None:
    """Compare the digests in `design.sha256` with the files and the answers that they are of."""
    first, *others = (project / "design.sha256").read_text(encoding="utf-8").splitlines()
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    given = {key: value for key, value in stored.items() if not key.startswith("_")}
    text = json.dumps(given, sort_keys=True).encode()
    assert first == f"# answers {hashlib.sha256(text).hexdigest()}"
    for line in others:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((project / name).read_bytes()).hexdigest() == digest, name
