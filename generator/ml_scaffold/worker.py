"""Copier's worker, which works out once what is the same for each file of a project.

Copier compiles a text each time it is rendered, makes the answers ready anew for each part of each
path, and asks git about the project for each file. With some eighty answers and three hundred files
that is most of the time that rendering takes. What it renders stays the same, byte for byte. All of
this overrides Copier's internals, and they are imported nowhere else: pyproject.toml admits only
releases that it was tested with.
"""

from __future__ import annotations

import subprocess
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from copier import _main
from copier._jinja_ext import SandboxedEnvironment, get_yield_context
from copier._settings import SettingsModel

compiled: dict[tuple[Any, ...], CodeType] = {}
"""What each text was compiled to, by the settings it was compiled with, its name and itself.

An update renders two releases, one of them twice, and most of their texts are the same.
"""


class Worker(_main.Worker):
    """Renders or updates one project; the attributes are Copier's."""

    _context: dict[str, Any] | None = None
    """What every file is rendered with, while files are rendered."""
    _answers_path: Path | None = None
    """Where the answers file is, for as long."""

    @cached_property
    def jinja_env(self) -> SandboxedEnvironment:
        """Copier's environment, which compiles each text once."""
        environment = super().jinja_env
        compile_text = environment.compile
        settings = repr(self.template.envops)
        loop = get_yield_context(environment)

        def compile_once(source: Any, name: str | None = None, *rest: Any, **named: Any) -> Any:
            loop.yield_name = loop.yield_iterable = None  # as compiling does
            key = (settings, name, source)
            if key not in compiled:
                compiled[key] = compile_text(source, name, *rest, **named)
            return compiled[key]

        environment.compile = compile_once
        return environment

    @property
    def answers_relpath(self) -> Path:
        """The answers file's path in the project."""
        return self._answers_path or super().answers_relpath

    @cached_property
    def _modes_need_git(self) -> bool:
        """Whether the project's git sees only such modes of files as it is told."""
        asked = ("git", "config", "--type=bool", "--get", "core.fileMode")
        said = subprocess.run(
            asked, cwd=self.subproject.local_abspath, capture_output=True, text=True, check=False
        )
        return said.stdout.strip() == "false"

    def _render_context(self) -> dict[str, Any]:
        return dict(super()._render_context() if self._context is None else self._context)

    def _render_template(self) -> None:
        # In this order: working out the path empties its place in the context that it is given.
        self._answers_path = self.answers_relpath
        self._context = self._render_context()
        try:
            super()._render_template()
        finally:
            self._context = self._answers_path = None

    def _sync_git_index_executable_bit(self, dst_relpath: Path, src_mode: int) -> None:
        if self._modes_need_git:
            super()._sync_git_index_executable_bit(dst_relpath, src_mode)


def worker(destination: Path, **options: Any) -> Worker:
    """Return a worker for the project in `destination`: quiet, untrusting, without user settings.

    What the user set for Copier would change defaults and trust.
    """
    return Worker(
        dst_path=destination, settings=SettingsModel(), quiet=True, unsafe=False, **options
    )
