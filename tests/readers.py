"""Read a project's files as their own readers do, and find in them the free texts of answers."""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token


def parse(name: str, text: str) -> None:
    """Read a file's text with the parser of its format, which is known by its ending."""
    match Path(name).suffix:
        case ".toml":
            tomllib.loads(text)
        case ".yml" | ".yaml":
            list(yaml.safe_load_all(text))
        case ".json":
            json.loads(text)
        case ".py":
            ast.parse(text, name)


def tokens(source: str) -> list[Token]:
    """Return the blocks that a forge's Markdown reader sees."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return reader.parse(source)


def plain(source: str) -> list[tuple[str, str]]:
    """Return the pieces of Markdown that are text and nothing else, each with what it stands in.

    A link, an emphasis, a code span or a tag anywhere in a piece disqualifies it.
    """
    blocks = tokens(source)
    return [
        (blocks[number - 1].tag, "".join(child.content for child in block.children or []))
        for number, block in enumerate(blocks)
        if block.type == "inline"
        and all(child.type in {"text", "text_special"} for child in block.children or [])
    ]


def assert_texts_arrive(project: Path, answers: Mapping[str, Any]) -> None:
    """Compare what each file says about name, description and owner with the answers.

    The digests of the design are those of the files, too.
    """

    def read(name: str) -> str:
        return (project / name).read_text(encoding="utf-8")

    name, description, owner = (answers[key] for key in ("project_name", "description", "owner"))
    stored = yaml.safe_load(read(".copier-answers.yml"))
    assert [stored[key] for key in ("project_name", "description", "owner")] == [
        name,
        description,
        owner,
    ]
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
    assert {("td", name), ("td", owner)} <= {*page}
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
