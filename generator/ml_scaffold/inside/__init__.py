"""Programs of ours that run in a project, by its Python and with its code.

Each is a module of this folder; the name of the project's package is filled in when one runs.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ml_scaffold import answers
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.project import ANSWERS_FILE

NAME = "{{ package }}"
"""The only expression in a program."""


def python(project: Path) -> Path:
    """Return the Python of the project in this folder, which `make setup` makes."""
    return project / ".venv" / "bin" / "python"


def run(
    project: Path, program: str, *arguments: str, told: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a program in a project and return how it ended.

    Args:
        told: whether what it prints is returned, instead of going where ours goes.

    Raises:
        ScaffoldError: the project has no Python yet, or doesn't say what its package is called.
    """
    if not python(project).exists():
        raise ScaffoldError(f"{project} is not installed yet: run `make setup` there")
    package = answers.read(project / ANSWERS_FILE).get("package")
    if not isinstance(package, str) or not package.isidentifier():
        raise ScaffoldError(f"{project / ANSWERS_FILE} doesn't say what the package is called")
    with TemporaryDirectory(prefix="ml-scaffold-") as folder:
        filled = Path(folder, __name__.rpartition(".")[2])
        filled.mkdir()
        for file in Path(__file__).parent.glob("*.py.jinja"):
            text = file.read_text(encoding="utf-8").replace(NAME, package)
            (filled / file.stem).write_text(text, encoding="utf-8")
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.run(
            [str(python(project)), "-m", f"{filled.name}.{program}", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            capture_output=told,
            text=True,
            check=False,
        )
