"""Updating a project, on a small template of the tests' own: what Copier would lose, isn't lost."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
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

SETTINGS = """\
_min_copier_version: "9.19.0"
_subdirectory: template
_fixed_answers: [born]
"""
QUESTIONS = """\
born:
  type: str
  choices: [here, there]
  default: here
name:
  type: str
  default: shop
share:
  type: float
  default: 0.2
  validator: "{% if share > 0.5 %}must be at most 0.5, not {{ share }}{% endif %}"
mode:
  type: str
  choices: [fast, slow, odd]
  default: fast
extra:
  type: bool
  default: true
"""
CATALOGUE = """\
large_share:
  severity: warning
  question: share
  why: It is a lot.
  source: Us.
  warns: "{% if share > 0.25 %}is a lot{% endif %}"
  passes: {share: 0.2}
  fails: {share: 0.3}
"""
LINES = "".join(f"line {number}\n" for number in range(30))
BINARY = bytes(range(256))
ANSWERS = "{{ _copier_conf.answers_file }}.jinja"
FIRST = {
    "copier.yml": SETTINGS + QUESTIONS,
    "generator/rules/catalogue.yml": CATALOGUE,
    f"template/{ANSWERS}": "{{ _copier_answers | to_nice_yaml }}",
    "template/text.txt": LINES,
    "template/old name.txt": LINES,
    "template/gone.txt": LINES,
    "template/logo.bin": BINARY,
    "template/fixed.bin": BINARY,
    "template/{% if extra %}extra.txt{% endif %}": LINES,
    "template/share.txt.jinja": "{{ share }}\n",
}
SECOND = FIRST | {
    "template/text.txt": LINES.replace("line 2\n", "line two\n"),
    "template/new name.txt": LINES,
    "template/logo.bin": BINARY[::-1],
    "template/added.txt": "new\n",
    "copier.yml": SETTINGS
    + QUESTIONS.replace("0.5", "0.3")
    + "later:\n  type: int\n  default: 3\n",
}
for _name in ("template/old name.txt", "template/gone.txt"):
    del SECOND[_name]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a small template with two releases."""
    folder = tmp_path / "template"
    release(folder, "v1.0.0", FIRST)
    release(folder, "v2.0.0", SECOND)
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Return a project of the first release, committed."""
    return make_project(template, tmp_path / "project", {"share": 0.2})


def make_project(template: Path, folder: Path, answers: Mapping[str, object]) -> Path:
    """Generate a project from the first release of `template` and commit it."""
    render(str(template), "v1.0.0", folder, answers)
    commit_all(folder, "Start")
    return folder


def edit(project: Path, edits: Mapping[str, str | bytes | None]) -> None:
    """Write files of the project, or remove them, and commit."""
    for name, content in edits.items():
        if content is None:
            (project / name).unlink()
        else:
            (project / name).write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
    commit_all(project, "Ours")


def run(project: Path, *arguments: str) -> int:
    """Run `ml-scaffold update` on the project and return its exit code."""
    return main(["update", str(project), *arguments])


def test_a_project_without_edits_becomes_a_fresh_copy(
    template: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files come, go and change as if generated anew, and the answers follow."""
    assert run(project) == 0
    render(str(template), "v2.0.0", tmp_path / "fresh", {"share": 0.2})
    assert files(project) == files(tmp_path / "fresh")
    told = capsys.readouterr().out
    assert "from v1.0.0 to v2.0.0" in told
    assert "answer later: nothing -> 3" in told
    for line in ("added.txt", "new name.txt", "old name.txt", "gone.txt", "text.txt"):
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


def test_edits_in_a_file_that_is_gone_are_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A renamed and a deleted file that the team edited stay, and are named."""
    ours = LINES.replace("line 5\n", "ours\n")
    edit(project, {"gone.txt": ours, "old name.txt": ours})
    assert run(project) == 1
    assert (project / "gone.txt").read_text() == ours
    assert (project / "old name.txt").read_text() == ours
    assert (project / "new name.txt").read_text() == LINES
    told = capsys.readouterr().out
    assert "kept, with your edits" in told
    assert "    gone.txt\n    old name.txt" in told


def test_edits_in_a_file_that_an_answer_leaves_out_are_kept(project: Path) -> None:
    """Switching a part off removes its files, but not what the team wrote into them."""
    edit(project, {"extra.txt": "ours\n"})
    assert run(project, "--to", "same", "--set", "extra=false") == 1
    assert (project / "extra.txt").read_text() == "ours\n"


def test_a_part_is_switched_off(project: Path) -> None:
    """An answer changes on its own: at the same release, only what follows from it."""
    before = files(project)
    assert run(project, "--to", "same", "--set", "extra=false") == 0
    after = files(project)
    assert set(before) - set(after) == {"extra.txt"}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {".copier-answers.yml"}


def test_binaries_of_the_team_are_kept(project: Path) -> None:
    """A binary that only the team changed stays; one that both changed gets a `.rej` beside it."""
    edit(project, {"logo.bin": b"\0ours", "fixed.bin": b"\0ours"})
    assert run(project) == 1
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


def test_a_file_that_the_team_removed_stays_away(project: Path) -> None:
    """A deletion is an edit, too."""
    edit(project, {"text.txt": None})
    assert run(project) == 0
    assert not (project / "text.txt").exists()


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
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copier would put the default in its place; here it's named, and another can be given."""
    project = make_project(template, tmp_path / "project", {"share": 0.4})
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
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer that no longer can be chosen is named with those that can."""
    without = SECOND["copier.yml"]
    assert isinstance(without, str)
    release(template, "v3.0.0", SECOND | {"copier.yml": without.replace(", odd]", "]")})
    project = make_project(template, tmp_path / "project", {"share": 0.2, "mode": "odd"})
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
    template: Path, project: Path, capsys: pytest.CaptureFixture[str]
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
    subprocess.run(["rm", "-rf", project / ".git"], check=True)
    assert run(project) == 2
    assert "not the root of a git repository" in capsys.readouterr().err


def test_what_is_locked_anew_is_part_of_the_update(
    template: Path, project: Path, tmp_path: Path
) -> None:
    """Where dependencies changed, `make lock` runs on the merged files; its failure undoes all."""
    contents = SECOND | {
        "template/pyproject.toml": "[project]\n",
        "template/constraints.txt": "merged\n",
        "template/Makefile": "lock:\n\techo locked > constraints.txt\n",
    }
    release(template, "v3.0.0", contents)
    release(template, "v4.0.0", contents | {"template/Makefile": "lock:\n\t@echo no >&2; false\n"})
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
