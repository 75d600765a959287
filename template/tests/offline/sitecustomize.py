"""Python imports this when it starts: no process of the tests speaks to another machine.

What tries is refused as on a machine without a network, and leaves a line in `OFFLINE_TRIED`, for
telemetry swallows its own errors. And whoever imports the project's source of data, which
`DRAWN_SOURCE` names, gets the tests' tables in its place, wherever `problem/source.py` points.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

LOCAL = {"localhost", "::1", "::", "0.0.0.0", "", socket.gethostname()}


def _is_local(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name is None or name in LOCAL or name.startswith("127.")


def _note(what: str) -> None:
    with Path(os.environ["OFFLINE_TRIED"]).open("a", encoding="utf-8") as file:
        file.write(f"process {os.getpid()}: {what}\n")


class _Socket(socket.socket):
    """A socket that reaches this machine alone; a datagram's `connect` sends nothing."""

    def connect(self, address: Any) -> None:
        self._refuse(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        self._refuse(address)
        return super().connect_ex(address)

    def _refuse(self, address: Any) -> None:
        inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if inet and self.type == socket.SOCK_STREAM and not _is_local(address[0]):
            _note(f"connect to {address}")
            raise OSError(errno.ENETUNREACH, "Network is unreachable")


_look_up = socket.getaddrinfo


def _getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    if not _is_local(host):
        _note(f"look up {host}")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _look_up(host, *arguments, **named)


def drawn(source: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return what stands in for the functions of the project's source, by their names.

    They read `data/events`, `data/entities` and `data/outcomes` of the state folder.
    """
    package = source.__name__.removesuffix(".problem.source")

    def table(name: str) -> str:
        folder = import_module(f"{package}.settings").settings().state_dir / "data" / name
        if not any(folder.glob("*.parquet")):
            raise source.SourceError(f"no data in {folder}")
        return f"read_parquet('{folder}/*.parquet')"

    def outcomes(known_by: datetime) -> Any:
        import duckdb

        schema = import_module(f"{package}.problem.schema")
        time, key, label = schema.OUTCOME_TIME, schema.ENTITY_KEY, schema.LABEL
        query = (
            f"SELECT {key}, {time}, {label}, known_at FROM {table('outcomes')}"
            f" WHERE known_at <= $known_by ORDER BY {time}, {key}, {label}"
        )
        with duckdb.connect(config={"threads": 1}) as connection:
            found = connection.sql(query, params={"known_by": known_by}).to_arrow_table()
        frame = found.to_pandas()
        for column in (time, "known_at"):
            frame[column] = frame[column].dt.tz_convert("UTC")
        return frame

    return {
        "events": lambda: table("events"),
        "entities": lambda: table("entities"),
        "outcome_rows": lambda: table("outcomes"),
        "outcomes": outcomes,
    }


class _Source(SourceFileLoader):
    """The project's source, with the tests' functions in place of its own."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        vars(module).update(drawn(module))


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != os.environ["DRAWN_SOURCE"]:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Source(name, spec.origin)
        return spec


if "DRAWN_SOURCE" in os.environ:
    sys.meta_path.insert(0, _Finder())
if "OFFLINE_TRIED" in os.environ:
    vars(socket)["socket"] = _Socket
    vars(socket)["getaddrinfo"] = _getaddrinfo
