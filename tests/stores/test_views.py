"""The views: pass@k as published, failures counted as failures."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from fractions import Fraction
from math import comb

import pytest

from ssd_iter.records import FilterVerdict, Metric, Round, Sample, SampleKey
from ssd_iter.run.shards import read_shards, write_shard
from stores.connection import open_database, open_memory
from stores.run_store import RunStore
from stores.schema import migrate
from stores.snapshot import open_snapshot

PASS_AT_K = "SELECT problem_set, k, pass_at_k, num_problems, num_graded, num_ungraded FROM v_pass_at_k ORDER BY ALL"


@pytest.fixture
def ask(paths):
    """Answers a query."""

    def answer(sql: str) -> list[tuple]:
        with open_snapshot(paths) as connection:
            return connection.execute(sql).fetchall()

    return answer


def test_pass_at_k_equals_exact_fractions():
    numbers = "SELECT n, c, k, pass_at_k(n, c, k) FROM range(1, 26) a(n), range(0, n + 1) b(c), range(1, n + 1) d(k)"
    with open_memory() as connection:
        migrate(connection)
        for n, c, k, value in connection.execute(numbers).fetchall():
            assert value == pytest.approx(float(1 - Fraction(comb(n - c, k), comb(n, k))), abs=1e-14)


@pytest.mark.parametrize("arguments", ["3, 1, 4", "3, 4, 1", "3, -1, 1", "3, 1, 0", "NULL, 1, 1", "0, 0, 1"])
def test_pass_at_k_is_null_where_it_is_not_defined(arguments):
    with open_memory() as connection:
        migrate(connection)
        assert connection.execute(f"SELECT pass_at_k({arguments})").fetchall() == [(None,)]


def test_a_problem_without_a_pass_counts_as_zero(ask, write_graded):
    write_graded("p1", "pass", "pass")
    write_graded("p2", "wrong", "wrong")
    assert ("humaneval", 1, 0.5, 2, 4, 0) in ask(PASS_AT_K)
    assert ("all", 2, 0.5, 2, 4, 0) in ask(PASS_AT_K)


def test_no_code_is_a_fail(ask, write_graded):
    write_graded("p1", "pass", "no_code")
    assert ask(PASS_AT_K)[0] == ("all", 1, 0.5, 1, 2, 0)


@pytest.mark.parametrize("verdict", ["sandbox_error", None])
def test_a_sandbox_error_or_no_execution_is_ungraded_not_a_fail(ask, write_graded, verdict):
    write_graded("p1", "pass", verdict)
    assert ask(PASS_AT_K) == [("all", 1, 1.0, 1, 1, 1), ("humaneval", 1, 1.0, 1, 1, 1)]


def test_pass_at_k_is_undefined_while_a_problem_has_fewer_graded_samples(ask, write_graded):
    write_graded("p1", "pass", "wrong")
    write_graded("p2", "pass", "sandbox_error")
    assert ask(PASS_AT_K)[:2] == [("all", 1, 0.75, 2, 3, 1), ("all", 2, None, 2, 3, 1)]


@pytest.mark.parametrize("view", ["v_pass_at_k", "v_samples", "v_rounds", "v_changes", "v_flips"])
def test_a_view_says_the_same_from_shards_and_from_the_database(ask, write_graded, paths, view):
    write_graded("p1", "pass", "wrong")
    from_shards = ask(f"FROM {view} ORDER BY ALL")
    RunStore(paths).ingest()
    assert ask(f"FROM {view} ORDER BY ALL") == from_shards
    write_graded("p2", "wrong", "no_code")
    from_both = ask(f"FROM {view} ORDER BY ALL")
    RunStore(paths).ingest()
    with open_database(paths.database, 1) as connection:
        assert connection.execute(f"FROM {view} ORDER BY ALL").fetchall() == from_both


def test_problem_sets_are_averaged_apart_and_over_all_problems_together(ask, write_graded):
    write_graded("p1", "pass", problem_set="humaneval")
    write_graded("p2", "wrong", problem_set="mbpp")
    write_graded("p3", "wrong", problem_set="mbpp")
    values = {row[0]: row[2] for row in ask(PASS_AT_K)}
    assert values == {"humaneval": 1.0, "mbpp": 0.0, "all": pytest.approx(1 / 3)}


def test_samples_come_without_long_text_and_with_both_kinds_of_verdict(ask, write_graded, paths):
    write_graded("p1", "pass", None)
    sample = read_shards(paths.shard_files("samples"), Sample)[1]
    key = {field.name: getattr(sample, field.name) for field in fields(SampleKey)}
    verdict = FilterVerdict(
        **key, problem_set="humaneval", non_empty=True, closed_fence=False, extraction="no_code:none", parses=False,
        complete=True, code=None, code_sha256=None, normal_sha256=None, keep=False, reason="syntax",
    )  # fmt: skip
    write_shard(paths.shard("filter_verdicts", 0, "filter"), [verdict], FilterVerdict)
    rows = ask("SELECT extraction, keep, reason, verdict FROM v_samples ORDER BY sample_idx")
    assert rows == [("ok", None, None, "pass"), ("no_code:none", False, "syntax", None)]
    columns = {row[0] for row in ask("DESCRIBE v_samples")}
    assert not columns & {"prompt", "completion", "prompt_token_ids", "completion_token_ids", "code"}


def test_rounds_show_their_headline_metrics_over_all_problem_sets(ask, paths):
    def metric(name: str, problem_set: str, value: float | None) -> Metric:
        return Metric(
            run_id="demo-1", round=1, name=name, purpose="eval", problem_set=problem_set, value=value, low=None,
            high=None, n=10,
        )  # fmt: skip

    metrics = [metric("pass_at_1", "all", 0.25), metric("pass_at_1", "mbpp", 0.9), metric("pass_at_10", "all", 0.5)]
    write_shard(paths.shard("metrics", 1, "flow"), metrics, Metric)
    write_rounds(paths, {0: None, 1: 0})
    rows = ask("SELECT round, parent_round, verdict, pass_at_1, largest_k, pass_at_largest_k FROM v_rounds")
    assert rows == [(0, None, "OK", None, None, None), (1, 0, "OK", 0.25, 10, 0.5)]


def test_changes_are_told_since_the_round_that_a_round_follows_and_flips_are_those_across_0(ask, write_graded, paths):
    for round, passed in enumerate(("wrong", "pass", "wrong", "wrong", "pass")):
        write_graded("p1", passed, "pass", round=round)
        write_graded("p2", "wrong", "wrong" if round < 4 else "pass", round=round)
    write_rounds(paths, {0: None, 1: 0, 2: 1, 3: 2, 4: 1})
    columns = "round, parent_round, problem_id, solved_before, solved_now, gained"
    rows = ask(f"SELECT {columns} FROM v_changes")
    assert rows == [(1, 0, "p1", 1, 2, 1), (2, 1, "p1", 2, 1, -1), (4, 1, "p2", 0, 1, 1)]
    assert ask(f"SELECT {columns} FROM v_flips") == rows[2:]


def test_a_problem_that_the_sandbox_lost_is_not_newly_lost(ask, write_graded, paths):
    write_graded("p1", "pass")
    write_graded("p1", "sandbox_error", round=1)
    write_rounds(paths, {0: None, 1: 0})
    assert ask("FROM v_changes") == []


def test_fresh_samples_of_a_second_look_are_no_flips_and_have_a_pass_rate_of_their_own(ask, write_graded, paths):
    write_graded("p1", "pass", "wrong")
    write_graded("p1", "pass", "wrong", round=1)
    write_graded("p1", "pass", "pass", "pass", "wrong", round=1, purpose="resample")
    write_rounds(paths, {0: None, 1: 0})
    assert ask("FROM v_flips") == []
    rates = ask("SELECT purpose, pass_at_k FROM v_pass_at_k WHERE round = 1 AND k = 1 AND problem_set = 'all'")
    assert sorted(rates) == [("eval", 0.5), ("resample", 0.75)]


def test_a_round_that_has_not_ended_has_no_flips_yet(ask, write_graded, paths):
    write_graded("p1", "wrong")
    write_graded("p1", "pass", round=1)
    write_rounds(paths, {0: None})
    assert ask("FROM v_flips") == []


def write_rounds(paths, parents):
    """Rounds that have ended, each with the round it follows."""
    ended = datetime(2026, 11, 21, tzinfo=UTC)
    rounds = [
        Round(
            run_id="demo-1", round=number, parent_round=parent, sampled_from_round=parent, trained_from_round=parent,
            data_rounds=(), status="finished", verdict="OK", started_at=ended, finished_at=ended,
        )
        for number, parent in parents.items()
    ]  # fmt: skip
    write_shard(paths.shard("rounds", 0, "flow"), rounds, Round)
