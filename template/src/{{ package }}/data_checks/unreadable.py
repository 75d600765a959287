"""What DuckDB could not read, in words: of a text file the line, the column and the value."""

from __future__ import annotations

import re

import duckdb

_OF_LINE = re.compile(
    r"CSV Error on Line: (?P<line>\d+)\n.*"
    r"Error when converting column \"(?P<column>.+?)\"\. "
    r"Could not convert string \"(?P<text>.*?)\" to '(?P<type>\w+)'.*"
    r"\n  file = (?P<file>[^\n]+)",
    re.DOTALL,
)
_OF_CAST = re.compile(
    r"Could not convert string '(?P<text>.*?)' to (?P<type>\w+)"
    r" when casting from source column (?P<column>[^\n]+)",
    re.DOTALL,
)
_TEXT_FILE = re.compile(r"'((?:[^']|'')+\.(?:csv|tsv|txt)(?:\.gz)?)'")


def said(error: duckdb.Error, connection: duckdb.DuckDBPyConnection, expression: str) -> str:
    """Return what `error`, of a query over `expression`, says is wrong, in one sentence."""
    text = str(error)
    cast = _OF_CAST.search(text)
    found = _OF_LINE.search(_read_as(cast, connection, expression) if cast else text)
    if found:
        place = f"line {found['line']} of {found['file']}, column {found['column']}"
        return f"{place}: '{found['text']}' is no {found['type']}"
    if cast:
        return f"column {cast['column']}: '{cast['text']}' is no {cast['type']}"
    return " ".join(text.split())


def _read_as(cast: re.Match[str], connection: duckdb.DuckDBPyConnection, expression: str) -> str:
    """Return what DuckDB says where it reads the column of a text file as what it is cast to.

    Then it names the line, which it doesn't where a value is cast after it was read.
    """
    column, named = cast["column"].replace('"', '""'), cast["column"].replace("'", "''")
    for path in dict.fromkeys(_TEXT_FILE.findall(expression)):
        types = f"{{'{named}': '{cast['type']}'}}"
        try:
            connection.execute(
                f"SELECT max(\"{column}\") FROM read_csv('{path}', header = true, types = {types})"
            )
        except duckdb.Error as error:
            if _OF_LINE.search(str(error)):
                return str(error)
    return ""
