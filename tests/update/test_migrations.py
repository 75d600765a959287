"""The tables in `hooks/migrations`: how they are read, and that they say all that has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from packaging.version import Version

import designs
import layout
from ml_scaffold import migrations
from ml_scaffold.check import check
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.migrations import Table
from ml_scaffold.questions import Questionnaire
from ml_scaffold.source import checkout
from support import DONE, NEXT, ROOT, every_release, files, release
from update.small import FIRST, SECOND, make_project, run

TABLES = migrations.read(ROOT)
SAMPLE = [designs.ARRAY[name] for name in designs.SAMPLE]


def table(root: Path, name: str, content: str) -> None:
    """Write a table of the template in `root`."""
    folder = root / migrations.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")


def test_tables_are_read_in_the_order_of_releases(tmp_path: Path) -> None:
    """Oldest first, by number; those of releases that a project has already are left out."""
    for name in ("v0_10_0.yml", "v0_2_0.yml", "v0_9_0.yml"):
        table(tmp_path, name, "deletes: []\n")
    assert [str(each.version) for each in migrations.read(tmp_path)] == ["0.2.0", "0.9.0", "0.10.0"]
    for commit, later in (
        ("v0.2.0", ["0.9.0", "0.10.0"]),
        ("v0.9.0-3-gabcdef0", ["0.10.0"]),
        ("1.0", []),
        ("abcdef0", ["0.2.0", "0.9.0", "0.10.0"]),
    ):
        assert [str(each.version) for each in migrations.since(tmp_path, commit)] == later


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("next.yml", "moves: {}", "must be named like v1_2_3.yml"),
        ("v1_0_0.yml", "move: {}", "holds what no table does: move"),
        ("v1_0_0.yml", "answers: {old: {}}", "holds what no table does: old"),
        ("v1_0_0.yml", "[]", "must hold a mapping"),
    ],
)
def test_what_is_no_table_is_refused(name: str, content: str, said: str, tmp_path: Path) -> None:
    """A slip in a table is an error that names the file, not a migration that doesn't happen."""
    table(tmp_path, name, content)
    with pytest.raises(ScaffoldError, match=said):
        migrations.read(tmp_path)


def test_paths_move_by_the_first_pattern_and_from_release_to_release() -> None:
    """`*` stays within a name and `**` doesn't; the package is the project's."""
    first = {
        "src/{package}/a/one.py": "src/{package}/b/uno.py",
        "src/{package}/a/**": "src/{package}/b/**",
        "tests/test_a_*.py": "tests/test_b_*.py",
    }
    tables = [
        Table(Version("1"), moves=first, deletes=["docs/*.md"]),
        Table(Version("2"), moves={"src/{package}/b/uno.py": "src/{package}/one.py"}),
    ]
    for before, after in (
        ("src/shop/a/one.py", "src/shop/one.py"),
        ("src/shop/a/deep/one.py", "src/shop/b/deep/one.py"),
        ("src/other/a/one.py", "src/other/a/one.py"),
        ("tests/test_a_x.py", "tests/test_b_x.py"),
        ("tests/test_a_x/y.py", "tests/test_a_x/y.py"),
        ("tests/test_aXx.py", "tests/test_aXx.py"),
    ):
        assert migrations.new_place(tables, before, "shop") == after
    assert migrations.is_deleted(tables, "docs/a.md", "shop")
    assert not migrations.is_deleted(tables, "docs/a/b.md", "shop")


ASKS = FIRST["copier.yml"]
assert isinstance(ASKS, str)
RENAMED = SECOND | {
    "copier.yml": ASKS.replace("mode:", "speed:").replace("slow, odd]", "slow, strange]")
    + "later:\n  type: int\n  help: How much?\n"
    + "  default: \"{{ 3 if born == 'there' else 4 }}\"\n",
    "hooks/migrations/v2_0_0.yml": """\
answers:
  renamed: {mode: speed}
  mapped: {speed: {odd: strange}}
  new: {later: {value: 4}}
moves: {old name.txt: new name.txt}
deletes: [gone.txt]
""",
}


def test_an_answer_goes_on_by_another_name_and_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A renamed question and a renamed choice keep what was answered; a new one takes its value."""
    template = tmp_path / "template"
    release(template, "v1.0.0", FIRST)
    release(template, "v2.0.0", RENAMED)
    project = make_project(template, tmp_path / "project", {"mode": "odd"})
    assert run(project) == 0
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert stored["speed"] == "strange"
    assert "mode" not in stored
    assert stored["later"] == 4
    told = capsys.readouterr().out
    assert "  answer mode, now speed: 'odd' -> 'strange'\n" in told
    assert "one):\n    later: 4 (How much?)\n  " in told


def test_without_its_table_the_answer_would_be_lost(tmp_path: Path) -> None:
    """The default would stand in the place of what the team had answered."""
    template = tmp_path / "template"
    release(template, "v1.0.0", FIRST)
    without = {name: text for name, text in RENAMED.items() if "migrations" not in name}
    release(template, "v2.0.0", without)
    project = make_project(template, tmp_path / "project", {"mode": "odd"})
    assert run(project) == 0
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert stored["speed"] == "fast"


REAL: dict[str, Any] = {name: how for each in TABLES for name, how in each.new.items()}
"""How an old project answers each new question."""


def untrue(new: Mapping[str, Any], questionnaire: Questionnaire) -> list[str]:
    """Return the questions whose defaults for an old project aren't what a table says of them."""
    values = check({"birth": 1}, questionnaire).values
    return [
        name
        for name, how in new.items()
        if how != migrations.DEFAULT and how["value"] != values[name]
    ]


def released_questions(released: Path) -> set[str]:
    """Return the questions of the newest release."""
    with checkout(str(released), DONE[-1]) as old:
        return set(Questionnaire(old).names())


def test_each_new_question_says_how_an_old_project_answers_it(
    released: Path, questionnaire: Questionnaire
) -> None:
    """What no release asked yet stands in the table of the next, and nothing else does."""
    newest = Version(DONE[-1])
    new = [name for each in TABLES if each.version > newest for name in each.new]
    assert sorted(new) == sorted(set(questionnaire.names()) - released_questions(released))


def test_an_old_project_answers_alike_in_both_ways(questionnaire: Questionnaire) -> None:
    """A value that a table gives is an old project's default, too: Copier reads no table."""
    assert untrue({**REAL, "demo": {"value": False}}, questionnaire) == ["demo"]
    assert untrue(REAL, questionnaire) == []


@pytest.mark.slow
@every_release
def test_no_path_goes_without_an_entry(release: str, released: Path, tmp_path: Path) -> None:
    """What a release rendered and this one doesn't is the team's, or told of by a table."""
    before: set[str] = set()
    with checkout(str(released), release) as old:
        for number, design in enumerate(SAMPLE):
            copier.run_copy(
                str(old),
                tmp_path / str(number),
                data=dict(design),
                defaults=True,
                quiet=True,
                settings=copier.Settings(),
            )
            before |= layout.neutral(files(tmp_path / str(number)))
    with checkout(str(released), NEXT) as now:
        after = set(layout.owners(now))
    told = {
        path: migrations.new_place(TABLES, path, "package")
        for path in before - after
        if not path.startswith("src/package/problem/")
        and not migrations.is_deleted(TABLES, path, "package")
    }
    assert {path for path, place in told.items() if place not in after} == set()
