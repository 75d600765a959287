"""Servers as child processes: started on a free port, waited for, and ended without a trace.

Each leads a process group of its own, so that ending the group leaves none of its workers behind.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ..errors import UserError
from .paths import ROOT

HOST = "127.0.0.1"
START_SECONDS = 180.0
END_SECONDS = 10.0


class ServerError(UserError):
    """A server ended or did not start; the message says where it logged."""


@dataclass(frozen=True)
class Server:
    """A running server; `process` leads the process group of the same id.

    Attributes:
        healthy: the path that answers 200 once the server can be used.
    """

    name: str
    process: subprocess.Popen[bytes]
    address: str
    healthy: str
    log: Path

    def check(self) -> None:
        """Raise a ServerError if the process has ended."""
        if self.process.poll() is not None:
            last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
            raise ServerError("\n".join([f"{self.name} ended, see {self.log}:", *last]))

    def answers(self) -> bool:
        """Say whether the server can be used.

        Raises:
            ServerError: its process has ended.
        """
        self.check()
        try:
            with urllib.request.urlopen(self.address + self.healthy, timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def start(
    name: str,
    command: Sequence[str],
    port: int,
    log: Path,
    healthy: str = "/",
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Start `command`, which listens on `port`; what it prints goes to the file `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(name, process, f"http://{HOST}:{port}", healthy, log)


def wait(servers: Sequence[Server]) -> Iterator[Server]:
    """Yield each server once it can be used.

    Raises:
        ServerError: one has ended, or has not answered in `START_SECONDS`.
    """
    started = time.monotonic()
    waiting = list(servers)
    while waiting:
        if time.monotonic() - started > START_SECONDS:
            slow = ", ".join(f"{server.name} (see {server.log})" for server in waiting)
            raise ServerError(f"{slow} did not start in {START_SECONDS:.0f} s")
        for server in [server for server in waiting if server.answers()]:
            waiting.remove(server)
            yield server
        time.sleep(0.1)


def end(servers: Sequence[Server]) -> None:
    """End the servers with all their workers: ask first, kill what is left after some seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + END_SECONDS
        left = [server for server in servers if _signal_group(server.process, number)]
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [server for server in left if _signal_group(server.process, 0)]


def _signal_group(leader: subprocess.Popen[bytes], number: int) -> bool:
    """Send `number` to the group; say whether any of its processes still runs."""
    leader.poll()
    try:
        os.killpg(leader.pid, number)
    except (ProcessLookupError, PermissionError):  # macOS: the latter, where only a zombie is left
        return False
    return True


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if nothing listens there, else a port that is free now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, preferred))
        except OSError:
            return free_port()
        return probe.getsockname()[1]


@contextmanager
def interruptible() -> Generator[None]:
    """Let SIGTERM interrupt as Ctrl-C does, so that `finally` clauses run."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    both = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in both}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
