"""The pipelines as Prefect's deployments name them: `flows.training` is the flow of `training`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..tools.runner.runner import as_flow

if TYPE_CHECKING:
    from prefect import Flow


def __getattr__(name: str) -> Flow[..., Any]:
    """Return the flow of the pipeline `name`, which stands in the module of that name."""
    module = f"{__package__}.{name}"
    if find_spec(module) is None:
        raise AttributeError(f"there is no pipeline {name!r}: {module} does not exist")
    return as_flow(getattr(import_module(module), name))
