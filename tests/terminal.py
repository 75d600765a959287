"""A command in a terminal of its own, answered as a person would: what is shown, then keys."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ENTER, UP, SPACE, ERASE = "\r", "\x1b[A", " ", "\x15"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>]|[\x07\x08]")


class Terminal:
    """A running command, as a context; leaving it ends the command.

    Args:
        command: what runs. cwd: in which folder. env: variables over those of this process.
    """

    def __init__(
        self, command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))  # rows and columns of a usual terminal
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            # Nobody answers the terminal's questions about itself here.
            env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", **(env or {})},
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""
        """All that was shown so far, without colours and moves of the cursor."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str, seconds: float = 60) -> str:
        """Read until one of `texts` is shown behind what was waited for last; return which.

        Raises:
            TimeoutError: none is, in so many seconds.
        """
        start = len(self.shown)
        end = time.monotonic() + seconds
        while True:
            for text in texts:
                if text in self.shown[start:]:
                    return text
            if not self._read(end):
                raise TimeoutError(f"none of {texts} in:\n{self.shown[start:]}")

    def finish(self, seconds: float = 120) -> int:
        """Read until the command ends, and return its exit code."""
        end = time.monotonic() + seconds
        while self._read(end):
            pass
        return self._process.wait(timeout=max(0.0, end - time.monotonic()))

    def _read(self, end: float) -> bool:
        """Read what comes until `end`; return whether anything came."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            read = os.read(self._master, 65536)
        except OSError:  # the command has closed its end
            return False
        self.shown += _CONTROL.sub("", read.decode("utf-8", "replace"))
        return bool(read)
