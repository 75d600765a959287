"""What a team does to a project in its first weeks: the standard edits that an update must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path("src", "customer_offers")
BINARY = bytes(range(256)) * 4


@dataclass(frozen=True)
class Edit:
    """One edit.

    Attributes:
        make: does it in a project.
        stands: says whether it is still there.
    """

    make: Callable[[Path], None]
    stands: Callable[[Path], bool]


def _appended(name: str | Path, text: str) -> Edit:
    def make(project: Path) -> None:
        path = project / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(before + text, encoding="utf-8")

    return Edit(make, lambda project: text in (project / name).read_text(encoding="utf-8"))


def _replaced(name: str | Path, before: str, after: str) -> Edit:
    def make(project: Path) -> None:
        text = (project / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} has not one {before!r}: mend this edit"
        (project / name).write_text(text.replace(before, after), encoding="utf-8")

    return Edit(make, lambda project: after in (project / name).read_text(encoding="utf-8"))


def _written(name: str | Path, content: bytes) -> Edit:
    def make(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)

    return Edit(make, lambda project: (project / name).read_bytes() == content)


def _removed(name: str | Path) -> Edit:
    return Edit(
        lambda project: (project / name).unlink(), lambda project: not (project / name).exists()
    )


EDITS = {
    "own data source": _appended(PACKAGE / "problem" / "source.py", "\nOURS = 'warehouse'\n"),
    "own model": _replaced(
        PACKAGE / "problem" / "model.py", '"num_leaves": 12', '"num_leaves": 13'
    ),
    "own notes in a starter file": _appended(PACKAGE / "problem" / "__init__.py", "# ours\n"),
    "an extra dependency": _replaced(
        "pyproject.toml", "yours = [", 'yours = [\n    "humanize>=4",'
    ),
    "an extra feature view": _appended(
        Path("feature_repo", "own_views.py"), "\nOURS = 'another view'\n"
    ),
    "an extra feature view where those of the schema are": _appended(
        Path("feature_repo", "feature_definitions.py"), "\nTHEIRS = 'another view'\n"
    ),
    "another port": _replaced(Path("config", "settings.yml"), "port: 3000", "port: 3999"),
    "an own target": _written("local.mk", b"ours:\n\t@echo ours\n"),
    "own tests": _written(Path("tests", "test_ours.py"), b"def test_ours() -> None:\n    pass\n"),
    "notes at the end of README": _appended("README.md", "\n## Ours\n\nOur notes.\n"),
    "an own file in the package": _written(PACKAGE / "ours.py", b'"""Ours."""\n'),
    "a binary": _written(Path("docs", "photo.bin"), BINARY),
    "secrets that git ignores": _written(".env", b"APP_PORT=3998\n"),
    "an own document": _written(Path("docs", "ours.md"), b"# Ours\n"),
    "a longer ignore list": _appended(".gitignore", "\n# ours\n/ours/\n"),
    "who to ask, in the model card": _appended(Path("docs", "model_card.md"), "\nAsk Ada.\n"),
    "a deleted document": _removed(Path("docs", "runbook.md")),
}


def make_all(project: Path) -> None:
    """Make every edit in a project."""
    for edit in EDITS.values():
        edit.make(project)
