"""A pytest plugin for the Python of a generated project: writes what a run came to, as JSON.

It runs where the project's tests run, so it imports nothing of this repository.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file to write, and the package whose place is to be told."""
    parser.addoption("--verdict-file", required=True)
    parser.addoption("--verdict-package", required=True)


def pytest_configure(config: pytest.Config) -> None:
    """Follow the run."""
    config.pluginmanager.register(Recorder(config))


class Recorder:
    """Counts what passed and what was skipped, and keeps each failure with its kind."""

    def __init__(self, config: pytest.Config) -> None:
        spec = importlib.util.find_spec(config.getoption("--verdict-package"))
        self._file = Path(config.getoption("--verdict-file"))
        self._package = spec.origin if spec else None
        self._outcomes: Counter[str] = Counter()
        self._failures: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the tests, not their fixtures."""
        if report.when == "call" or report.skipped:
            self._outcomes[report.outcome] += 1

    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        """Keep what was raised in a test, in a fixture or while tests were collected."""
        assert call.excinfo is not None
        error = call.excinfo.value
        lines = str(error).splitlines() or [""]
        # Of what was raised while collecting pytest gives the traceback, the cause at its end.
        told = lines[-1].removeprefix("E").strip() if call.when == "collect" else lines[0]
        failure = {
            "test": node.nodeid,
            "asserted": call.when == "call" and is_assertion(error),
            "error": f"{type(error).__name__} in {call.when}: {told}",
        }
        self._failures.append(failure)

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        content = {
            "package": self._package,
            "passed": self._outcomes["passed"],
            "skipped": self._outcomes["skipped"],
            "failures": self._failures,
        }
        self._file.write_text(json.dumps(content), encoding="utf-8")


def is_assertion(error: BaseException) -> bool:
    """Say whether a test found something wrong: an assert, or an exception that did not come.

    Hypothesis raises several findings as one group.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(is_assertion(each) for each in error.exceptions)
    return isinstance(error, (AssertionError, pytest.fail.Exception))
