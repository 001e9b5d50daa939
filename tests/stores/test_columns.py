"""Every column is explained, once, where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ssd_iter.records import TABLES, words
from ssd_iter.run.shards import schema_of
from stores import columns
from stores.columns import SHARD, closed_lists, ledgers, macros, tables, views
from stores.connection import open_memory
from stores.schema import migrate
from stores.view_columns import LEDGERS, VIEWS


def test_every_column_of_the_database_is_explained():
    explained = {r.name: [c.name for c in r.columns] for r in (*tables(), *ledgers(), *views())}
    with open_memory() as connection:
        migrate(connection)
        there = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        for (name,) in there:
            known = explained[name] + [SHARD] * (name in TABLES)
            assert [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()] == known
    assert len(there) == len(explained)
    assert all(column.text for relation in (*tables(), *ledgers(), *views()) for column in relation.columns)


def test_a_column_that_nothing_explains_is_refused_by_name(monkeypatch):
    monkeypatch.setitem(VIEWS, "v_flips", (("samples", "rounds"), {}))
    with pytest.raises(KeyError, match=r"v_flips\.solved_before is not explained"):
        views()


def test_a_field_without_a_docstring_is_not_explained():
    @dataclass
    class Row:
        """A row."""

        told: int
        """What is told."""
        silent: int

    assert dict(columns._of_fields(Row)) == {"told": "What is told."}


def test_a_rows_own_words_go_before_those_of_its_key():
    texts = {(table.name, column.name): column.text for table in tables() for column in table.columns}
    assert texts["problems", "round"] != texts["samples", "round"] == texts["events", "round"]


def test_a_base_rows_docstrings_hold_for_the_rows_built_on_it():
    texts = {(table.name, column.name): column.text for table in tables() for column in table.columns}
    assert texts["executions", "parses"] == texts["filter_verdicts", "parses"] != ""


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_a_column_may_be_null_where_its_field_may_be_none(table):
    schema = schema_of(TABLES[table.name])
    assert {c.name for c in table.columns if c.nullable} == {field.name for field in schema if field.nullable}


def test_sql_reads_null_and_never_none():
    assert not [c for r in (*tables(), *views()) for c in r.columns if "None" in c.text]


def test_every_closed_list_is_explained_and_used():
    names = {name for name in vars(words) if name[0].isupper() and name != "Literal"}
    assert {word.name for word in closed_lists()} == names
    assert {column.word for table in tables() for column in table.columns} - {None} == names


def test_nothing_is_said_of_columns_that_are_not_there():
    there = {relation.name: {column.name for column in relation.columns} for relation in (*views(), *ledgers())}
    said = {name: set(texts) for name, (_, texts) in (*VIEWS.items(), *LEDGERS.items())}
    assert not {name: texts - there[name] for name, texts in said.items() if texts - there[name]}


def test_macros_are_told_with_their_arguments():
    assert [call for call, text in macros() if text] == ["pass_at_k(n, c, k)"]
