"""The tools' own pages, served on this machine until Ctrl-C.

A page whose tool has stored nothing yet is not started: some tools would create an empty store.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import yaml
from rich.console import Console

from ..ops import processes
from ..ops.paths import ROOT
from ..ops.processes import HOST, Server, ServerError
from ..settings import settings
from .tracking.address import address

QUIET = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
"""No tool calls home, and MLflow starts no workers for jobs that nobody sends."""


@dataclass(frozen=True)
class Page:
    """A tool's page.

    Attributes:
        needs: what exists once there is something to show.
        port: the preferred one; another is taken where it is in use.
        command: the server's command for a port.
        healthy: the path that answers 200 once the page can be opened.
    """

    name: str
    needs: Path
    port: int
    command: Callable[[int], list[str]]
    healthy: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)


def pages(scratch: Path) -> list[Page]:
    """Return the pages of this project's state; Feast's settings go into the folder `scratch`."""
    state = settings().state_dir
    found = [_prefect(state), _feast(state, scratch), *_of_others(state)]
    return [_mlflow(state), *found] if address() is None else found


def show(chosen: Sequence[Page], console: Console, logs: Path) -> None:
    """Serve the pages until SIGINT or SIGTERM; print the address of each once it can be opened.

    Raises:
        KeyboardInterrupt: the signal came; every server has ended.
        ServerError: there is nothing to show yet, or a server failed; none is left running.
    """
    for page in chosen:
        if not page.needs.exists():
            console.print(f"{page.name:8} has nothing to show yet: run `make train` first")
    ready = [page for page in chosen if page.needs.exists()]
    if not ready:
        raise ServerError("there is nothing to show yet: run `make train` first")
    servers: list[Server] = []
    with processes.interruptible():
        try:
            for page in ready:
                servers.append(_start(page, logs))
            with console.status("starting") as status:

                def progress(seconds: float, waiting: Sequence[Server]) -> None:
                    names = ", ".join(server.name for server in waiting)
                    status.update(f"{seconds:.0f} s, waiting for {names}")

                for server in processes.wait(servers, progress):
                    console.print(f"{server.name:8} {server.address}")
            console.print("Ctrl-C ends all of them")
            while True:
                for server in servers:
                    server.check()
                time.sleep(1)
        finally:
            processes.end(servers)


def main() -> int:
    """Serve all pages of this project until they are ended; return the exit code."""
    console = Console(highlight=False)
    if server := address():
        console.print(f"MLflow   {server}, a server of its own")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            show(pages(Path(scratch)), console, settings().state_dir / "logs")
        except KeyboardInterrupt:
            console.print("ended")
    return 0


def _start(page: Page, logs: Path) -> Server:
    port = processes.free_port(page.port)
    log = logs / f"ui-{page.name.lower()}.log"
    environment = {**QUIET, **page.environment}
    return processes.start(page.name, page.command(port), port, log, page.healthy, environment)


def _of_others(state: Path) -> Iterator[Page]:
    """Yield the page of each tool whose folder brings one."""
    tools = str(__package__)
    for found in pkgutil.iter_modules(import_module(tools).__path__):
        if found.ispkg and find_spec(f"{tools}.{found.name}.page"):
            yield import_module(f"{tools}.{found.name}.page").page(state)


def _mlflow(state: Path) -> Page:
    database = state / "mlflow" / "mlflow.db"

    def command(port: int) -> list[str]:
        stores = ["--backend-store-uri", f"sqlite:///{database}"]
        stores += ["--default-artifact-root", str(database.with_name("artifacts"))]
        return _python("mlflow", "ui", *at(port), "--workers", "1", *stores)

    return Page("MLflow", database, 5000, command, "/health")


def _prefect(state: Path) -> Page:
    home = Path(os.environ.get("PREFECT_HOME", state / "prefect"))

    def command(port: int) -> list[str]:
        return _python("prefect", "server", "start", *at(port))

    environment = {"PREFECT_HOME": str(home)}
    return Page("Prefect", home / "prefect.db", 4200, command, "/api/health", environment)


def _feast(state: Path, scratch: Path) -> Page:
    repository = ROOT / "feature_repo"
    registry = state / "feast" / "registry.db"

    def command(port: int) -> list[str]:
        # Feast's own settings name the default state folder; this one may lie elsewhere.
        content = yaml.safe_load((repository / "feature_store.yaml").read_text(encoding="utf-8"))
        content["registry"] = str(registry)
        content["online_store"]["path"] = str(registry.with_name("online.db"))
        path = scratch / "feature_store.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        where = ["--chdir", str(repository), "--feature-store-yaml", str(path)]
        return [*script("feast"), *where, "ui", *at(port)]

    return Page("Feast", registry, 8888, command)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def script(name: str) -> list[str]:
    """Return the command that runs an installed script with this Python."""
    return [sys.executable, str(Path(sys.executable).with_name(name))]


def at(port: int) -> list[str]:
    """Return the options for a port of this machine alone."""
    return ["--host", HOST, "--port", str(port)]
