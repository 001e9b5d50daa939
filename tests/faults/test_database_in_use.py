"""A notebook that holds the run's database while the run goes on: nothing waits for it for long, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from faultkit import keys, left_over, unlike
from forks import Zygote

from ssd_iter.run.paths import RunPaths
from stores.run_store import RunStore
from stores.sql_console import run_query

pytestmark = pytest.mark.faults

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reading")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_a_database_that_a_notebook_holds_catches_up_later(
    how: str,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "grade")
    RunStore(paths).ingest()
    command = [sys.executable, "-c", HOLD, str(paths.database), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as notebook:
        assert notebook.stdout is not None and notebook.stdout.readline() == "ready\n"
        ended = zygote.resume(paths)
        notebook.communicate()
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    RunStore(paths).ingest()
    assert {table: run_query(paths, f"SELECT count(*) FROM {table}").rows[0][0] for table in keys(paths)} == keys(paths)
    assert left_over(paths) == []
    outcome(f"database held by a notebook ({how})", 1, "the run goes on; the database catches up at the next chance")
