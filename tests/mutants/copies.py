"""Copies of a generated project that can be broken, and what its tests say of them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ml_scaffold.demo import environment
from mutants.table import Mutant
from support import ROOT

PLUGIN = Path(__file__).with_name("inside")
NOT_COPIED = (".git", ".venv", ".tools", "var", "reports", "__pycache__", ".*_cache", ".hypothesis")
PATIENCE = 300
"""Seconds that one run of tests may take."""
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "DO_NOT_TRACK": "true",
    "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Bytecode is trusted if size and second of its source agree: a quick edit may leave both.
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""What the project's Makefile exports, and that no run believes the bytecode of another."""

PASSED, FAILED = 0, 1
"""Exit codes of pytest; with any other the tests could not be run."""

Verdict = Literal["survived", "killed", "died otherwise"]


class CopyError(Exception):
    """The tests did not run the copy; nothing that they said counts."""


@dataclass(frozen=True)
class Run:
    """What came of some tests.

    Attributes:
        verdict: `killed` where the first failure is an assertion of a test, `died otherwise` for
            anything else that is no success: an import, a fixture, another exception, the time.
        test: that failed.
        why: the error, or why there is none.
        output: of pytest.
    """

    verdict: Verdict
    test: str
    why: str
    seconds: float
    output: str


@dataclass(frozen=True)
class Copy:
    """The sources of a project in a folder of their own; its environment is shared.

    Attributes:
        python: of the project that the sources are from. Its editable install names that project's
            sources, so the copy's are put before it, and each run says which were found.
    """

    folder: Path
    python: Path
    package: str

    @classmethod
    def of(cls, project: Path, folder: Path, package: str) -> Copy:
        """Copy the sources of `project`, which is installed, into `folder`, which is replaced."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        return cls(folder, project / ".venv" / "bin" / "python", package)

    @contextmanager
    def broken(self, mutant: Mutant) -> Generator[None]:
        """Make the mutant's edit while the block runs."""
        path = self.folder / mutant.file
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace(mutant.text, mutant.instead), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")

    def run(self, tests: Sequence[str]) -> Run:
        """Run some tests of the copy, until one fails.

        Raises:
            CopyError: the package that the tests import is not the copy's.
        """
        report, log = self.folder / "var" / "verdict.json", self.folder / "var" / "pytest.log"
        shutil.rmtree(self.folder / "var", ignore_errors=True)
        report.parent.mkdir()
        began = time.monotonic()
        with log.open("w") as output:
            process = subprocess.Popen(
                [
                    *(self.python, "-m", "pytest", "-x", "-p", "pytest_verdict"),
                    *("--verdict-file", report, "--verdict-package", self.package, *tests),
                ],
                cwd=self.folder,
                env=environment(ROOT)
                | SETTINGS
                | {
                    "PYTHONPATH": f"{self.folder / 'src'}:{PLUGIN}",
                    "PREFECT_HOME": str(self.folder / "var" / "prefect"),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            code = _wait(process, PATIENCE)
        seconds = time.monotonic() - began
        told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else None
        if told and not Path(told["package"] or "").is_relative_to(self.folder / "src"):
            raise CopyError(f"the tests in {self.folder} import {told['package']}")
        return Run(*_verdict(code, told), seconds, log.read_text("utf-8", "replace"))


def _wait(process: subprocess.Popen[bytes], patience: float) -> int | None:
    """Return the exit code, None if it took too long: then pytest is asked to clean up first."""
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return None


def _verdict(code: int | None, told: dict[str, Any] | None) -> tuple[Verdict, str, str]:
    if code is None:
        return "died otherwise", "", "took too long"
    if told is None:
        return "died otherwise", "", f"pytest ended with {code} and without a report"
    if code == PASSED:
        whole = told["passed"] and not told["skipped"]
        why = f"{told['passed']} passed, {told['skipped']} skipped"
        return ("survived" if whole else "died otherwise"), "", why
    if not told["failures"]:
        return "died otherwise", "", f"pytest ended with {code}"
    first = told["failures"][0]
    killed = code == FAILED and first["asserted"]
    return ("killed" if killed else "died otherwise"), first["test"], first["error"]
