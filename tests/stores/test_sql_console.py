"""People's SQL: everything can be asked, nothing can be touched."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import ConfigError
from stores.run_store import RunStore
from stores.sql_console import QueryResult, format_rows, run_query

TOUCHING = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM glob('{file}')",
    "SELECT * FROM read_blob('{database}')",
    "COPY (SELECT 42) TO '{file}'",
    "WITH a AS (COPY (SELECT 42) TO '{file}') SELECT * FROM a",
    "COPY (SELECT 42) TO '{database}' (USE_TMP_FILE false)",
    "COPY (SELECT 42) TO '{database}.wal'",
    "DETACH stored; ATTACH '{database}' AS writable; DROP TABLE writable.samples",
    "EXPORT DATABASE '{file}'",
    "ATTACH '{file}' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET disabled_filesystems = ''",
    "SET memory_limit = '1TB'",
    "RESET lock_configuration",
    "DELETE FROM stored.samples",
]


@pytest.mark.parametrize("sql", TOUCHING)
def test_a_query_that_would_touch_files_or_settings_is_refused(paths, write_graded, tmp_path, sql):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    names = {"file": tmp_path / "secret.csv", "database": str(paths.database).replace("'", "''")}
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with pytest.raises(ConfigError):
        run_query(paths, sql.format(**names))
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_query_sees_shards_not_yet_ingested(paths, write_graded):
    RunStore(paths).ingest()
    write_graded("p1", "pass")
    result = run_query(paths, "SELECT problem_id, count(*) AS n FROM samples GROUP BY ALL")
    assert result == QueryResult(("problem_id", "n"), [("p1", 1)])


@pytest.mark.parametrize("sql", ["CREATE TABLE mine (a INT)", "DROP VIEW v_rounds", "DELETE FROM samples", "SET a = 1"])
def test_a_statement_that_does_not_read_is_refused_in_plain_words(paths, sql):
    with pytest.raises(ConfigError, match=f"sql only reads: {sql.split()[0]} is refused"):
        run_query(paths, sql)


def test_two_queries_at_once_are_refused(paths):
    with pytest.raises(ConfigError, match="give one query, not 2"):
        run_query(paths, "SELECT 1; SELECT 2")


def test_a_table_shows_numbers_to_four_digits():
    assert "0.3047" in format_rows(QueryResult(("a",), [(0.3046875,)]), "table")


@pytest.mark.parametrize(
    ("sql", "message"), [("SELEC 1", "syntax error"), ("FROM nowhere", "nowhere"), (" ; ", "not 0")]
)
def test_a_query_that_is_wrong_says_what_is_wrong(paths, sql, message):
    with pytest.raises(ConfigError, match=message):
        run_query(paths, sql)


def test_a_python_variable_is_no_table(paths):
    leak = [1, 2, 3]
    with pytest.raises(ConfigError, match="leak"):
        run_query(paths, "FROM leak")
    assert leak


def test_a_query_without_end_is_interrupted(paths):
    with pytest.raises(ConfigError, match=r"longer than 0\.2 s"):
        run_query(paths, "SELECT count(*) FROM range(1000000000000) a WHERE hash(a) = 3", timeout_seconds=0.2)


def test_columns_of_one_name_stay_apart(paths):
    result = run_query(paths, "SELECT 1 AS a, 2 AS a, 3 AS a_1")
    assert json.loads(format_rows(result, "json")) == [{"a": 1, "a_1": 2, "a_1_1": 3}]


def test_json_is_a_list_of_objects_with_values_of_its_own_kinds():
    values = (None, True, 3, float("nan"), Decimal("1.5"), "=x", datetime(2026, 1, 2), {"k": [1, float("inf")]})
    (row,) = json.loads(format_rows(QueryResult(tuple("abcdefgh"), [values]), "json"))
    assert list(row.values()) == [None, True, 3, None, 1.5, "=x", "2026-01-02T00:00:00", {"k": [1, None]}]


def test_csv_leaves_numbers_alone():
    assert format_rows(QueryResult(("a", "b"), [(-1, -0.5)]), "csv") == "a,b\n-1,-0.5\n"


@given(st.text())
def test_csv_reads_back_as_it_was(text):
    rows = list(csv.reader(io.StringIO(format_rows(QueryResult(("a", "b"), [(text, 1)]), "csv"), newline="")))
    assert rows[1] == [text, "1"]


@given(st.text())
def test_a_table_holds_no_control_characters(text):
    shown = format_rows(QueryResult((text,), [(text,)]), "table")
    assert not {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), 0x202E, 0x2066)} & set(shown)


def test_a_table_shows_markup_and_escapes_as_they_are():
    shown = format_rows(QueryResult(("a",), [("[bold]x[/bold]\x1b[31m",)]), "table")
    assert "[bold]x[/bold]\\x1b[31m" in shown
