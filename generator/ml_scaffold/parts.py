"""What a design can choose: the parts that projects are made of, and what is not generated yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .data import load

FILE = Path("generator", "parts.yml")


@dataclass(frozen=True)
class Part:
    """One thing that a design can choose.

    Attributes:
        key: what templates call it.
        sort: what it is, such as a channel or a tool.
        name: what people call it.
        means: what it is in a few words; nothing where it is the absence of another.
        question, answer: the answer that picks it; of several values, that this is among them.
        brings_files: whether the template has a folder or passages for it, so that a project has it
            where the answers pick it.
        when: all answers that pick what brings files, by question; any of them does.
        needs: a project has it only where it has these.
        without: a project has it only where it has none of these.
        why: why one would choose it.
        not_yet: why no project can be generated with it; a document can be written all the same.
        gone: what became of a tool that no longer exists; nothing can be designed with it.
        nearest: the answer to the same question nearest to it that is generated.
    """

    key: str
    sort: str
    name: str
    means: str = ""
    question: str = ""
    answer: Any = None
    brings_files: bool = False
    when: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    why: str = ""
    not_yet: str = ""
    gone: str = ""
    nearest: Any = None

    @property
    def generated(self) -> bool:
        """Whether a project can have it."""
        return not (self.not_yet or self.gone)


Parts = Mapping[str, Part]
Answers = Mapping[str, Mapping[Any, Part]]
"""Parts by the answer that picks them, by question."""


def read(root: Path) -> Parts:
    """Return the parts of the template in `root` by key, in their order; none if it has no list."""
    return {key: _part(key, details) for key, details in load(root / FILE).items()}


def not_generated(parts: Parts) -> Answers:
    """Return the parts that are known and that no project can have."""
    found: dict[str, dict[Any, Part]] = {}
    for part in parts.values():
        if not part.generated:
            found.setdefault(part.question, {})[part.answer] = part
    return found


def asked_for(values: Mapping[str, Any], parts: Parts) -> list[Part]:
    """Return the parts that a design asks for and that no project can have."""
    found = []
    for question, known in not_generated(parts).items():
        value = values.get(question)
        items = value if isinstance(value, list) else [value]
        found += [known[item] for item in items if item in known]
    return found


def _part(key: str, details: Mapping[str, Any]) -> Part:
    given = dict(details)
    brings_files = "when" in given or "without" in given
    when = given.setdefault("when", {})
    question, answer = next(iter((given.pop("answer", {}) or when).items()), ("", None))
    for name in ("needs", "without"):
        given[name] = tuple(given.get(name, ()))
    sort = given.pop("is")
    return Part(key, sort, question=question, answer=answer, brings_files=brings_files, **given)
