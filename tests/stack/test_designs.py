"""Designs with other parts than the default, beside the installed stack: typed, and imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import layout
from conftest import Render
from designs import ARRAY, REFERENCE
from ml_scaffold.demo import environment
from projects import Project
from support import ROOT, run

LIVED = {layout.parts(design) for design in REFERENCE.values()}
DISTINCT = {
    layout.parts(design): design for design in ARRAY.values() if layout.parts(design) not in LIVED
}
"""A design for each set of parts that no reference design has: those are lived through."""
IMPORTS = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
    if not module.name.endswith("__main__"):  # which runs a command
        importlib.import_module(module.name)
        print(module.name)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the default design, whose environment has what every other needs."""
    return Project("the default design", {}, tmp_path_factory.mktemp("designs") / "project")


def test_it_installs(installed: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make setup` brings everything."""
    installed.make("setup", capsys, minutes=15)


def outcome(project: Path, command: Sequence[str | Path]) -> str:
    """Run `command` in a project that isn't installed, and return what it printed."""
    env = {**environment(ROOT), "PYTHONPATH": str(project / "src")}
    done = run(command, project, env, timeout=300)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("parts", DISTINCT, ids=str)
def test_a_design_is_typed_and_imports(
    parts: tuple[bool, ...], installed: Project, render: Render
) -> None:
    """The type checker finds nothing, every module imports, and no stage knows another."""
    project = render(DISTINCT[parts])
    (package,) = (project / "src").iterdir()
    tools = installed.folder / ".venv" / "bin"
    outcome(project, [tools / "ty", "check", "--python", tools.parent])
    outcome(project, [tools / "lint-imports", "--no-cache"])
    imported = outcome(project, [tools / "python", "-c", IMPORTS, package.name]).split()
    modules = {
        ".".join(file.relative_to(package.parent).with_suffix("").parts)
        for file in package.rglob("*.py")
        if file.name not in {"__init__.py", "__main__.py"}
    }
    assert modules <= set(imported)
