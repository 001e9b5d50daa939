"""What is read from the tables is what was written to the shards."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime

import pytest

from ssd_iter.records import Finding, ProblemCounts, Round
from ssd_iter.run.shards import write_shard
from stores.queries import read_findings, read_rounds
from stores.run_store import RunStore
from stores.snapshot import open_snapshot

FOUND = Finding(
    run_id="demo-1", round=2, name="warn", severity="warning", message="m", metric="pass_at_1", reference="round 1",
    effect=0.05, low=0.01, high=0.09, p=0.002, problems=("set/1", "set/2"), evidence_json="{}",
)  # fmt: skip
UNTESTED = Finding(
    run_id="demo-1", round=2, name="note", severity="info", message="m", metric=None, reference=None, effect=None,
    low=None, high=None, p=None, problems=(), evidence_json='{"n": 3}',
)  # fmt: skip
COUNTED = ProblemCounts(
    run_id="demo-1", round=2, purpose="resample", decode_id="T1", problem_set="set", problem_id="set/1", n=20, c=7,
    extracted=19, classes=(12, 7), correct_classes=(7,), behaviour_classes=(12, 6),
)  # fmt: skip
ENDED = Round(
    run_id="demo-1", round=2, parent_round=0, sampled_from_round=0, trained_from_round=0, data_rounds=(1, 2),
    status="finished", verdict="DIVERSITY_COLLAPSE", started_at=datetime(2026, 11, 21, tzinfo=UTC),
    finished_at=datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture(params=["shards", "database"])
def written(request, paths, write_graded):
    """Rows of the tables, in the shards alone or in the database too."""

    def write(table, *rows):
        write_graded("p1", "pass")
        write_shard(paths.shard(table, 2, "round"), rows, type(rows[0]))
        if request.param == "database":
            RunStore(paths).ingest()
        return open_snapshot(paths)

    return write


def test_findings_come_back_with_and_without_a_test(written):
    with written("findings", FOUND, UNTESTED) as connection:
        assert read_findings(connection, "demo-1") == [UNTESTED, FOUND]


def test_rounds_come_back_with_their_verdict(written):
    with written("rounds", ENDED) as connection:
        assert read_rounds(connection, "demo-1") == [ENDED]


def test_counts_can_be_asked_for_in_sql(written):
    with written("problem_counts", COUNTED) as connection:
        (row,) = connection.execute("SELECT * EXCLUDE shard FROM problem_counts").fetchall()
    assert row == tuple(list(value) if isinstance(value, tuple) else value for value in astuple(COUNTED))
