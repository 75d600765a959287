"""Python imports this when it starts: no process of the tests speaks to another machine.

What tries is refused as on a machine without a network, and leaves a line in `OFFLINE_TRIED`, for
telemetry swallows its own errors. And whoever imports the project's source of data, which
`DRAWN_SOURCE` names, gets the tests' tables in its place.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sequence
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


class _Source(SourceFileLoader):
    """The project's source, with the tests' functions in place of its own."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        import drawn_source

        vars(module).update(drawn_source.functions(module))


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
