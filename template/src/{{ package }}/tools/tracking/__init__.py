"""Where training runs are recorded: `runs` opens, fills, reads and finds them.

Another tool brings a module of that name with the same functions and `Run`. What `address` says is
where it records; `page` is its own page, where it has one. Of what is written this is asked:

- parameters and tags are text, metrics are numbers; what was written is read back at once;
- a file is there whole or not at all; the paths of files are relative to the run, with `/`;
- a run that was opened stays open until it is closed, also where the process was killed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from ...design import Section, section
from ...errors import UserError
from ...settings import settings
from ..pages import Page, at

LOCAL = "local"
"""The value of the setting `tracking_uri` that takes the state folder, whatever the design says."""


class TrackingDesign(Section):
    """Where the records are kept."""

    backend: Literal["local", "server"]


def address() -> str | None:
    """Return the address of the MLflow server; None where the records are in the state folder.

    Raises:
        UserError: the design keeps them on a server, and no setting says where it is.
    """
    uri = settings().tracking_uri
    if uri:
        return None if uri == LOCAL else uri
    if section("tracking", TrackingDesign).backend == "server":
        raise UserError(
            "the design keeps runs and models on an MLflow server, and APP_TRACKING_URI does not"
            f" say where: set it to the server's address, or to `{LOCAL}` for the state folder"
        )
    return None


def page(state: Path) -> Page:
    """Return MLflow's page of the records below `state`, or of the server that has them."""
    database = state / "mlflow" / "mlflow.db"

    def command(port: int) -> list[str]:
        stores = ["--backend-store-uri", f"sqlite:///{database}"]
        stores += ["--default-artifact-root", str(database.with_name("artifacts"))]
        return [sys.executable, "-m", "mlflow", "ui", *at(port), "--workers", "1", *stores]

    return Page("MLflow", database, 5000, command, "/health", elsewhere=address())
