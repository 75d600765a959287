"""What the progress display writes, on a terminal and into a file."""

from __future__ import annotations

import io
import re
from time import sleep

import pytest

from ml_scaffold import progress


class Screen(io.StringIO):
    """A stream that says it's a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_seconds_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal one line is rewritten while the step runs, and ends in its duration."""
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(progress, "TICK", 0.01)
    with progress.step("counting"):
        sleep(0.05)
    lines = screen.getvalue().split("\r\x1b[K")
    assert len(lines) > 3
    assert re.fullmatch(r"\.\. counting \d\.\d s", lines[1])
    assert re.fullmatch(r"ok counting \d\.\d s\n", lines[-1])


def test_a_file_gets_one_line_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere there are no control characters, and a failed step isn't called ok."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with pytest.raises(ZeroDivisionError), progress.step("dividing"):
        _ = 1 / 0
    assert re.fullmatch(r"-- dividing \d\.\d s\n", stream.getvalue())
