"""`make refresh` on a real resolver and a tiny index: what it keeps, and whom it blames."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import Render
from refresh.campaign import Limits, refresh
from refresh.pins import RefreshError
from refresh.trial import Project

WHEELS: Mapping[tuple[str, int], tuple[str, ...]] = {
    ("a", 1): (),
    ("a", 2): (),
    ("b", 1): (),
    ("b", 2): (),
    ("c", 1): (),
    ("c", 2): (),
    ("d", 1): (),
    ("d", 2): (),
    ("asks-d", 1): (),
    ("asks-d", 2): ("d>=2",),
    ("needs-c", 1): (),
    ("needs-c", 2): ("c>=2",),
    ("refuses-c", 1): (),
    ("refuses-c", 2): ("c<2",),
}
PYPROJECT = """\
[project]
name = "tiny"
version = "0"
requires-python = ">=3.11"
dependencies = [{}]

[dependency-groups]
dev = []
docs = []
yours = []
"""
HEAD = "# What was tested.\n"
CHANGES = "# Changes\n\n## Unreleased\n\n- Something.\n\n## v1\n\n- The first.\n"
INSTALLED = "grep -q '^{}==2$' constraints.txt"
LIMITS = Limits(trials=40, seconds=600, patience=60)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of wheels, all that there is to install."""
    folder = tmp_path_factory.mktemp("index")
    for (name, version), needs in WHEELS.items():
        module = name.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{module}.py", f"VERSION = {version}\n")
            wheel.writestr(
                f"{info}/METADATA", metadata + "".join(f"Requires-Dist: {need}\n" for need in needs)
            )
            wheel.writestr(
                f"{info}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr(f"{info}/RECORD", "")
    return folder


class Tiny:
    """A project with the real Makefile and few dependencies, all pinned to version 1."""

    def __init__(self, folder: Path, makefile: Path) -> None:
        self.folder = folder
        self.constraints = folder / "kept" / "constraints.txt"
        self.changelog = folder / "kept" / "CHANGELOG.md"
        self.said: list[str] = []
        (folder / "project").mkdir(parents=True)
        (folder / "kept").mkdir()
        shutil.copy(makefile, folder / "project" / "Makefile")
        self.changelog.write_text(CHANGES, "utf-8")

    def depend_on(self, *requirements: str) -> None:
        """Ask for packages, and pin each to version 1."""
        listed = ", ".join(f'"{requirement}"' for requirement in requirements)
        (self.folder / "project" / "pyproject.toml").write_text(PYPROJECT.format(listed), "utf-8")
        names = sorted(re.split("[<>=]", requirement)[0] for requirement in requirements)
        self.constraints.write_text(HEAD + "".join(f"{name}==1\n" for name in names), "utf-8")
        shutil.copy(self.constraints, self.folder / "project")

    def refresh(self, test: str, **limits: Any) -> bool:
        """Refresh with a test command that runs in the copies of the project."""
        return refresh(
            Project(self.folder / "project", self.folder / "trials"),
            self.constraints,
            self.changelog,
            test,
            Limits(**vars(LIMITS) | limits),
            self.said.append,
        )

    @property
    def blamed(self) -> list[str]:
        """Return the packages that were named as the ones that break the tests."""
        start = next(at for at, line in enumerate(self.said) if line.startswith("broken by"))
        end = next(at for at, line in enumerate(self.said) if line.startswith("the tests "))
        return [line.strip() for line in self.said[start + 1 : end]]

    @property
    def trials(self) -> list[str]:
        """Return the log's lines that begin a trial."""
        return [line for line in self.said if line.startswith("trial ")]


@pytest.fixture
def tiny(index: Path, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """Return a project whose resolver sees the index of wheels and nothing else."""
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(index))
    (tmp_path / "trials").mkdir()
    return Tiny(tmp_path, render({}) / "Makefile")


def both(*names: str) -> str:
    """Return a test command that fails where all `names` have version 2."""
    return f"! {{ {' && '.join(INSTALLED.format(name) for name in names)}; }}"


def test_green_moves_the_constraints_and_says_so(tiny: Tiny, index: Path) -> None:
    """Where the tests pass, all pins are the newest, and the changelog names what moved."""
    tiny.depend_on("a", "b<2", "c")
    assert tiny.refresh("true")
    assert tiny.constraints.read_text("utf-8") == f"{HEAD}a==2\nb==1\nc==2\n"
    assert "- Something.\n- Newest versions" in tiny.changelog.read_text("utf-8")
    assert "`a` 1 to 2, `c` 1 to 2." in tiny.changelog.read_text("utf-8")
    assert str(index) not in tiny.constraints.read_text("utf-8")


@pytest.mark.slow
def test_the_tests_run_with_what_is_to_be_kept(tiny: Tiny) -> None:
    """The command can install the new versions, and sees those and no others."""
    tiny.depend_on("a", "b")
    install = "uv venv -q .venv && uv pip install -q --python .venv/bin/python a b -c"
    check = "import a, b; assert (a.VERSION, b.VERSION) == (2, 2)"
    assert tiny.refresh(f"{install} constraints.txt && .venv/bin/python -c '{check}'"), tiny.said


@pytest.mark.slow
def test_nothing_to_move_runs_nothing(tiny: Tiny) -> None:
    """Where all versions are the newest that are allowed, no test runs and nothing is written."""
    tiny.depend_on("a<2")
    assert tiny.refresh("false")
    assert tiny.changelog.read_text("utf-8") == CHANGES


@pytest.mark.parametrize(
    "guilty",
    [
        pytest.param(("b",), id="b"),
        pytest.param(("a", "c"), id="a+c", marks=pytest.mark.slow),
        pytest.param(("a", "b", "d"), id="a+b+d", marks=pytest.mark.slow),
    ],
)
def test_red_names_the_smallest_set(tiny: Tiny, guilty: tuple[str, ...]) -> None:
    """One package, or some that break the tests only together, are named; nothing is written."""
    tiny.depend_on("a", "b", "c", "d")
    before = tiny.constraints.read_bytes()
    assert not tiny.refresh(both(*guilty))
    assert tiny.blamed == [f"{name} 1 -> 2" for name in guilty]
    assert tiny.constraints.read_bytes() == before
    assert tiny.changelog.read_text("utf-8") == CHANGES


@pytest.mark.slow
def test_what_must_move_along_is_said(tiny: Tiny) -> None:
    """A package that can't move alone takes along what it needs, which isn't blamed for it."""
    tiny.depend_on("a", "c", "needs-c")
    assert not tiny.refresh(both("needs-c"))
    assert tiny.blamed == ["needs-c 1 -> 2", "c 1 -> 2 (must move along)"]


@pytest.mark.slow
def test_what_moves_along_may_be_the_guilty_one(tiny: Tiny) -> None:
    """Where the package that is needed breaks the tests, the one that needs it isn't blamed."""
    tiny.depend_on("asks-d", "d")
    assert not tiny.refresh(both("d"))
    assert tiny.blamed == ["d 1 -> 2"]
    assert len(tiny.trials) == 4  # both, none, d, and d once more: no other is run twice


@pytest.mark.slow
def test_a_refused_version_stays_behind(tiny: Tiny) -> None:
    """Where two newest versions refuse each other, what goes together is tried and kept."""
    tiny.depend_on("c>=2", "refuses-c", "a")
    assert tiny.refresh("true")
    assert tiny.constraints.read_text("utf-8") == f"{HEAD}a==2\nc==2\nrefuses-c==1\n"


@pytest.mark.slow
def test_what_can_not_be_resolved_ends_in_the_resolvers_words(tiny: Tiny) -> None:
    """Requirements that nothing satisfies end in one message, and nothing is written."""
    tiny.depend_on("a>=3")
    before = tiny.constraints.read_bytes()
    with pytest.raises(RefreshError, match=r"(?s)nothing was changed.*a<=2|a>=3"):
        tiny.refresh("true")
    assert tiny.constraints.read_bytes() == before


@pytest.mark.slow
def test_tests_that_failed_before_blame_nobody(tiny: Tiny) -> None:
    """Where the old versions fail as well, no package is named."""
    tiny.depend_on("a", "b")
    assert not tiny.refresh("false")
    assert "the tests fail with the old versions too" in "\n".join(tiny.said)
    assert len(tiny.trials) == 2


@pytest.mark.slow
def test_a_failure_that_does_not_come_back_blames_nobody(tiny: Tiny, tmp_path: Path) -> None:
    """Tests that fail once, and pass when the same versions are tried again, are called so."""
    tiny.depend_on("a")
    once = tmp_path / "once"
    assert not tiny.refresh(f"test -e {once} || ! touch {once}")
    assert "they are not stable" in "\n".join(tiny.said)


@pytest.mark.slow
def test_a_new_package_alone_blames_no_version(tiny: Tiny) -> None:
    """Where packages come and none has another version, there is nothing to search."""
    tiny.depend_on("a<2", "b")
    pinned = tiny.folder / "project" / "constraints.txt"
    pinned.write_text(f"{HEAD}a==1\n", "utf-8")
    assert not tiny.refresh(both("b"))
    assert "no package has another version" in "\n".join(tiny.said)
    assert len(tiny.trials) == 1


@pytest.mark.slow
def test_the_limit_of_trials_ends_the_search(tiny: Tiny) -> None:
    """A search that runs out names the smallest set that it saw fail, and that it isn't done."""
    tiny.depend_on("a", "b", "c", "d")
    assert not tiny.refresh(both("b"), trials=3)
    assert len(tiny.trials) == 3
    assert "the limit of trials or time is reached" in "\n".join(tiny.said)


@pytest.mark.slow
def test_the_limit_of_time_blames_nobody(tiny: Tiny) -> None:
    """A run that is cut short by the limit of all time says nothing of the versions."""
    tiny.depend_on("a", "b")
    with pytest.raises(RefreshError, match="the time was up before the tests ended"):
        tiny.refresh("sleep 60", seconds=1)


@pytest.mark.slow
def test_a_hanging_test_is_ended_and_counts_as_failed(tiny: Tiny, tmp_path: Path) -> None:
    """A version with which the tests never end is found, and what they started is ended."""
    tiny.depend_on("a", "b")
    late = tmp_path / "late"
    assert not tiny.refresh(f"{both('a')} || {{ (sleep 2; touch {late}) & wait; }}", patience=1)
    assert tiny.blamed == ["a 1 -> 2"]
    assert "the tests took more than 1 s" in "\n".join(tiny.said)
    assert not late.exists()
