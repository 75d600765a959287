"""Updating a project, on a small template of the tests' own: what Copier would lose, isn't lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from ml_scaffold import update
from ml_scaffold.cli import main
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.project import open_project
from ml_scaffold.scaffold import render
from ml_scaffold.source import git
from support import commit_all, files, release
from update.small import BINARY, FIRST, LINES, SECOND, edit, make_project, plainly, run


def test_a_project_without_edits_becomes_a_fresh_copy(
    small_template: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files come, go and change as if generated anew, and the answers follow."""
    assert run(project) == 0
    render(str(small_template), "v2.0.0", tmp_path / "fresh", {"share": 0.2})
    assert files(project) == files(tmp_path / "fresh")
    told = capsys.readouterr().out
    assert "from v1.0.0 to v2.0.0" in told
    assert "    later: 3 (How much later?)\n" in told
    for line in ("old name.txt -> new name.txt", "added.txt", "gone.txt", "text.txt"):
        assert f"    {line}\n" in told


def test_edits_elsewhere_merge_without_a_conflict(project: Path) -> None:
    """What the team changed and what the template changed stand both in the file."""
    edit(project, {"text.txt": LINES.replace("line 20\n", "ours\n"), "mine.txt": "mine\n"})
    assert run(project) == 0
    merged = (project / "text.txt").read_text()
    assert "line two\n" in merged
    assert "ours\n" in merged
    assert (project / "mine.txt").read_text() == "mine\n"


