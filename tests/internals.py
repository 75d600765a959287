"""Tests of our own internals, laid over a generated project before its tests run.

What only the authors of the template need isn't shipped: it lies in `tests/internals/`, laid out
as the template is. `python -m internals PROJECT` lays it over a project that is there, again after
an edit.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import yaml

import folders
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from support import ROOT

FOLDER = ROOT / "tests" / "internals"
NAME = "{{ package }}"
"""The only expression in a file of the folder."""


class InternalsError(Exception):
    """A file can't be laid over the project; the message says which, and what to do."""


def lay_over(project: Path, internals: Path = FOLDER) -> list[str]:
    """Write what `internals` has for the parts of `project` into it; return the paths, in order.

    What was laid over before is replaced.

    Raises:
        InternalsError: a path is one that the template ships, or a file asks for more than the
            package's name.
    """
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    values = check(stored, _questionnaire()).values
    picked = {name for name, place in values["part"].items() if place}
    shipped = {path for path, parts in _shipped().items() if any(each <= picked for each in parts)}
    laid = []
    for file in folders.files(internals):
        if picked.issuperset(file.parts):
            if file.path in shipped:
                raise InternalsError(
                    f"{file.source}: the template ships {file.path}: name it otherwise"
                )
            target = project / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text(file.source, values["package"]), encoding="utf-8")
            laid.append(file.path)
    return laid


def text(source: Path, package: str) -> str:
    """Return a file as a project of this package's name has it.

    Raises:
        InternalsError: it asks for more than the name.
    """
    written = source.read_text(encoding="utf-8")
    if source.suffix != ".jinja":
        return written
    bare = written.replace(NAME, "")
    left = next((mark for mark in ("{{", "{%", "{#") if mark in bare), None)
    if left:
        raise InternalsError(f"{source}: it holds {left}, and only {NAME} is filled in")
    return written.replace(NAME, package)


@cache
def _questionnaire() -> Questionnaire:
    return Questionnaire(ROOT)


@cache
def _shipped() -> dict[str, list[folders.Set]]:
    """Return the paths that the template ships, with the parts that bring them."""
    return folders.owners(folders.files(ROOT / "template"))


def main(arguments: list[str]) -> int:
    """Lay the tests over the project in the one folder that is named; return the exit code."""
    if len(arguments) != 1 or not (Path(arguments[0]) / ".copier-answers.yml").is_file():
        print("name the folder of a generated project: python -m internals PROJECT")
        return 2
    try:
        print(f"{len(lay_over(Path(arguments[0])))} files")
    except InternalsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
