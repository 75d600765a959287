"""`make refresh` on a real resolver and a tiny index: what it keeps, and what it says."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import Render
from refresh.__main__ import refresh
from refresh.pins import RefreshError, enter, moves, read, write
from refresh.trial import Project
from support import ROOT

WHEELS: Mapping[tuple[str, int], tuple[str, ...]] = {
    ("a", 1): (),
    ("a", 2): (),
    ("b", 1): (),
    ("b", 2): (),
    ("c", 1): (),
    ("c", 2): (),
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
B_IS_NEW = "grep -q '^b==2$' constraints.txt"
PATIENCE = 60.0


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

    def refresh(self, test: str, patience: float = PATIENCE) -> bool:
        """Refresh with a test command that runs in the copies of the project."""
        return refresh(
            Project(self.folder / "project", self.folder / "trials"),
            self.constraints,
            self.changelog,
            test,
            patience,
            self.said.append,
        )


@pytest.fixture
def tiny(index: Path, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """Return a project whose resolver sees the index of wheels and nothing else."""
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(index))
    (tmp_path / "trials").mkdir()
    return Tiny(tmp_path, render({}) / "Makefile")


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


def test_red_changes_nothing_and_shows_the_failure(tiny: Tiny) -> None:
    """Where the tests fail, what moved is named, their output is shown, and nothing is written."""
    tiny.depend_on("a", "b")
    before = tiny.constraints.read_bytes()
    assert not tiny.refresh(f"! {B_IS_NEW} || {{ echo b is broken; false; }}")
    assert {"    a 1 -> 2", "    b 1 -> 2"} <= set(tiny.said)
    assert "    b is broken" in tiny.said[-1]
    assert "too" not in "\n".join(tiny.said)
    assert tiny.constraints.read_bytes() == before
    assert tiny.changelog.read_text("utf-8") == CHANGES


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
def test_tests_that_failed_before_blame_no_version(tiny: Tiny) -> None:
    """Where the present versions fail as well, that is said."""
    tiny.depend_on("a", "b")
    assert not tiny.refresh("false")
    assert "the tests fail with the present versions too" in "\n".join(tiny.said)


@pytest.mark.slow
def test_a_hanging_test_is_ended_and_counts_as_failed(tiny: Tiny, tmp_path: Path) -> None:
    """Tests that never end fail, and what they started is ended."""
    tiny.depend_on("a", "b")
    late = tmp_path / "late"
    assert not tiny.refresh(f"! {B_IS_NEW} || {{ (sleep 2; touch {late}) & wait; }}", patience=1)
    assert any("newest versions: took more than 1 s" in line for line in tiny.said)
    assert not late.exists()


@pytest.mark.parametrize(
    "line", ["--index-url https://example.org/simple", "a>=1", "a @ file:///a.whl", "-e ."]
)
def test_constraints_hold_pins_and_nothing_else(tmp_path: Path, line: str) -> None:
    """What would bring a path or an address into the constraints is refused, by its place."""
    path = tmp_path / "constraints.txt"
    path.write_text(f"{HEAD}b==1\n{line}\n", "utf-8")
    with pytest.raises(RefreshError, match=r"constraints\.txt:3 is no pin"):
        read(path)


def test_the_templates_constraints_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    """Writing what was read changes no byte: comments, order and markers stay."""
    path = tmp_path / "constraints.txt"
    shutil.copy(ROOT / "template" / "constraints.txt", path)
    pins = read(path)
    write(path, pins)
    assert path.read_bytes() == (ROOT / "template" / "constraints.txt").read_bytes()


def test_a_marker_alone_is_no_move() -> None:
    """Moves are of versions, also of those that a marker chooses between."""
    old, new = {"a": ("a==1",)}, {"a": ('a==1 ; python_version < "3.12"',), "b": ("b==1",)}
    assert [str(move) for move in moves(old, new)] == ["b 1 (new)"]
    forked = {"a": ('a==1 ; python_version < "3.12"', 'a==2 ; python_version >= "3.12"')}
    assert [str(move) for move in moves(old, forked)] == ["a 1 -> 1/2"]
    assert [str(move) for move in moves(old, {})] == ["a 1 (gone)"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CHANGES, CHANGES.replace("Something.\n", "Something.\nENTRY\n")),
        ("# C\n\n## Unreleased\n\n## v1\n", "# C\n\n## Unreleased\n\nENTRY\n\n## v1\n"),
        ("# C\n\n## v1\n\n- x\n", "# C\n\n## Unreleased\n\nENTRY\n\n## v1\n\n- x\n"),
    ],
    ids=["with entries", "empty", "after a release"],
)
def test_the_changelog_gets_one_entry(tmp_path: Path, before: str, after: str) -> None:
    """The entry is the last one of what is unreleased, whatever the changelog holds."""
    path = tmp_path / "CHANGELOG.md"
    path.write_text(before, "utf-8")
    enter(path, moves({"a": ("a==1",)}, {"a": ("a==2",)}))
    entry = "- Newest versions of what a project depends on: `a` 1 to 2."
    assert path.read_text("utf-8") == after.replace("ENTRY", entry)
