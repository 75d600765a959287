"""Faults of the machine: a full disk, a folder that can't be written, a server that is away.

Tools wrap these in exceptions of their own, so the whole chain of causes is searched. What is not
recognised may be a bug: it keeps its traceback.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST})
ELSEWHERE = "set state_dir (config/settings.yml, or APP_STATE_DIR) to a folder"


def explain(error: BaseException, state: Path) -> str | None:
    """Return what is wrong with the machine, where, and what to do; None if that is not known.

    Args:
        error: what ended a command.
        state: the state folder, named where the error names no file.
    """
    chain = list(_chain(error))
    for cause in chain:
        told = _of_files(cause, state) or _of_sqlite(cause, state) or _of_servers(cause, chain)
        if told:
            return told
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield what a traceback of the error would show, from the error to its first cause."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            context = None if one.__suppress_context__ else one.__context__
            waiting += [other for other in (one.__cause__, context) if other]


def _of_files(error: BaseException, state: Path) -> str | None:
    code = getattr(error, "errno", None)
    if type(error).__module__.partition(".")[0] == "_duckdb":  # it names the fault in words alone
        codes = FULL | REFUSED
        code = next((each for each in codes if os.strerror(each) in str(error)), None)
    elif not isinstance(error, OSError):
        return None
    path = getattr(error, "filename", None)
    if code in FULL:
        return _full(os.strerror(code), str(path) if path else None, state)
    # Without a file it is no file that was refused, but a port or a signal.
    if code in REFUSED and (path or not isinstance(error, OSError)):
        place = path or f"a file below {state}"
        return f"{place} can't be opened: {os.strerror(code)}. Give this user access to it, or " + (
            f"{ELSEWHERE} that can be written"
        )
    if code in NO_FOLDER and path:
        file = next((each for each in (state, *state.parents) if each.is_file()), None)
        if state.is_relative_to(path) or (file and Path(path).is_relative_to(state)):
            return f"{file or path} is a file, not a folder: move it, or {ELSEWHERE}"
    return None


def _of_sqlite(error: BaseException, state: Path) -> str | None:
    if not isinstance(error, sqlite3.DatabaseError) or not hasattr(error, "sqlite_errorcode"):
        return None
    code = error.sqlite_errorcode & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"a database below {state} is locked: another command writes into it. Try again when "
            "that has ended"
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"a database below {state} is damaged: {error}. See docs/runbook.md, Restore"
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return _full(str(error), None, state)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return (
            f"a database below {state} can't be written: {error}. Give this user access to it, or "
            f"{ELSEWHERE} that can be written"
        )
    return None


def _of_servers(error: BaseException, chain: list[BaseException]) -> str | None:
    # Other code may speak HTTP with the same library: only what MLflow asked for is its server's.
    asked = any(_is(each, "mlflow.exceptions.MlflowException") for each in chain)
    if _is(error, "mlflow.exceptions.RestException"):
        return f"the MLflow server refused: {error}. See docs/runbook.md, Restore, or its own log"
    away = ("requests.exceptions.ConnectionError", "requests.exceptions.Timeout")
    if asked and any(_is(error, name) for name in away):
        address = urlsplit(getattr(getattr(error, "request", None), "url", None) or "")
        return (
            f"the MLflow server at {address.hostname} port {address.port} can't be reached "
            f"({chain[-1]}). Start it, or mend tracking_uri (config/settings.yml, or "
            "APP_TRACKING_URI)"
        )
    return None


def _is(error: BaseException, name: str) -> bool:
    """Say whether `error` is of the class `name`, without importing the library that has it."""
    return any(f"{kind.__module__}.{kind.__name__}" == name for kind in type(error).__mro__)


def _full(why: str, path: str | None, state: Path) -> str:
    place = path or f"a file below {state} or {tempfile.gettempdir()}"
    return f"disk full: {place} ({why}). Free space, or {ELSEWHERE} on a disk that has some"
