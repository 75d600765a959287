"""A small template of the tests' own with two releases, and projects of the first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import copier

from ml_scaffold.cli import main
from ml_scaffold.scaffold import render
from support import commit_all

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
    + "later:\n  type: int\n  help: How much later?\n  default: 3\n",
    "hooks/migrations/v2_0_0.yml": """\
answers:
  new: {later: default}
moves:
  old name.txt: new name.txt
deletes: [gone.txt]
""",
}
for _name in ("template/old name.txt", "template/gone.txt"):
    del SECOND[_name]


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


def plainly(project: Path, **data: object) -> None:
    """Update a project as `copier update --defaults` does."""
    copier.run_update(
        project,
        data=data,
        defaults=True,
        overwrite=True,
        quiet=True,
        unsafe=False,
        settings=copier.Settings(),
    )
