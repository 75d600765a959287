"""Start the service: BentoML's supervisor with its worker processes, in the right environment."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from ...design import section
from ...errors import UserError
from ...ops.paths import PACKAGE, ROOT
from ...settings import settings
from .predict import ServingDesign

GRACE_SECONDS = 10
"""How long requests may take to end once the service is told to."""


class ServeError(UserError):
    """The service can't be started."""


def serve() -> NoReturn:
    """Become the service; SIGTERM or Ctrl-C ends it and loses nothing.

    Raises:
        ServeError, DesignError: as `command`.
    """
    arguments, environment = command()
    os.execve(arguments[0], arguments, environment)


def command(
    host: str | None = None, port: int | None = None, workers: int | None = None
) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment of the service, for a process of its own.

    What is not given comes from the settings.

    Raises:
        ServeError: the address is not one of this machine, or taken.
        DesignError: `design.yml` has no usable section `serving`.
    """
    host = host or settings().host
    port = port or settings().port
    section("serving", ServingDesign)
    _check_free(host, port)
    home = settings().state_dir / "serving" / f"bentoml-{port}"
    home.mkdir(parents=True, exist_ok=True)
    paths = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
    environment = {
        "OMP_NUM_THREADS": "1",
        **os.environ,
        "APP_WORKERS": str(workers or settings().workers),
        # BentoML adds up the processes' metrics in its home: one for each server keeps them apart.
        "BENTOML_HOME": str(home),
        "BENTOML_DO_NOT_TRACK": "True",
        "DO_NOT_TRACK": "true",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    arguments = [
        *(sys.executable, "-m", "bentoml", "serve", f"{PACKAGE}.channels.http.service:Service"),
        *("--host", host, "--port", str(port), "--working-dir", str(ROOT)),
        *("--timeout-graceful-shutdown", str(GRACE_SECONDS)),
    ]
    return arguments, environment


def _check_free(host: str, port: int) -> None:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        raise ServeError(f"host must be an IP address such as 127.0.0.1, not {host!r}") from None
    family = socket.AF_INET6 if version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = error.strerror or str(error)
            raise ServeError(
                f"can't listen on {host} port {port}: {why}. Choose another with APP_PORT, "
                "or end what uses it"
            ) from None
