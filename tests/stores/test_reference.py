"""docs/store.md is what the code says, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas

from stores.columns import ledgers, tables, views
from stores.examples import EXAMPLES
from stores.reference import READERS, markdown
from stores.snapshot import open_snapshot

PAGE = Path(__file__).parents[2] / "docs" / "store.md"


def test_the_page_is_the_codes():
    again = "rows, views or questions have changed: python -m stores.reference > docs/store.md"
    assert PAGE.read_text(encoding="utf-8") == markdown(), again


def test_every_column_has_a_row_in_its_relations_table():
    parts = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^#)", markdown(), re.MULTILINE | re.DOTALL))
    for relation in (*tables(), *ledgers(), *views()):
        names = re.findall(r"^\| `(\w+)` \|", parts[relation.name], re.MULTILINE)
        assert names == [column.name for column in relation.columns]


def test_the_cells_of_a_table_are_as_many_in_every_row():
    for table in re.findall(r"(?:^\|.*\n)+", markdown(), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_every_question_is_on_the_page():
    assert re.findall(r"^### \d+\. (.+)$", markdown(), re.MULTILINE) == [e.question for e in EXAMPLES]
    assert len(EXAMPLES) == 10


def test_the_joins_on_the_page_find_rows(written_run):
    joins = re.findall(r"^FROM \w+ JOIN .*\)", markdown(), re.MULTILINE)
    with open_snapshot(written_run) as connection:
        counts = [connection.execute(f"SELECT count(*) {join}").fetchone()[0] for join in joins]
    assert counts == [60, 68, 68]


def test_duckdb_reads_shards_without_us_as_the_page_says(written_run):
    rows = eval(_line("duckdb", written_run), {"duckdb": duckdb})
    counts = rows.aggregate("round, count(*)").fetchall()
    assert sorted(counts) == [(0, 20), (1, 24), (2, 24)]


def test_pandas_reads_shards_without_us_as_the_page_says(written_run):
    rows = eval(_line("pandas", written_run), {"pandas": pandas})
    assert rows["round"].value_counts().to_dict() == {0: 20, 1: 24, 2: 24}


def _line(library, run):
    assert READERS[library] in markdown()
    return READERS[library].replace("runs/RUN", str(run.root))
