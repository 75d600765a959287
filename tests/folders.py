"""What holds of the folders of parts, computed from parts.yml and the template alone.

Each guard takes them and yields what is wrong, a sentence a fault.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

from ml_scaffold.parts import Part

Parts = Mapping[str, Part]
Set = frozenset[str]
FOLDER = re.compile(r"\{\{ part\.(\w+) \}\}/")
PASSAGES = "_passages/"
PLACE = re.compile(r"passages\('([^']+)'")
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


def files(template: Path) -> list[File]:
    """Return every file in the folder `template`, in the order of their names."""
    found = []
    for source in sorted(path for path in template.rglob("*") if path.is_file()):
        name = source.relative_to(template).as_posix()
        path = FOLDER.sub("", name)
        passage = path.startswith(PASSAGES)
        path = path.removeprefix(PASSAGES) if passage else path.removesuffix(".jinja")
        path = path.replace("{{ package }}", PACKAGE)
        found.append(File(source, path, tuple(FOLDER.findall(name)), passage))
    return found


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


def collisions(found: Iterable[File], together: Iterable[Set]) -> Iterator[str]:
    """Yield each path that two files own in one project."""
    owners: dict[str, list[set[str]]] = {}
    for file in found:
        if not file.passage:
            owners.setdefault(file.path, []).append(set(file.parts))
    shared = {path: brought for path, brought in owners.items() if len(brought) > 1}
    for path, brought in shared.items():
        for chosen in together:
            if sum(each <= chosen for each in brought) > 1:
                yield f"{path}: two files own it in a project with {', '.join(sorted(chosen))}"
                break


def unlisted(found: Iterable[File], parts: Parts) -> Iterator[str]:
    """Yield each folder that is no part's, and each part that brings nothing."""
    folders = {name for file in found for name in file.parts}
    listed = {name for name, part in parts.items() if part.brings_files}
    yield from (f"{name}: parts.yml has no such part with files" for name in folders - listed)
    yield from (f"{name}: it brings no file and no passage" for name in listed - folders)


def unpicked(found: Iterable[File], together: Collection[Set]) -> Iterator[str]:
    """Yield each folder that no project can have."""
    for parts in {file.parts for file in found}:
        if not any(chosen >= {*parts} for chosen in together):
            yield f"{' and '.join(parts)}: no project has both"


def conditional_paths(found: Iterable[File], template: Path) -> Iterator[str]:
    """Yield each path with a condition in it, where a folder of a part belongs."""
    for file in found:
        name = file.source.relative_to(template).as_posix()
        if "{%" in name:
            yield f"{name}: a path has no condition; make it a part"


def missing_imports(found: Collection[File], together: Iterable[Set]) -> Iterator[str]:
    """Yield each import inside the project that some project with the file lacks."""
    owners: dict[str, list[set[str]]] = {}
    for file in found:
        if not file.passage:
            owners.setdefault(file.path, []).append(set(file.parts))
    modules = {
        path.removesuffix("/__init__.py").removesuffix(".py"): brought
        for path, brought in owners.items()
        if path.endswith(".py")
    }
    sets_with = list(together)
    for file in found:
        if file.passage or not file.path.endswith(".py"):
            continue
        having = [chosen for chosen in sets_with if chosen >= {*file.parts}]
        for imported in _imports(file, modules):
            brought = modules.get(imported, [])
            lacking = [s for s in having if not any(each <= s for each in brought)]
            if lacking:
                shown = ", ".join(sorted(lacking[0])) or "nothing"
                yield f"{file.path}: {imported} is not there in a project with {shown}"


def loose_passages(found: Collection[File], parts: Parts) -> Iterator[str]:
    """Yield each passage that no file has a place for, each place that none fills, and each pair of
    parts in another order than the list's, in which passages aren't looked for.
    """
    order = list(parts)
    filled = {file.path for file in found if file.passage}
    places: list[tuple[str, str]] = []
    for file in found:
        if not file.passage and file.source.suffix == ".jinja":
            text = file.source.read_text(encoding="utf-8")
            places += [(place, file.path) for place in PLACE.findall(text)]
    yield from (f"{place}: no file has such a place" for place in filled - {*dict(places)})
    for place, path in places:
        if place not in filled:
            yield f"{place}: no part has a passage for it"
        if not place.startswith(f"{path}/"):
            yield f"{place}: a place of {path} begins with its path"
    for file in found:
        if file.passage and (
            len(file.parts) > 2 or sorted(file.parts, key=order.index) != [*file.parts]
        ):
            yield f"{file.path}: {' and '.join(file.parts)} are not two parts in the list's order"


def questions_to_parts(found: Iterable[File], asked: Collection[str]) -> Iterator[str]:
    """Yield each condition of a file on an answer that picks parts, where a passage belongs."""
    for file in found:
        if file.source.suffix == ".jinja" or file.passage:
            tree = Environment().parse(file.source.read_text(encoding="utf-8"))
            for condition in tree.find_all(nodes.If):
                names = {name.name for name in condition.test.find_all(nodes.Name)}
                if isinstance(condition.test, nodes.Name):
                    names.add(condition.test.name)
                if both := sorted(names & {*asked}):
                    yield f"{file.path}: line {condition.lineno} asks for {', '.join(both)}"


def _opposite(answer: Any) -> Any:
    """Return the other answer to a question of yes or no; nothing to any other."""
    return not answer if isinstance(answer, bool) else None


def _imports(file: File, modules: Mapping[str, object]) -> set[str]:
    """Return what a Python file imports of the project, as paths without their ending."""
    text = file.source.read_text(encoding="utf-8")
    if file.source.suffix == ".jinja":
        text = text.replace("{{ package }}", PACKAGE)
        text = re.sub(r"^[ \t]*\{%.*?%\}\n|\{\{-?.*?\}\}", "", text, flags=re.MULTILINE | re.DOTALL)
    folder = Path(file.path).parent
    found = set()
    for node in ast.walk(ast.parse(text, file.source.name)):
        if isinstance(node, ast.ImportFrom):
            module = (node.module or "").replace(".", "/")
            if node.level:
                base = _resolved(folder, node.level, module)
            elif module.split("/")[0] == PACKAGE:
                base = f"src/{module}"
            else:
                continue
            named = {f"{base}/{each.name}" for each in node.names}
            found |= (
                named & modules.keys()
                if named <= modules.keys()
                else {base, *named & modules.keys()}
            )
        elif isinstance(node, ast.Import):
            names = [each.name.replace(".", "/") for each in node.names]
            found |= {f"src/{name}" for name in names if name.split("/")[0] == PACKAGE}
    return found


def _resolved(folder: Path, level: int, module: str) -> str:
    """Return the path of a relative import of so many dots, from a file in `folder`."""
    base = folder
    for _ in range(level - 1):
        base = base.parent
    return (base / module).as_posix()
