"""The mutants' own machinery: it can tell a caught mutant from a survivor and from an accident."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mutants import __main__, copies
from mutants.__main__ import tell
from mutants.campaign import broken, unbroken
from mutants.copies import Copy, CopyError
from mutants.table import Mutant, TableError, check, chosen, read

SOURCE = '''"""A package of one function."""

def half(value):
    if value % 2:
        raise ValueError("odd")
    return value // 2
'''
TESTS = """
import time
import pytest
from tiny import half

@pytest.fixture
def four():
    return half(8)

def test_half():
    assert half(4) == 2

def test_odd_is_refused():
    with pytest.raises(ValueError, match="odd"):
        half(3)

def test_of_a_fixture(four):
    assert four == 4

def test_of_time():
    time.sleep(half(0))

def test_skipped():
    pytest.skip("not here")

def test_of_a_group():
    try:
        assert half(4) == 2
    except AssertionError as error:
        raise ExceptionGroup("found", [error])
"""
RETURN = "return value // 2"


def mutant(instead: str, test: str = "test_half", text: str = RETURN) -> Mutant:
    """Return an edit of the package, and the test that is to notice."""
    return Mutant("edit", "src/tiny/__init__.py", text, instead, (f"tests/test_tiny.py::{test}",))


@pytest.fixture(autouse=True)
def _bare_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start pytest without what else is installed here, which takes most of its time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a package and tests of it, which this Python runs."""
    folder = tmp_path_factory.mktemp("project")
    for name, content in {
        "src/tiny/__init__.py": SOURCE,
        "tests/test_tiny.py": TESTS,
        "pyproject.toml": "[tool.pytest]\nstrict = true\n",
        "var/state": "left behind",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Copy:
    """Return a copy of the project."""
    return Copy.of(project, tmp_path / "copy", "tiny")


@pytest.mark.parametrize(
    ("edit", "verdict", "why"),
    [
        (mutant("return value // 3"), "killed", "AssertionError in call: assert 1 == 2"),
        (mutant("pass", "test_odd_is_refused", 'raise ValueError("odd")'), "killed", "DID NOT RAI"),
        (mutant("return value // 3", "test_of_a_group"), "killed", "ExceptionGroup in call"),
        (mutant("return value >> 1"), "survived", "1 passed, 0 skipped"),
        (mutant("return value // 2 +"), "died otherwise", "SyntaxError"),
        (mutant("return value // 0"), "died otherwise", "ZeroDivisionError in call"),
        (mutant("def other(value):", text="def half(value):"), "died otherwise", "ImportError"),
        (mutant("assert False", "test_of_a_fixture"), "died otherwise", "in setup"),
        (mutant("return value // 3", "test_skipped"), "died otherwise", "1 skipped"),
        (mutant("return value // 3", "test_that_is_not"), "died otherwise", "pytest ended with 4"),
    ],
    ids=[
        "an assertion",
        "no exception",
        "a group of assertions",
        "a harmless edit",
        "a syntax error",
        "another exception",
        "an import",
        "a fixture",
        "a skipped test",
        "a test that is not there",
    ],
)
def test_verdicts(edit: Mutant, verdict: str, why: str, copy: Copy) -> None:
    """Only an assertion of a test kills; nothing found is survival; all else is an accident."""
    ((_, run),) = broken([copy], [edit])
    assert run.verdict == verdict, run
    assert why in run.why


def test_a_run_that_hangs_is_ended(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that go on for ever are stopped, and nothing was caught by that."""
    monkeypatch.setattr(copies, "PATIENCE", 3)
    ((_, run),) = broken([copy], [mutant("return 60", "test_of_time")])
    assert (run.verdict, run.why) == ("died otherwise", "took too long")


def test_no_run_takes_the_bytecode_of_another(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits that leave size and time of the source alike are told apart."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    verdicts = []
    for edit in (mutant(RETURN), mutant("return value // 3")):
        with copy.broken(edit):
            os.utime(copy.folder / edit.file, (1_000_000_000, 1_000_000_000))
            verdicts.append(copy.run(edit.tests).verdict)
    assert verdicts == ["survived", "killed"]


def test_one_edit_leaves_nothing_behind(project: Path, copy: Copy) -> None:
    """After its run an edit is undone, and the project never saw it."""
    ((edit, run),) = broken([copy], [mutant("return value // 3")])
    assert run.verdict == "killed"
    assert [run.verdict for _, run in unbroken([copy], [edit])] == ["survived"]
    for folder in (copy.folder, project):
        assert (folder / edit.file).read_text("utf-8") == SOURCE
    assert (project / "var" / "state").read_text("utf-8") == "left behind"


def test_other_sources_than_the_copys_are_refused(copy: Copy) -> None:
    """Tests that would import an installed package in the copy's place say nothing of the copy."""
    with pytest.raises(CopyError, match=r"import .*ml_scaffold"):
        replace(copy, package="ml_scaffold").run(mutant("").tests)
    with pytest.raises(CopyError, match="import None"):
        replace(copy, package="nowhere").run(mutant("").tests)


def test_each_copy_has_one_mutant_at_a_time(project: Path, tmp_path: Path) -> None:
    """With more mutants than copies, each meets sources in which nothing else is broken."""
    two = [Copy.of(project, tmp_path / name, "tiny") for name in ("one", "two")]
    harmless, *caught = edits = [mutant(f"return value // {number}") for number in ("(2)", 3, 4)]
    found = {edit: run.verdict for edit, run in broken(two, edits)}
    assert found == {harmless: "survived"} | dict.fromkeys(caught, "killed")


@pytest.mark.parametrize(
    ("edit", "code", "told"),
    [
        (mutant("return value // 3"), 0, "1 killed; "),
        (mutant("return value >> 1"), 1, "1 survived; "),
        (mutant("return value // 0"), 1, "1 died otherwise; "),
        (mutant("return value // 3", "test_skipped"), 1, "without a mutant died otherwise"),
    ],
    ids=["killed", "survived", "died otherwise", "unsound"],
)
def test_only_a_table_of_killed_mutants_is_well(
    edit: Mutant,
    code: int,
    told: str,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever is not caught makes the exit code 1, and so do tests that fail without a mutant."""
    monkeypatch.setattr(__main__, "ROOT", tmp_path)
    monkeypatch.setattr(__main__, "subject", lambda design: (project, "tiny"))
    monkeypatch.setattr(__main__, "read", lambda: [edit, replace(edit, name="other", instead="0")])
    assert __main__.main(["edit"]) == code
    assert told in "".join(capsys.readouterr())


def test_each_row_is_judged_in_its_designs_project(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A row that names a design is broken there; one that names none, in the default design."""
    other = tmp_path / "other"
    shutil.copytree(project, other, symlinks=True)
    source = other / "src" / "tiny" / "__init__.py"
    source.write_text(SOURCE.replace("// 2", "// (1 + 1)"), encoding="utf-8")
    of_other = mutant("return value // 3", text="return value // (1 + 1)")
    rows = [mutant("return value // 3"), replace(of_other, name="other", design="demand")]
    projects = {"offers": project, "demand": other}
    monkeypatch.setattr(__main__, "ROOT", tmp_path)
    monkeypatch.setattr(__main__, "subject", lambda design: (projects[design], "tiny"))
    monkeypatch.setattr(__main__, "read", lambda: rows)
    assert __main__.main([]) == 0
    assert "2 killed; " in "".join(capsys.readouterr())


def test_a_design_without_a_project_is_refused() -> None:
    """The message names those that have one."""
    with pytest.raises(TableError, match=r"no design fraud can be generated; there are .*offers"):
        __main__.subject("fraud")


def test_what_was_not_caught_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each mutant, and below a survivor why it is one."""
    caught = copies.Run("killed", "tests/test_tiny.py::test_half", "AssertionError", 0.5, "")
    missed = copies.Run("survived", "", "1 passed, 0 skipped", 0.25, "all is well")
    edits = [replace(mutant(""), name=name) for name in ("first", "second")]
    counted = tell(zip(edits, (caught, missed), strict=True), 2, "tiny")
    assert counted == {"killed": 1, "survived": 1}
    out, err = capsys.readouterr()
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["1/2", "first", "__init__.py", "killed", "0.5", "tests/test_tiny.py::test_half"],
        ["2/2", "second", "__init__.py", "survived", "0.2", *edits[1].tests],
    ]
    assert "second survived: 1 passed, 0 skipped" in err
    assert "all is well" in err


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (mutant("", text="return value // 5"), "its text stands 0 times in src/tiny/__init__.py"),
        (mutant("", text="value"), "its text stands 3 times in src/tiny/__init__.py, not once"),
        (mutant(RETURN), "its edit changes nothing"),
        (replace(mutant(""), file="src/gone.py"), "src/gone.py is missing"),
        (replace(mutant(""), tests=("tests/gone.py::test",)), "there is no tests/gone.py::test"),
        (mutant("", "test_gone"), "there is no tests/test_tiny.py::test_gone"),
        (replace(mutant(""), tests=()), "it names no tests"),
    ],
    ids=["gone", "more than once", "no edit", "no file", "no test file", "no test", "no tests"],
)
def test_a_row_that_does_not_fit_is_refused(edit: Mutant, complaint: str, project: Path) -> None:
    """A row whose edit can't be made must be mended; all that are wrong are named at once."""
    check([mutant("")], project)
    with pytest.raises(TableError, match="mend the table") as refused:
        check([edit, mutant(""), replace(edit, name="again")], project)
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        "edit",
        "again",
    ]
    assert complaint in str(refused.value)


def test_a_table_is_read(tmp_path: Path) -> None:
    """Rows come file by file with their names; a wrong key or a name that stands twice is told."""
    row = 'file = "f"\ntext = "t"\ninstead = ""\ntests = ["x"]\n'
    design = 'design = "demand"\n'
    (tmp_path / "b.toml").write_text(f"[second]\n{row}")
    (tmp_path / "a.toml").write_text(f"[first]\n{row}{design}")
    rows = read(tmp_path)
    designed = (("first", "demand"), ("second", "offers"))
    assert rows == [Mutant(name, "f", "t", "", ("x",), design) for name, design in designed]
    assert chosen(rows, []) == rows
    assert chosen(rows, ["second"]) == rows[1:]
    with pytest.raises(TableError, match="no mutant is called third; there are first, second"):
        chosen(rows, ["first", "third"])
    (tmp_path / "c.toml").write_text(f"[second]\n{row}")
    with pytest.raises(TableError, match=r"c\.toml: second stands in another file too"):
        read(tmp_path)
    (tmp_path / "c.toml").write_text(f"[third]\n{row}test = 1")
    with pytest.raises(TableError, match=r"c\.toml: third must have the keys file, instead, te"):
        read(tmp_path)
