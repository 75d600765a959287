"""A table of the source: what its columns must be, what they are, and what is found in it.

DuckDB answers them over the source's own expression, so memory does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from ..declare import entity_type
from ..kind import labels
from ..problem import schema

if TYPE_CHECKING:
    import pandas as pd

ENTITY_TYPE = entity_type(schema)

Role = Literal["key", "time", "kind", "label", "number"]

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_NUMBERS = {*_INTEGERS, "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL"}
_TEXT = {"VARCHAR", "ENUM"}
_TYPES: Mapping[Role, set[str]] = {
    "key": _INTEGERS if ENTITY_TYPE is int else _TEXT,
    "time": {"TIMESTAMP WITH TIME ZONE"},
    "kind": _TEXT,
    "label": {*_NUMBERS, *labels.TYPES},
    "number": _NUMBERS,
}
_REMEDIES: Mapping[Role, str] = {
    "key": "make it BIGINT in problem/source.py, or ENTITY_TYPE = str in problem/schema.py"
    if ENTITY_TYPE is int
    else "make it VARCHAR in problem/source.py, or ENTITY_TYPE = int in problem/schema.py",
    "time": "make it TIMESTAMPTZ in problem/source.py: `time AT TIME ZONE 'America/New_York'` says"
    " where a time without a zone was taken",
    "kind": "make it VARCHAR in problem/source.py",
    "label": labels.TYPE_REMEDY,
    "number": "make it DOUBLE in problem/source.py",
}


@dataclass(frozen=True)
class Finding:
    """One mismatch between the data and what `problem/` says of them.

    Attributes:
        severity: an error stops training and batch scoring; a warning deserves a look.
        where: the table, or `table.column`.
        what: what is wrong, with how many rows and an example.
        remedy: what to do about it.
    """

    severity: Literal["error", "warning"]
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the finding as two lines."""
        return f"{self.severity.upper():7}  {self.where}: {self.what}\n{'':7}  -> {self.remedy}"


@dataclass(frozen=True)
class Table:
    """A table that could be opened.

    Attributes:
        expression: the source's, for FROM.
        required: the columns that the project reads, and what each is.
        types: of the columns that are there, as DuckDB names them.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    expression: str
    required: Mapping[str, Role]
    types: Mapping[str, str] = field(default_factory=dict)

    def where(self, column: str) -> str:
        """Return how a finding names a column."""
        return f"{self.name}.{column}"

    def sound(self, *columns: str) -> bool:
        """Say whether these columns are there and of a type that can be read."""
        return all(
            column in self.types and self._fits(column, self.required[column]) for column in columns
        )

    def _fits(self, column: str, role: Role) -> bool:
        return _bare(self.types[column]) in _TYPES[role]

    def query(self, sql: str, **parameters: Any) -> tuple[Any, ...]:
        """Return the first row of `sql`, in which `{table}` stands for this table."""
        text = sql.replace("{table}", self.expression)
        row = self.connection.execute(text, parameters).fetchone()
        assert row is not None, "an aggregate has a row"
        return row

    def frame(self, sql: str, **parameters: Any) -> pd.DataFrame:
        """Return the rows of `sql`, in which `{table}` stands for this table."""
        return self.connection.execute(sql.replace("{table}", self.expression), parameters).df()

    def column_findings(self) -> Iterator[Finding]:
        """Yield the columns that are missing, stand twice, or are of a wrong type."""
        for column, role in self.required.items():
            if column not in self.types:
                yield Finding("error", self.where(column), *self._missing(column, role))
                continue
            if not self._fits(column, role):
                what = f"is {self.types[column]}{self._naive(column, role)}"
                yield Finding("error", self.where(column), what, _REMEDIES[role])
            # DuckDB gives the second column of a name this name.
            if f"{column}_1" in self.types:
                what = f"seems to stand twice: there is {column}_1 too, and one of them is read"
                remedy = "leave the other out, or give it a name of its own, in problem/source.py"
                yield Finding("warning", self.where(column), what, remedy)

    def _missing(self, column: str, role: Role) -> tuple[str, str]:
        folded = {name.lower(): name for name in self.types}
        near = get_close_matches(column.lower(), folded, n=1)
        hint = f"; is it {folded[near[0]]}?" if near else ""
        there = ", ".join(self.types)
        kind = min(_TYPES[role], key=len) if role != "time" else "TIMESTAMPTZ"
        what = f"is missing{hint} The columns are: {there}" if hint else f"is missing: {there}"
        return what, f"return it from problem/source.py, as {kind}"

    def _naive(self, column: str, role: Role) -> str:
        return (
            ", without a time zone" if role == "time" and "TIMESTAMP" in self.types[column] else ""
        )


def open_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    expression: str,
    required: Mapping[str, Role],
) -> Table:
    """Return the table with the types of its columns.

    Raises:
        duckdb.Error: the expression can't be read.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {expression}").fetchall()
    return Table(connection, name, expression, required, {row[0]: row[1] for row in described})


def quoted(column: str) -> str:
    """Return a column's name as SQL."""
    return f'"{column}"'


def example(row: Mapping[str, Any]) -> str:
    """Return a row as a finding shows it."""
    return ", ".join(f"{name} {'null' if value is None else value}" for name, value in row.items())


def _bare(type_: str) -> str:
    """Return a type without its parameters: DECIMAL(18,3) is DECIMAL."""
    return type_.partition("(")[0]
