"""The `problem/` of an earlier release, unedited, beside today's code: nothing that either asks for
is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import every_release
from update.test_releases import generate, update

PACKAGE = "customer_offers"


@pytest.fixture
def updated(released: Path, release: str, bin_folder: Path, tmp_path: Path) -> Path:
    """Return an unedited project of a release, updated to the working tree."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    update("copier", project, bin_folder)
    return project


def modules(project: Path) -> dict[str, ast.Module]:
    """Return the package's modules by their names, and with them tests and feature definitions."""
    found = {}
    for folder in ("src", "tests", "feature_repo"):
        for file in (project / folder).rglob("*.py"):
            name = ".".join(file.relative_to(project / folder).with_suffix("").parts)
            name = name if folder == "src" else f"{folder}.{name}"
            found[name.removesuffix(".__init__")] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def names(module: ast.Module) -> set[str]:
    """Return what a module defines or imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(module):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Import(names=several) | ast.ImportFrom(names=several):
                found |= {each.asname or each.name.partition(".")[0] for each in several}
    return found


def origin(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """Return the full name of the module that a `from` names."""
    above = module.split(".") if is_package else module.split(".")[:-1]
    start = above[: len(above) - node.level + 1] if node.level else []
    return ".".join([*start, *([node.module] if node.module else [])])


def asked(name: str, known: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Yield what a module asks others of the package for: (module, name)."""
    is_package = any(each.startswith(f"{name}.") for each in known)
    bound: dict[str, str] = {}
    for node in ast.walk(known[name]):
        if isinstance(node, ast.ImportFrom):
            source = origin(node, name, is_package)
            for each in node.names if source.partition(".")[0] == PACKAGE else ():
                yield source, each.name
                bound[each.asname or each.name] = f"{source}.{each.name}"
    for node in ast.walk(known[name]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            source = bound.get(node.value.id, "")
            if source in known:  # a module that was imported by itself
                yield source, node.attr


def missing(project: Path) -> set[str]:
    """Return what is asked for and isn't there: a module, or a name in one."""
    known = modules(project)
    defined = {name: names(module) for name, module in known.items()}
    return {
        f"{source}.{what}, for {name}"
        for name in known
        for source, what in asked(name, known)
        if f"{source}.{what}" not in known
        if what not in defined.get(source, set())
        if not (what.startswith("__") and source in known)
    }


@every_release
def test_what_is_imported_is_there(updated: Path) -> None:
    """Today's code imports nothing of `problem/` that it lacks, nor that of today's code."""
    assert missing(updated) == set()


def test_a_name_that_an_old_problem_lacks_is_noticed(tmp_path: Path) -> None:
    """The test above sees an import, a use by the module's name, and a module that is gone."""
    package = tmp_path / "src" / PACKAGE
    (package / "problem").mkdir(parents=True)
    for name in ("__init__.py", "problem/__init__.py"):
        (package / name).touch()
    (package / "problem" / "schema.py").write_text("OLD = 1\nasync def old() -> None: ...\n")
    (package / "asking.py").write_text(
        "from .problem import schema\n"
        "from .problem.schema import OLD, NEW, old\n"
        "from .gone import anything\n"
        "print(schema.NEWER, schema.OLD)\n"
    )
    assert missing(tmp_path) == {
        f"{PACKAGE}.problem.schema.NEW, for {PACKAGE}.asking",
        f"{PACKAGE}.problem.schema.NEWER, for {PACKAGE}.asking",
        f"{PACKAGE}.gone.anything, for {PACKAGE}.asking",
    }
