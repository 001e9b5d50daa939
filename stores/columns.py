"""What every table, view and column means: read from the row types' docstrings and from the SQL of the views.

A column of a sample's key means the same in every table: where a row type does not say it, `SampleKey` does.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import get_args

from ssd_iter.records import TABLES, SampleKey, words
from ssd_iter.run.shards import schema_of
from stores.connection import open_memory
from stores.schema import migrate, migrations
from stores.view_columns import LEDGERS, VIEWS

SHARD = "shard"
"""The column that the database adds to every table of rows: the shard a row came from."""

_COMMENTED = re.compile(r"((?:^--.*\n)+)CREATE (?:OR REPLACE )?(VIEW|MACRO) (\w+(?:\([^)]*\))?)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its readers see it."""

    name: str
    type: str
    """As DuckDB spells it, such as `BIGINT` or `VARCHAR[]`."""
    text: str
    """What it means, with its unit, on one line."""
    nullable: bool = False
    """It may be NULL. Not said of views."""
    word: str | None = None
    """The closed list its values are from, by its name in `ssd_iter.records.words`."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, or a view."""

    name: str
    text: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A closed list of words that stand in rows."""

    name: str
    values: tuple[str, ...]
    text: str


def tables() -> tuple[Relation, ...]:
    """The tables of rows, in the order of `TABLES`, without `SHARD`. KeyError names a column that nothing explains."""
    return tuple(_table(name, row_type) for name, row_type in TABLES.items())


def ledgers() -> tuple[Relation, ...]:
    """The tables about the database itself, which no shard holds."""
    return tuple(
        Relation(name, text, tuple(Column(column, type, texts[column]) for column, type in _types()[name]))
        for name, (text, texts) in LEDGERS.items()
    )


def views() -> tuple[Relation, ...]:
    """The views. KeyError names a column that neither the view's notes nor its tables explain."""
    known = {table.name: {column.name: column.text for column in table.columns} for table in tables()}
    return tuple(_view(name, text, known) for kind, name, text in _commented() if kind == "VIEW")


def macros() -> tuple[tuple[str, str], ...]:
    """The macros: how each is called, and what it answers."""
    return tuple((name, text) for kind, name, text in _commented() if kind == "MACRO")


def closed_lists() -> tuple[Word, ...]:
    """The closed lists of words, in the order of their file."""
    texts = _explained(ast.parse(inspect.getsource(words)).body)
    return tuple(Word(name, get_args(getattr(words, name)), text) for name, text in texts)


def _table(name: str, row_type: type) -> Relation:
    texts = dict(_of_fields(SampleKey)) | dict(_of_fields(row_type))
    schema, hints = schema_of(row_type), {field.name: str(field.type) for field in fields(row_type)}
    columns = [
        Column(
            column, type, _known(texts, name, column), schema.field(column).nullable,
            hints[column] if hasattr(words, hints[column]) else None,
        )
        for column, type in _types()[name]
        if column != SHARD
    ]  # fmt: skip
    return Relation(name, _line(row_type.__doc__ or ""), tuple(columns))


def _view(name: str, text: str, known: Mapping[str, Mapping[str, str]]) -> Relation:
    sources, own = VIEWS[name]
    texts = {column: text for source in sources for column, text in known[source].items()} | dict(own)
    return Relation(
        name, text, tuple(Column(column, type, _known(texts, name, column)) for column, type in _types()[name])
    )


def _known(texts: Mapping[str, str], relation: str, column: str) -> str:
    if column not in texts:
        raise KeyError(f"{relation}.{column} is not explained: give its field in ssd_iter/records a docstring, or a "
                       "view's column a line in stores/view_columns.py")  # fmt: skip
    return texts[column]


@functools.cache
def _types() -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of everything in a new database."""
    with open_memory() as connection:
        migrate(connection)
        names = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        return {name: [row[:2] for row in connection.execute(f"DESCRIBE {name}").fetchall()] for (name,) in names}


def _commented() -> list[tuple[str, str, str]]:
    """Kind, name and the comment before it of each view and macro; of one made anew, the last."""
    found = {}
    for migration in migrations():
        for comment, kind, name in _COMMENTED.findall(migration.sql):
            found[name] = kind, name, _line(comment.replace("--", ""))
    return list(found.values())


def _of_fields(row_type: type) -> Iterator[tuple[str, str]]:
    """The documentation of a dataclass's fields, its bases' first."""
    for base in reversed(row_type.__mro__[:-1]):
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(tree, ast.ClassDef)
        yield from _explained(tree.body)


def _explained(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The names that are assigned or declared with a docstring after them."""
    for node, after in pairwise(body):
        match node, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, _line(text)


def _line(text: str) -> str:
    """A docstring as SQL has it: on one line, and NULL for None."""
    return re.sub(r"\bNone\b", "NULL", " ".join(text.split()))