def test_a_conflict_is_named_and_left_to_people(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both versions of a line that both changed stand in the file, and the command fails."""
    edit(project, {"text.txt": LINES.replace("line 2\n", "ours\n")})
    assert run(project) == 1
    told = capsys.readouterr().out
    assert "conflicts: mend" in told
    merged = (project / "text.txt").read_text()
    assert "<<<<<<<" in merged
    assert "ours\n" in merged
    assert "line two\n" in merged


def test_an_edit_moves_along_with_its_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the template renamed is renamed with the team's edit in it, and the old name is gone."""
    edit(project, {"old name.txt": LINES.replace("line 5\n", "ours\n")})
    assert run(project) == 0
    assert (project / "new name.txt").read_text() == LINES.replace("line 5\n", "ours\n")
    assert not (project / "old name.txt").exists()
    assert "    old name.txt -> new name.txt\n" in capsys.readouterr().out


def test_an_edit_that_moves_along_may_conflict(small_template: Path, project: Path) -> None:
    """Where the template changed the same line of what it moved, both versions stand there."""
    theirs = LINES.replace("line 5\n", "line five\n")
    release(small_template, "v3.0.0", SECOND | {"template/new name.txt": theirs})
    edit(project, {"old name.txt": LINES.replace("line 5\n", "ours\n")})
    assert run(project) == 1
    merged = (project / "new name.txt").read_text()
    assert "<<<<<<< yours\nours\n=======\nline five\n>>>>>>> v3.0.0\n" in merged


def test_a_binary_moves_along(small_template: Path, project: Path) -> None:
    """One that only the team changed is theirs at the new place; of both, the other lies beside."""
    moved = dict(SECOND)
    moved["template/mark.bin"] = moved.pop("template/logo.bin")
    moved["template/same.bin"] = moved.pop("template/fixed.bin")
    moves = "moves: {logo.bin: mark.bin, fixed.bin: same.bin}\n"
    release(small_template, "v3.0.0", moved | {"hooks/migrations/v3_0_0.yml": moves})
    edit(project, {"logo.bin": b"\0ours", "fixed.bin": b"\0ours"})
    assert run(project) == 1
    assert (project / "mark.bin").read_bytes() == b"\0ours"
    assert (project / "same.bin").read_bytes() == b"\0ours"
    assert (project / "mark.bin.rej").read_bytes() == BINARY[::-1]
    assert {"logo.bin", "fixed.bin", "same.bin.rej"}.isdisjoint(files(project))


def test_a_file_of_the_teams_own_is_never_moved(small_template: Path, project: Path) -> None:
    """Where it lies in a folder that moved, or at a place to which something moved, it stays."""
    both = {"template/old/a.txt": LINES, "template/old/b.txt": LINES}
    release(small_template, "v2.1.0", SECOND | both)
    moved = {"template/new/a.txt": LINES, "template/new/b.txt": LINES}
    moves = {"hooks/migrations/v3_0_0.yml": "moves: {'old/**': 'new/**'}\n"}
    release(small_template, "v3.0.0", SECOND | moved | moves)
    assert run(project, "--to", "v2.1.0") == 0
    (project / "new").mkdir()
    ours = {"old/mine.txt": "mine\n", "new/b.txt": "mine\n"}
    edit(project, ours)
    assert run(project) == 1
    after = files(project)
    assert {name: after[name].decode() for name in ours} == ours
    assert after["new/b.txt.rej"] == LINES.encode()
    assert "new/a.txt" in after
    assert {"old/a.txt", "old/b.txt", "new/mine.txt"}.isdisjoint(after)


def test_edits_in_a_file_that_is_gone_are_put_aside(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deleted file that the team edited is kept beside its place, and named; no other is."""
    ours = LINES.replace("line 5\n", "ours\n")
    edit(project, {"gone.txt": ours})
    assert run(project) == 1
    assert (project / "gone.txt.yours").read_text() == ours
    assert not (project / "gone.txt").exists()
    told = capsys.readouterr().out
    assert "because no project has it any more" in told
    assert "    gone.txt.yours\n" in told


def test_edits_in_a_file_that_an_answer_leaves_out_are_put_aside(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Switching a part off removes its files, but not what the team wrote into them."""
    edit(project, {"extra.txt": "ours\n"})
    assert run(project, "--to", "same", "--set", "extra=false") == 1
    assert (project / "extra.txt.yours").read_text() == "ours\n"
    assert not (project / "extra.txt").exists()
    assert "because the answers leave it out" in capsys.readouterr().out


def test_what_moved_to_where_no_part_is_stays_in_its_place(
    small_template: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file whose new place the answers leave out has not moved: it is gone, or put aside."""
    moved = {("more.txt" if "extra" in name else name): text for name, text in SECOND.items()}
    moved["template/{% if extra %}more.txt{% endif %}"] = moved.pop("more.txt")
    table = {"hooks/migrations/v3_0_0.yml": "moves: {extra.txt: more.txt}\n"}
    release(small_template, "v3.0.0", moved | table)
    edit(project, {"extra.txt": "ours\n"})
    assert run(project, "--set", "extra=false") == 1
    assert (project / "extra.txt.yours").read_text() == "ours\n"
    assert {"more.txt", "more.txt.yours", "extra.txt"}.isdisjoint(files(project))
    assert "extra.txt -> more.txt" not in capsys.readouterr().out


def test_what_was_put_aside_before_is_not_written_over(project: Path) -> None:
    """The leftover of another update stays; the new one gets a number."""
    edit(project, {"extra.txt": "ours\n", "extra.txt.yours": "older\n"})
    assert run(project, "--to", "same", "--set", "extra=false") == 1
    assert (project / "extra.txt.yours").read_text() == "older\n"
    assert (project / "extra.txt.2.yours").read_text() == "ours\n"


def test_a_part_is_switched_off(project: Path) -> None:
    """An answer changes on its own: at the same release, only what follows from it."""
    before = files(project)
    assert run(project, "--to", "same", "--set", "extra=false") == 0
    after = files(project)
    assert set(before) - set(after) == {"extra.txt"}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {".copier-answers.yml"}


def test_binaries_of_the_team_are_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A binary that only the team changed stays; one that both changed gets a `.rej` beside it."""
    edit(project, {"logo.bin": b"\0ours", "fixed.bin": b"\0ours"})
    assert run(project) == 1
    assert "conflicts" not in capsys.readouterr().out
    assert (project / "fixed.bin").read_bytes() == b"\0ours"
    assert (project / "logo.bin").read_bytes() == b"\0ours"
    assert (project / "logo.bin.rej").read_bytes() == BINARY[::-1]
    assert not (project / "fixed.bin.rej").exists()


def test_a_binary_of_the_team_survives_another_answer(project: Path) -> None:
    """It stays as it is also where no file is gone, and there is no `.rej` without a new one."""
    edit(project, {"fixed.bin": b"\0ours"})
    assert run(project, "--to", "same", "--set", "share=0.1") == 0
    assert (project / "fixed.bin").read_bytes() == b"\0ours"
    assert (project / "share.txt").read_text() == "0.1\n"
    assert not (project / "fixed.bin.rej").exists()


def test_a_file_that_the_team_removed_stays_away(
    small_template: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deletion is an edit, too, also of what moved; what the template changed there is told."""
    changed = {"template/new name.txt": LINES + "more\n"}
    release(small_template, "v3.0.0", SECOND | changed)
    edit(project, {"text.txt": None, "old name.txt": None, "share.txt": None, "gone.txt": None})
    assert run(project) == 0
    assert {"text.txt", "old name.txt", "new name.txt", "share.txt"}.isdisjoint(files(project))
    told = capsys.readouterr().out
    assert "because you removed or renamed it:\n    new name.txt\n    text.txt\nsee" in told


def test_a_file_of_the_teams_own_is_not_merged_with_a_new_one(project: Path) -> None:
    """Where the release has a file at its path, that lies beside it; the same one is no matter."""
    edit(project, {"added.txt": "mine\n"})
    assert run(project) == 1
    assert (project / "added.txt").read_text() == "mine\n"
    assert (project / "added.txt.rej").read_text() == "new\n"


ONCE = """\
_skip_if_exists: [kept.txt, again.txt, late.txt]
_exclude: ["{% if _copier_operation == 'update' %}once/**{% endif %}"]
"""


def test_what_is_copied_once_is_left_alone_as_copier_leaves_it(
    small_template: Path, tmp_path: Path
) -> None:
    """A starter file stays edited or removed; one that the code reads is made again."""
    starters = ("kept.txt", "again.txt", "once/kept.txt", "once/gone.txt", "once/moved.txt")
    first = {f"template/{name}": LINES for name in starters}
    settings = {"copier.yml": ONCE + str(FIRST["copier.yml"])}
    release(small_template, "v3.0.0", FIRST | settings | first)
    second = {f"template/{name}": "theirs\n" for name in (*starters, "late.txt", "once/new.txt")}
    del second["template/once/moved.txt"]
    release(small_template, "v4.0.0", FIRST | settings | second)
    project = tmp_path / "project"
    render(str(small_template), "v3.0.0", project, {})
    commit_all(project, "Start")
    edit(project, {"kept.txt": "ours\n", "again.txt": None, "once/kept.txt": "ours\n"})
    edit(project, {"once/gone.txt": None})
    twin = shutil.copytree(project, tmp_path / "twin")
    plainly(twin)
    assert run(project) == 0
    after = files(project)
    assert after == files(twin)
    assert {name: after.get(name) for name in (*starters, "late.txt", "once/new.txt")} == {
        "kept.txt": b"ours\n",
        "again.txt": b"theirs\n",
        "once/kept.txt": b"ours\n",
        "once/gone.txt": None,
        "once/moved.txt": LINES.encode(),
        "late.txt": b"theirs\n",
        "once/new.txt": None,
    }


def test_files_that_git_ignores_are_not_touched(project: Path) -> None:
    """`.env` and whatever else stays out of git is none of an update's business."""
    edit(project, {".gitignore": ".env\n"})
    (project / ".env").write_text("SECRET=1\n")
    assert run(project) == 0
    assert (project / ".env").read_text() == "SECRET=1\n"


def test_a_file_in_the_way_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ignored file where the release has one of its own stops the update before it begins."""
    edit(project, {".gitignore": "added.txt\n"})
    (project / "added.txt").write_text("mine\n")
    before = files(project)
    assert run(project) == 2
    assert files(project) == before
    assert "added.txt: already exists" in capsys.readouterr().err


def test_an_old_answer_that_new_rules_refuse_stops_it(
    small_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copier would put the default in its place; here it's named, and another can be given."""
    project = make_project(small_template, tmp_path / "project", {"share": 0.4})
    before = files(project)
    assert run(project) == 1
    assert files(project) == before
    told = capsys.readouterr().err
    assert "v2.0.0 refuses answers" in told
    assert "  share: must be at most 0.3, not 0.4" in told
    assert "another answer: `make update SET=KEY=VALUE`, or --set KEY=VALUE of `ml-sc" in told
    assert run(project, "--set", "share=0.25") == 0
    assert (project / "share.txt").read_text() == "0.25\n"


@pytest.mark.parametrize(
    "text",
    ["{{ 7 * 7 }}{% if %} a=b '\"\\ $(touch x) `y` # 😀", "null", "\u2028"],
    ids=ascii,
)
def test_a_text_is_assigned_as_it_is_typed(text: str, project: Path) -> None:
    """`--set` takes everything behind the first `=`, and nothing in it is run, read or rendered."""
    assert run(project, "--to", "same", "--set", f"name={text}") == 0
    assert yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))["name"] == text
    assert not (project / "x").exists()


def test_a_choice_that_is_gone_stops_it(
    small_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer that no longer can be chosen is named with those that can."""
    without = SECOND["copier.yml"]
    assert isinstance(without, str)
    release(small_template, "v3.0.0", SECOND | {"copier.yml": without.replace(", odd]", "]")})
    project = make_project(small_template, tmp_path / "project", {"share": 0.2, "mode": "odd"})
    assert run(project) == 1
    assert "  mode: must be fast or slow, not 'odd'" in capsys.readouterr().err
    assert run(project, "--to", "v2.0.0") == 0


def test_other_answers_alone_are_no_step_between_releases(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The account names the one release, and a refusal the command that was given."""
    assert run(project, "--to", "same", "--set", "mode=fest") == 1
    assert "another answer: `make redesign KEY=VALUE`, or --set" in capsys.readouterr().err
    assert run(project, "--to", "same", "--set", "share=0.28") == 0
    assert capsys.readouterr().out.startswith("v1.0.0 with other answers\n  answer share: ")


def test_an_assignment_must_be_to_a_question_and_right(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt key is named with the nearest right one; a wrong value with what is allowed."""
    assert run(project, "--set", "shar=0.1") == 1
    assert "did you mean share?" in capsys.readouterr().err
    assert run(project, "--set", "mode=fest") == 1
    assert "did you mean fast?" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(project, "--set", "mode")
    assert "must be KEY=VALUE" in capsys.readouterr().err


def test_what_copier_records_is_no_answer(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release and the source of a project can't be assigned as an answer can."""
    before = files(project)
    with pytest.raises(SystemExit):
        run(project, "--set", "_commit=v2.0.0")
    assert "must be KEY=VALUE" in capsys.readouterr().err
    assert files(project) == before


def test_an_older_release_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No table leads back, and the command says that this is why."""
    assert run(project) == 0
    commit_all(project, "Update")
    before = files(project)
    assert run(project, "--to", "v1.0.0") == 2
    assert "v1.0.0 is older than the project's v2.0.0" in capsys.readouterr().err
    assert files(project) == before


def test_a_weak_answer_is_taken(project: Path) -> None:
    """What only earns a warning is the team's to decide."""
    assert run(project, "--set", "share=0.28") == 0
    assert (project / "share.txt").read_text() == "0.28\n"


def test_what_is_fixed_at_birth_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer that decided what is copied once is refused when it would change, and only then."""
    before = files(project)
    assert run(project, "--set", "born=there") == 1
    assert (
        "  born: was decided when the project was made, as here: make another one"
        in capsys.readouterr().err
    )
    assert files(project) == before
    assert run(project, "--set", "born=here") == 0


def test_a_dry_run_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It shows what would come, and leaves the project as it was."""
    before = files(project)
    assert run(project, "--dry-run") == 0
    assert files(project) == before
    assert "added.txt" in capsys.readouterr().out


def test_what_is_not_committed_stops_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is merged into work that git couldn't bring back."""
    (project / "text.txt").write_text("not committed\n")
    assert run(project) == 2
    assert "commit or stash first" in capsys.readouterr().err
    assert (project / "text.txt").read_text() == "not committed\n"


def test_being_at_the_newest_is_said(
    small_template: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`outdated` names the newer release until the project has it; then an update does nothing."""
    assert main(["outdated", str(project)]) == 0
    assert "at v1.0.0; the newest release is v2.0.0" in capsys.readouterr().out
    assert run(project) == 0
    commit_all(project, "Update")
    capsys.readouterr()
    assert main(["outdated", str(project)]) == 0
    assert "is at v2.0.0, the newest release" in capsys.readouterr().out
    assert run(project) == 0
    assert "is at v2.0.0 already" in capsys.readouterr().out


def test_only_a_project_can_be_updated(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without answers, without git or without its source is refused with what to do."""
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty") == 2
    assert "is no generated project" in capsys.readouterr().err
    stored = project / ".copier-answers.yml"
    content = yaml.safe_load(stored.read_text())
    edit(project, {".copier-answers.yml": yaml.safe_dump(content | {"_commit": None})})
    assert run(project) == 2
    assert "doesn't say which release" in capsys.readouterr().err
    edit(project, {".copier-answers.yml": yaml.safe_dump(content | {"_src_path": "../template"})})
    assert run(project) == 2
    told = capsys.readouterr().err
    assert "make _src_path absolute there (it is ../template), and commit" in told
    assert str(stored) in told
    subprocess.run(["rm", "-rf", project / ".git"], check=True)
    assert run(project) == 2
    assert "not the root of a git repository" in capsys.readouterr().err
    (tmp_path / ".git").mkdir()
    assert run(project) == 2
    told = capsys.readouterr().err
    assert f"lies in the repository {tmp_path}, " in told
    assert "git init" not in told


def test_what_is_locked_anew_is_part_of_the_update(
    small_template: Path, project: Path, tmp_path: Path
) -> None:
    """Where dependencies changed, `make lock` runs on the merged files; its failure undoes all."""
    contents = SECOND | {
        "template/pyproject.toml": "[project]\n",
        "template/constraints.txt": "merged\n",
        "template/Makefile": "lock:\n\techo locked > constraints.txt\n",
    }
    release(small_template, "v3.0.0", contents)
    release(
        small_template, "v4.0.0", contents | {"template/Makefile": "lock:\n\t@echo no >&2; false\n"}
    )
    before = files(project)
    assert run(project, "--to", "v4.0.0") == 2
    assert files(project) == before
    assert run(project, "--to", "v3.0.0", "--no-lock") == 0
    assert (project / "constraints.txt").read_text() == "merged\n"
    git("reset", "--hard", "--quiet", folder=project)
    git("clean", "-fdq", folder=project)
    assert run(project, "--to", "v3.0.0") == 0
    assert (project / "constraints.txt").read_text() == "locked\n"


def test_an_unknown_release_is_named(project: Path) -> None:
    """A release that the template doesn't have is git's to name."""
    with pytest.raises(ScaffoldError, match="v9"):
        update.merge(open_project(project), "v9.0.0", {}, project.with_name("nowhere"))
