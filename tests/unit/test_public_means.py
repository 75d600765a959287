"""Copier and covertable are used by their public means only, which hold for a major version."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from support import ROOT

LIBRARIES = ("copier", "covertable")
FOLDERS = ("generator", "hooks", "tests")


def private(name: str) -> bool:
    """Say whether a dotted name has a part that is private."""
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def root(node: ast.expr) -> str:
    """Return the name that an expression such as `copier.main.Worker` begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def trespasses(source: str) -> Iterator[int]:
    """Yield the lines of Python `source` that reach into a library or derive from its classes."""
    tree = ast.parse(source)
    theirs: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [(each.asname or each.name.split(".")[0], each.name) for each in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found = [(each.asname or each.name, f"{module}.{each.name}") for each in names]
            case _:
                continue
        for bound, name in found:
            if name.split(".")[0] in LIBRARIES:
                theirs.add(bound)
                if private(name):
                    yield node.lineno
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(bases=bases) if any(root(base) in theirs for base in bases):
                yield node.lineno
            case ast.Attribute(attr=name) if private(name) and root(node) in theirs:
                yield node.lineno
            case ast.Call(args=[owner, ast.Constant(value=str(name)), *_]) if root(owner) in theirs:
                if private(name):
                    yield node.lineno
            case ast.Constant(value=str(text)) if text.startswith(
                tuple(f"{x}." for x in LIBRARIES)
            ):
                if private(text) and " " not in text:
                    yield node.lineno


def test_no_private_part_of_a_library_is_used() -> None:
    """Neither the generator nor the tests import, read, patch or override one."""
    files = [file for name in FOLDERS for file in (ROOT / name).rglob("*.py")]
    found = {
        file.relative_to(ROOT).as_posix(): lines
        for file in files
        if (lines := list(trespasses(file.read_text(encoding="utf-8"))))
    }
    assert len(files) > 50
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import copier._main",
        "import copier._main as main",
        "from copier import _main",
        "from copier._main import Worker",
        "import copier\nmain = copier._main",
        "import copier\nmonkeypatch.setattr(copier, '_main', None)",
        "import copier\nworker = getattr(copier, '_main')",
        "monkeypatch.setattr('copier._main.Worker', None)",
        "from covertable.main import Controller\nclass Search(Controller): ...",
        "import covertable\nclass Search(covertable.main.Controller): ...",
    ],
)
def test_a_private_part_is_seen(source: str) -> None:
    """Each way to one is found."""
    assert list(trespasses(source)) == [len(source.splitlines())]


@pytest.mark.parametrize(
    "source",
    [
        "import copier\ncopier.run_copy('a', settings=copier.Settings())",
        "from copier.errors import CopierError",
        "from covertable import make\nmake({'_a': [1]})",
        "class Own(Base): ...\nOwn._part = 1",
    ],
)
def test_what_is_public_is_not(source: str) -> None:
    """What a library offers may be called, and what is ours may be private."""
    assert list(trespasses(source)) == []
