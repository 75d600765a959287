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


def keys(design: layout.Design) -> tuple[tuple[bool | str, ...], ...]:
    """Return what of a design's code is to be looked at once: its set of parts, and its tools."""
    return layout.parts(design), (layout.tuner(design),), (layout.prefect(design),)


LIVED = {key for design in REFERENCE.values() for key in keys(design)}
DISTINCT = {key: design for design in ARRAY.values() for key in keys(design) if key not in LIVED}
"""A design for each that no reference design has: those are lived through."""
TOOLS = ("bentoml", "evidently", "feast", "mlflow", "optuna", "prefect")
IMPORTS = f"""
import importlib, os, pathlib, pkgutil, sys
for tool in {TOOLS}:
    importlib.import_module(tool)
for project in sys.argv[1:]:
    if os.fork() == 0:
        os.chdir(project)
        (source,) = pathlib.Path(project, "src").iterdir()
        sys.path.insert(0, str(source.parent))
        package = importlib.import_module(source.name)
        for module in pkgutil.walk_packages(package.__path__, source.name + "."):
            if not module.name.endswith("__main__"):  # which runs a command
                print(importlib.import_module(module.name).__file__)
        sys.exit()
    if os.wait()[1] != 0:
        sys.exit(project)
"""
"""Imports the tools, which takes the most time, and in a process for each project its modules."""


def outcome(project: Path, command: Sequence[str | Path]) -> str:
    """Run `command` in a project that isn't installed, and return what it printed."""
    env = {**environment(ROOT), "PYTHONPATH": str(project / "src")}
    done = run(command, project, env, timeout=300)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_default_design_installs(
    default_design: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its environment has what every other needs."""
    default_design.make("setup", capsys, minutes=15)


@pytest.mark.parametrize("parts", DISTINCT, ids=str)
def test_a_design_is_typed(
    parts: tuple[bool | str, ...], default_design: Project, laid: Render
) -> None:
    """The type checker finds nothing, also in our internals' tests; no stage knows another."""
    project = laid(DISTINCT[parts])
    tools = default_design.folder / ".venv" / "bin"
    outcome(project, [tools / "ty", "check", "--python", tools.parent])
    outcome(project, [tools / "lint-imports", "--no-cache"])


def test_every_module_of_each_design_imports(default_design: Project, render: Render) -> None:
    """Every module can be imported, and is the design's own."""
    projects = [render(design) for design in DISTINCT.values()]
    python = default_design.folder / ".venv" / "bin" / "python"
    command = [python, "-c", IMPORTS, *projects]
    done = run(command, default_design.folder, environment(ROOT), timeout=600)
    assert done.returncode == 0, done.stdout
    modules = {
        str(file)
        for project in projects
        for file in (project / "src").rglob("*.py")
        if file.name not in {"__init__.py", "__main__.py"}
    }
    assert modules
    assert modules <= set(done.stdout.splitlines())
