"""Where runs and models are recorded: on a server, or in the state folder."""

from __future__ import annotations

from typing import Literal

from ...design import Section, section
from ...errors import UserError
from ...settings import settings

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
