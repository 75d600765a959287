"""The folders of parts, and which of them a project has, from parts.yml and the template alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from ml_scaffold.parts import Part
from ml_scaffold.questions import Questionnaire

Parts = Mapping[str, Part]
Set = frozenset[str]
FOLDER = re.compile(r"\{\{ part\.(\w+) \}\}/")
PASSAGES = "_passages/"
PACKAGE = "package"
"""What the package is called here, whatever a design calls it."""


@dataclass(frozen=True)
class File:
    """A file of the template.

    Attributes:
        path: where a project has it; of a passage, the place that it fills.
        parts: a project has it where it has all of these, from the outermost folder on.
        passage: whether it's lines of a file of all, and not rendered by itself.
    """

    source: Path
    path: str
    parts: tuple[str, ...]
    passage: bool


def files(*templates: Path) -> list[File]:
    """Return every file in these folders, of each in the order of their names."""
    found = []
    sources = [
        (source, source.relative_to(template).as_posix())
        for template in templates
        for source in sorted(path for path in template.rglob("*") if path.is_file())
    ]
    for source, name in sources:
        path = FOLDER.sub("", name)
        passage = path.startswith(PASSAGES)
        path = path.removeprefix(PASSAGES) if passage else path.removesuffix(".jinja")
        path = path.replace("{{ package }}", PACKAGE)
        path = path.replace("{{ _copier_conf.answers_file }}", ".copier-answers.yml")
        found.append(File(source, path, tuple(FOLDER.findall(name)), passage))
    return found


def owners(found: Iterable[File]) -> dict[str, list[Set]]:
    """Return every path that a project can have, with the parts of each file that lies there."""
    brought: dict[str, list[Set]] = {}
    for file in found:
        if not file.passage:
            brought.setdefault(file.path, []).append(frozenset(file.parts))
    return brought


def picked(parts: Parts, answers: Mapping[str, Any]) -> Set:
    """Return the parts that bring files and that these answers pick."""
    found: set[str] = set()
    for name, part in parts.items():
        asked = not part.when or any(
            answer in answers[question]
            if isinstance(answers[question], tuple)
            else answer == answers[question]
            for question, answer in part.when.items()
        )
        if part.brings_files and asked and found >= {*part.needs} and not found & {*part.without}:
            found.add(name)
    return frozenset(found)


def sets(parts: Parts, multiple: Collection[str]) -> set[Set]:
    """Return every set of parts that can be chosen together.

    Args:
        multiple: the questions of which several choices can be taken.
    """
    answers: dict[str, list[Any]] = {}
    for part in parts.values():
        for question, answer in part.when.items():
            known = answers.setdefault(question, [])
            known += [each for each in (answer, _opposite(answer)) if each not in [*known, None]]
    for question in multiple & answers.keys():
        choices = answers[question]
        sizes = range(1, len(choices) + 1)
        answers[question] = [some for size in sizes for some in combinations(choices, size)]
    rows = product(*answers.values())
    return {picked(parts, dict(zip(answers, row, strict=True))) for row in rows}


def asked(questionnaire: Questionnaire) -> Set:
    """Return the answers that pick parts, and all that is computed from them."""
    found = {question for part in questionnaire.parts.values() for question in part.when}
    for question in questionnaire.questions:  # each is computed from those before it
        if question.computed and questionnaire.reads(question.default) & found:
            found.add(question.name)
    return frozenset(found | {"part"})


def _opposite(answer: Any) -> Any:
    """Return the other answer to a question of yes or no; nothing to any other."""
    return not answer if isinstance(answer, bool) else None
