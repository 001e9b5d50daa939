"""People's SQL: everything can be asked, nothing can be touched."""

from __future__ import annotations

import io

import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import ConfigError
from stores.formats import QueryResult
from stores.run_store import RunStore
from stores.sql_console import run_query, write_query

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
    assert run_query(paths, "SELECT 1 AS a, 2 AS a, 3 AS a_1").columns == ("a", "a_1", "a_1_1")


@pytest.mark.parametrize("value", ["p1", "' OR true --", "$other", None, 3])
def test_a_parameter_is_a_value_and_never_sql(paths, value):
    assert run_query(paths, "SELECT $a", {"a": value}).rows == [(value,)]


@pytest.mark.parametrize(
    ("sql", "given", "message"),
    [
        ("SELECT $a", {}, r"has the parameters \$a, given are none"),
        ("SELECT 1", {"a": 1}, r"has the parameters none, given are \$a"),
        ("SELECT $a", {"b": 1}, r"has the parameters \$a, given are \$b"),
    ],
)
def test_parameters_that_do_not_fit_are_named(paths, sql, given, message):
    with pytest.raises(ConfigError, match=message):
        run_query(paths, sql, given)


def test_parquet_keeps_types_and_rows(paths, write_graded, tmp_path):
    write_graded("p1", "pass", "wrong")
    joined = "samples JOIN executions USING (sample_idx)"
    sql = f"SELECT verdict, verdict, completion_token_ids AS ids FROM {joined} ORDER BY 1"
    write_query(paths, sql, {}, tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.to_pylist() == [{"verdict": v, "verdict_1": v, "ids": [3, 4, 5]} for v in ("pass", "wrong")]


def test_what_parquet_cannot_hold_is_refused_with_the_way_out(paths, tmp_path):
    with pytest.raises(ConfigError, match="cast the column"):
        write_query(paths, "SELECT INTERVAL 1 DAY AS gap", {}, tmp_path / "out.parquet")


@pytest.mark.parametrize("sql", TOUCHING)
def test_a_query_written_as_parquet_touches_nothing_either(paths, tmp_path, sql):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError):
        write_query(paths, sql.format(file=tmp_path / "secret.csv", database=tmp_path / "db"), {}, io.BytesIO())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["secret.csv"]
