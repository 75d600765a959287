"""The unedited `problem/` and `feature_repo/` of each release train in an updated project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from internals import lay_over
from projects import run_make
from support import DONE, files, run
from update.test_releases import generate, update

IMPORTED = """
import importlib, json, pkgutil, sys
import customer_offers
found = [each.name for each in pkgutil.walk_packages(customer_offers.__path__, "customer_offers.")]
for name in found:
    if not name.endswith("__main__"):
        importlib.import_module(name)
from customer_offers.tools.store import values
views = [each.name for each in values._definitions()]
print(json.dumps({"modules": found, "definitions": views}))
"""


@pytest.fixture(scope="module", params=DONE)
def project(
    request: pytest.FixtureRequest,
    released: Path,
    bin_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the default design of a release, updated; what was copied once is as it was."""
    folder = tmp_path_factory.mktemp("old_problem") / "project"
    generate(released, request.param, folder, bin_folder)
    before = files(folder)
    update("ml-scaffold", folder, bin_folder)
    after = files(folder)
    own = [name for name in before if "/problem/" in name]
    assert {name: after.get(name) for name in own} == {name: before[name] for name in own}
    lay_over(folder)
    return folder


@pytest.mark.parametrize(
    ("target", "minutes"), [("setup", 15), ("check", 1), ("lint", 5), ("test", 15)]
)
def test_it_is_as_whole_as_any(
    target: str, minutes: float, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It installs, nothing finds fault with what is old, and all of its own tests pass."""
    run_make(project, target, "a project with an old problem/", capsys, minutes)


def test_all_of_it_is_imported(project: Path) -> None:
    """Each module, those of the old `problem/` too, and the definitions of its features."""
    done = run([project / ".venv" / "bin" / "python", "-W", "ignore", "-c", IMPORTED], project)
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout.splitlines()[-1])
    assert "customer_offers.problem.world" in told["modules"]  # left where it was, for its imports
    assert "model_inputs" in told["definitions"]


def test_it_trains_a_model_that_passes_the_gate(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Today's toy world gives it data, the check reads them, and the first model is champion."""
    for target, minutes in (("data", 5), ("check-data", 3), ("train", 10)):
        told = run_make(project, target, "a project with an old problem/", capsys, minutes)
    assert re.search(r"^version 1: .*, champion$", told, re.MULTILINE)
