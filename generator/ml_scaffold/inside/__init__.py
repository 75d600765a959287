"""Programs of ours that run in a project, by its Python and with its code.

Each is a file of this folder; the name of the project's package is filled in when it runs.
"""

from __future__ import annotations

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
    text = Path(__file__).with_name(f"{program}.py.jinja").read_text(encoding="utf-8")
    with TemporaryDirectory(prefix="ml-scaffold-") as folder:
        file = Path(folder, f"{program}.py")
        file.write_text(text.replace(NAME, package), encoding="utf-8")
        command = [str(python(project)), str(file), *arguments]
        return subprocess.run(command, cwd=project, capture_output=told, text=True, check=False)
