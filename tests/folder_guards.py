"""What must hold of the folders of parts, whatever a design picks.

Each guard takes them and yields what is wrong, a sentence a fault.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, nodes

from folders import PACKAGE, File, Parts, Set, asked, files, owners, sets
from ml_scaffold.questions import Questionnaire

PLACE = re.compile(r"passages\('([^']+)'")


def faults(questionnaire: Questionnaire, *templates: Path) -> dict[str, list[str]]:
    """Return what each guard has against these folders, which projects get together."""
    multiple = {question.name for question in questionnaire.questions if question.multiple}
    together = sets(questionnaire.parts, multiple)
    return judge(files(*templates), questionnaire.parts, together, asked(questionnaire))


def judge(
    found: Collection[File], parts: Parts, together: set[Set], asking: Collection[str]
) -> dict[str, list[str]]:
    """Return what each guard has against files of these parts, chosen together in these sets.

    Args:
        asking: the answers for which no file may ask.
    """
    guards: dict[str, Iterable[str]] = {
        "collisions": collisions(found, together),
        "unlisted": unlisted(found, parts),
        "unpicked": unpicked(found, together),
        "conditional_paths": conditional_paths(found),
        "missing_imports": missing_imports(found, together),
        "loose_passages": loose_passages(found),
        "questions_to_parts": questions_to_parts(found, asking),
    }
    return {name: list(said) for name, said in guards.items()}


def collisions(found: Iterable[File], together: Iterable[Set]) -> Iterator[str]:
    """Yield each path that two files own in one project."""
    shared = {path: brought for path, brought in owners(found).items() if len(brought) > 1}
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


def conditional_paths(found: Iterable[File]) -> Iterator[str]:
    """Yield each path with a condition in it, where a folder of a part belongs."""
    for file in found:
        if "{%" in file.path:
            yield f"{file.path}: a path has no condition; make it a part"


def missing_imports(found: Collection[File], together: Iterable[Set]) -> Iterator[str]:
    """Yield each import inside the project that some project with the file lacks."""
    modules = {
        path.removesuffix("/__init__.py").removesuffix(".py"): brought
        for path, brought in owners(found).items()
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


def loose_passages(found: Collection[File]) -> Iterator[str]:
    """Yield each passage that no file has a place for, each place that none fills, and each passage
    in a folder within a folder, where none is looked for.
    """
    filled = {file.path for file in found if file.passage}
    places: list[tuple[str, str]] = []
    for file in found:
        if file.passage or file.source.suffix == ".jinja":
            text = file.source.read_text(encoding="utf-8")
            path = file.path.rpartition("/")[0] if file.passage else file.path
            places += [(place, path) for place in PLACE.findall(text)]
    yield from (f"{place}: no file has such a place" for place in filled - {*dict(places)})
    for place, path in places:
        if place not in filled:
            yield f"{place}: no part has a passage for it"
        if not place.startswith(f"{path}/"):
            yield f"{place}: a place of {path} begins with its path"
    for file in found:
        if file.passage and len(file.parts) > 1:
            yield f"{file.path}: it stands in {' and '.join(file.parts)}; make it a place of one"


def questions_to_parts(found: Iterable[File], asked: Collection[str]) -> Iterator[str]:
    """Yield each line of a file that does anything with an answer that picks parts but print it.

    Whatever depends on such an answer is a passage: a third choice would else get words of another.
    """
    for file in found:
        if file.source.suffix == ".jinja" or file.passage:
            tree = Environment().parse(file.source.read_text(encoding="utf-8"))
            printed = {id(node) for output in tree.find_all(nodes.Output) for node in output.nodes}
            for name in tree.find_all(nodes.Name):
                if name.name in asked and id(name) not in printed:
                    yield f"{file.path}: line {name.lineno} asks for {name.name}"


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
