"""The tools' own pages, served on this machine until Ctrl-C.

A page whose tool has stored nothing yet is not started: some tools would create an empty store.
"""

from __future__ import annotations

import pkgutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ..ops import processes
from ..ops.processes import HOST, Server, ServerError
from ..settings import settings


@dataclass(frozen=True)
class Page:
    """A tool's page.

    Attributes:
        needs: what exists once there is something to show.
        port: the preferred one; another is taken where it is in use.
        command: the server's command for a port.
        healthy: the path that answers 200 once the page can be opened.
        elsewhere: the address of the page where a server of the team's has it; it is told.
    """

    name: str
    needs: Path
    port: int
    command: Callable[[int], list[str]]
    healthy: str = "/"
    elsewhere: str | None = None


def pages() -> Iterator[Page]:
    """Yield the page of this project's state of each tool whose folder has a function `page`.

    That is given the state folder.
    """
    tools = import_module(str(__package__))
    for found in pkgutil.iter_modules(tools.__path__):
        tool = import_module(f"{tools.__name__}.{found.name}") if found.ispkg else None
        if hasattr(tool, "page"):
            yield tool.page(settings().state_dir)


def show(chosen: Sequence[Page], logs: Path) -> None:
    """Serve the pages until SIGINT or SIGTERM; print the address of each once it can be opened.

    Raises:
        KeyboardInterrupt: the signal came; every server has ended.
        ServerError: there is nothing to show yet, or a server failed; none is left running.
    """
    for page in chosen:
        if page.elsewhere:
            print(f"{page.name:8} {page.elsewhere}, a server of its own")
        elif not page.needs.exists():
            print(f"{page.name:8} has nothing to show yet: run `make train` first")
    ready = [page for page in chosen if not page.elsewhere and page.needs.exists()]
    if not ready:
        raise ServerError("there is nothing to show yet: run `make train` first")
    servers: list[Server] = []
    with processes.interruptible():
        try:
            for page in ready:
                servers.append(_start(page, logs))
            print(f"starting {', '.join(page.name for page in ready)}", flush=True)
            for server in processes.wait(servers):
                print(f"{server.name:8} {server.address}", flush=True)
            print("Ctrl-C ends all of them", flush=True)
            while True:
                for server in servers:
                    server.check()
                time.sleep(1)
        finally:
            processes.end(servers)


def _start(page: Page, logs: Path) -> Server:
    port = processes.free_port(page.port)
    log = logs / f"ui-{page.name.lower()}.log"
    return processes.start(page.name, page.command(port), port, log, page.healthy)


def script(name: str) -> list[str]:
    """Return the command that runs an installed script with this Python."""
    return [sys.executable, str(Path(sys.executable).with_name(name))]


def at(port: int) -> list[str]:
    """Return the options for a port of this machine alone."""
    return ["--host", HOST, "--port", str(port)]
