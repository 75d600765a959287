"""The tables of a template's releases: how they are read, and what they do to an older project."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from ml_scaffold import migrations
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.migrations import Table
from support import release
from update.small import FIRST, SECOND, make_project, run


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


def test_each_choice_of_several_goes_on_by_its_new_name() -> None:
    """In a list every item is mapped, once where two became one; what no table names stays."""
    mapped = {"channels": {"real-time": "http", "rest": "http"}}
    tables = [Table(Version("1"), mapped=mapped)]
    for before, after in (
        (["batch", "real-time"], ["batch", "http"]),
        (["rest", "real-time", "batch"], ["http", "batch"]),
        ([{"rest": 1}, ["rest"]], [{"rest": 1}, ["rest"]]),
        ([], []),
        ("rest", "http"),
        ({"rest": 1}, {"rest": 1}),
    ):
        assert migrations.migrated(tables, {"channels": before}) == {"channels": after}


def test_what_was_measured_goes_by_the_new_name_of_its_question() -> None:
    """From release to release; evidence that is no mapping is left for the rules to refuse."""
    tables = [
        Table(Version("1"), renamed={"latency": "latency_ms"}),
        Table(Version("2"), renamed={"latency_ms": "p50"}),
    ]
    measured = {"data": "log.csv", "date": "2026-05-04", "rows": 8000}
    held = {"latency": 5, "evidence": {"latency": measured, "rate": measured}}
    now = {"p50": 5, "evidence": {"p50": measured, "rate": measured}}
    assert migrations.migrated(tables, held) == now
    assert migrations.migrated(tables, {"evidence": "latency"}) == {"evidence": "latency"}


def test_a_new_answer_is_named_as_the_newest_release_names_it() -> None:
    """What a table declares goes through those after it; what a project answers is left alone."""
    tables = [
        Table(Version("1"), new={"mode": {"value": "odd"}, "other": "default"}),
        Table(Version("2"), renamed={"mode": "speed"}, mapped={"speed": {"odd": "strange"}}),
    ]
    assert migrations.declared(tables, {}) == {"speed": "strange"}
    assert migrations.declared(tables, {"speed": "fast"}) == {}


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


def test_a_tables_value_that_a_rule_refuses_stops_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named as any answer that the rules refuse, and another one can be given."""
    template = tmp_path / "template"
    release(template, "v1.0.0", FIRST)
    asks = RENAMED["copier.yml"]
    assert isinstance(asks, str)
    refusing = (
        asks.replace("else 4", "else 3")
        + '  validator: "{% if later == 4 %}must be less{% endif %}"\n'
    )
    release(template, "v2.0.0", RENAMED | {"copier.yml": refusing})
    project = make_project(template, tmp_path / "project", {})
    assert run(project) == 1
    assert "nothing was changed:\n  later: must be less\n" in capsys.readouterr().err
    assert run(project, "--set", "later=5") == 0
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert stored["later"] == 5


def test_a_tables_value_without_effect_is_no_fault(tmp_path: Path) -> None:
    """A question that the other answers leave out, or that is gone since, stops nothing."""
    template = tmp_path / "template"
    release(template, "v1.0.0", FIRST)
    asks = RENAMED["copier.yml"]
    assert isinstance(asks, str)
    hidden = asks + "  when: \"{{ speed == 'slow' }}\"\n"
    retired = "answers: {new: {gone: {value: 1}}}\n"
    tables = {"hooks/migrations/v1_5_0.yml": retired}
    release(template, "v2.0.0", RENAMED | tables | {"copier.yml": hidden})
    project = make_project(template, tmp_path / "project", {})
    assert run(project) == 0
    assert "later" not in (project / ".copier-answers.yml").read_text("utf-8")
