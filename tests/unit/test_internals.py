"""The tests of our internals, as they are laid over a generated project."""

from __future__ import annotations

from pathlib import Path

import pytest

import folders
from internals import FOLDER, InternalsError, lay_over, main, text
from support import ROOT, files

ANSWERS = ".copier-answers.yml"
WRITTEN = {
    "tests/test_all.py.jinja": "from {{ package }}.ops import clock\n",
    "{{ part.batch }}/tests/test_batches.py": "import json\n",
    "{{ part.http }}/{{ part.regression }}/tests/test_both.py": "import json\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return what of a project is read: its answers, with batches and an amount to predict."""
    folder = tmp_path / "project"
    folder.mkdir()
    answers = "package: my_shop\nserving_modes: [batch]\nproblem_type: regression\n"
    (folder / ANSWERS).write_text(f"_commit: v0.2.0\n{answers}", encoding="utf-8")
    return folder


def internals(folder: Path, **more: str) -> Path:
    """Write a small folder of tests, with one more, and return it."""
    for name, content in {**WRITTEN, **more}.items():
        path = folder / "internals" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder / "internals"


def test_a_project_gets_those_of_its_parts(project: Path, tmp_path: Path) -> None:
    """At their places, with the name of its package, and no other; all anew the next time."""
    kept = (project / ANSWERS).read_bytes()
    source = internals(tmp_path)
    for name in ("clock", "clock as time"):
        written = f"from {{{{ package }}}}.ops import {name}\n"
        (source / "tests" / "test_all.py.jinja").write_text(written, encoding="utf-8")
        laid = lay_over(project, source)
        assert sorted(laid) == ["tests/test_all.py", "tests/test_batches.py"]
        assert files(project) == {
            ANSWERS: kept,
            "tests/test_all.py": f"from my_shop.ops import {name}\n".encode(),
            "tests/test_batches.py": b"import json\n",
        }


def test_what_ships_is_not_replaced(project: Path, tmp_path: Path) -> None:
    """A file at the path of one of the template's is refused where both are, and only there."""
    batch = "{{ part.batch }}/tests/test_batch_scoring.py"
    assert lay_over(project, internals(tmp_path, **{"{{ part.toy }}/tests/test_service.py": ""}))
    with pytest.raises(InternalsError, match=r"the template ships tests/test_batch_scoring\.py"):
        lay_over(project, internals(tmp_path, **{batch: ""}))


@pytest.mark.parametrize("asked", ["{{ entity }}", "{% if batch %}", "{# no #}"])
def test_only_the_name_is_filled_in(asked: str, tmp_path: Path) -> None:
    """A file that asks for anything else is refused, as nothing else is rendered."""
    file = tmp_path / "test_all.py.jinja"
    file.write_text(f"{{{{ package }}}} {asked}\n", encoding="utf-8")
    with pytest.raises(InternalsError, match=r"and only \{\{ package \}\} is filled in"):
        text(file, "my_shop")


def test_a_file_without_an_expression_is_as_it_is(tmp_path: Path) -> None:
    """Braces of Python's own stand in a file that is no `.jinja`."""
    file = tmp_path / "helpers.py"
    file.write_text('f"{{{1}}}"\n', encoding="utf-8")
    assert text(file, "my_shop") == 'f"{{{1}}}"\n'


def test_only_tests_are_laid_over() -> None:
    """Nothing of ours goes anywhere else in a project, and each file can be filled in."""
    found = folders.files(FOLDER)
    assert len(found) > 50
    assert [file.path for file in found if not file.path.startswith("tests/")] == []
    for file in found:
        assert "{{ package" not in text(file.source, "my_shop")


def test_a_project_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command takes the folder of a project, and says how many files it wrote there."""
    assert main([str(project)]) == 0
    laid = [name for name in files(project) if name != ANSWERS]
    assert capsys.readouterr().out == f"{len(laid)} files\n"
    assert main([str(ROOT)]) == main([]) == 2
    assert "python -m internals PROJECT" in capsys.readouterr().out
