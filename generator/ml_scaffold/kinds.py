"""Answers that are known and can't be generated: why, and what comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .data import load

FILE = Path("generator", "kinds.yml")


@dataclass(frozen=True)
class Kind:
    """One answer that no project can be generated with.

    Attributes:
        name: what it is called.
        nearest: the answer to the same question that comes nearest to it and is generated.
        why: why it isn't generated; a document can be written with it all the same.
        gone: what became of a tool that no longer exists; nothing can be designed with it.
    """

    name: str
    nearest: Any
    why: str = ""
    gone: str = ""


Kinds = Mapping[str, Mapping[Any, Kind]]
"""The kinds of each question by the answer that means them."""


def read(root: Path) -> Kinds:
    """Return the kinds that the template in `root` knows; none if it has no such file."""
    return {
        question: {answer: Kind(**details) for answer, details in answers.items()}
        for question, answers in load(root / FILE).items()
    }


def chosen(values: Mapping[str, Any], kinds: Kinds) -> dict[str, list[Kind]]:
    """Return the kinds that a design asks for and that can't be generated, by question."""
    found = {}
    for question, known in kinds.items():
        value = values.get(question)
        items = value if isinstance(value, list) else [value]
        if named := [known[item] for item in items if item in known]:
            found[question] = named
    return found
