"""What differs between two runs, and how far apart their results are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.compare import (
    Differing,
    Results,
    differing_facts,
    differing_fields,
    is_worse,
    number_rows,
    paired_changes,
    reservations,
    results_of,
    side_by_side,
)
from ssd_iter.exceptions import ConfigError
from ssd_iter.records import Execution
from ssd_iter.run.paths import RunPaths, read_json, write_json
from ssd_iter.run.shards import read_shards, write_shard
from stores.queries import Outcome

Call = Callable[..., subprocess.CompletedProcess[str]]

KEYS = st.sampled_from("abc")
SECTIONS = st.dictionaries(KEYS, st.integers(0, 2))
DOCUMENTS = st.dictionaries(KEYS, st.integers(0, 2) | SECTIONS | st.dictionaries(KEYS, SECTIONS))


def outcome(problem_id: str, num_passed: int, round: int = 0) -> Outcome:
    return Outcome(round, "T1-k0-p1-m64", "toy", problem_id, 4, num_passed)


def results(*passed: int, first: int = 0) -> Results:
    """One round; the n-th problem, counted from `first`, was solved so many times of four."""
    names = {f"toy/{i}": f"content {i}" for i in range(first, first + len(passed))}
    return results_of(names, [outcome(name, number) for name, number in zip(names, passed, strict=True)])


def test_fields_that_differ_are_listed_with_their_role_identity_first():
    a = {"name": "one", "rounds": 3, "train": {"learning_rate": 1e-5, "max_steps": None}}
    b = {"name": "two", "rounds": 4, "train": {"learning_rate": 2e-5, "max_steps": None}}
    assert differing_fields(a, b) == [
        Differing("identity", "train.learning_rate", 1e-5, 2e-5),
        Differing("operational", "name", "one", "two"),
        Differing("may grow", "rounds", 3, 4),
    ]


def test_a_fact_that_only_one_run_has_differs_from_none():
    assert differing_facts({"git": None}, {"git": {"dirty": True}}) == [
        Differing("provenance", "git.dirty", None, True)
    ]


def test_facts_that_repeat_the_config_are_left_out():
    a = {"config_digest": "1", "seeds": {"run": 1}, "python": "3.11.7"}
    b = {"config_digest": "2", "seeds": {"run": 2}, "python": "3.11.8"}
    assert [difference.key for difference in differing_facts(a, b)] == ["python"]


@given(DOCUMENTS)
def test_nothing_differs_from_itself(document):
    assert differing_facts(document, json.loads(json.dumps(document))) == []


@given(DOCUMENTS, DOCUMENTS)
def test_what_differs_one_way_differs_the_other_way(a, b):
    assert [(d.key, d.b, d.a) for d in differing_facts(b, a)] == [(d.key, d.a, d.b) for d in differing_facts(a, b)]


def test_the_change_is_b_less_a_over_the_problems_both_have():
    change = paired_changes(results(0, 1, 2, 3), results(2, 3, 4, first=1))[0]
    assert (change.mean, change.n) == (0.25, 3)


def test_problems_are_told_by_content_not_by_name():
    a = results_of({"old/1": "add", "old/2": "sort"}, [outcome("old/1", 1), outcome("old/2", 4)])
    b = results_of({"new/1": "sort", "new/2": "add"}, [outcome("new/1", 4), outcome("new/2", 1)])
    assert paired_changes(a, b)[0].mean == 0


def test_a_round_of_one_run_alone_has_no_change():
    assert paired_changes(results(1, 2), results_of({"toy/0": "content 0"}, [outcome("toy/0", 1, round=1)])) == {}


def test_like_is_compared_with_like_without_reservation():
    fields = [Differing("identity", key, 1, 2) for key in ("train.learning_rate", "sample.top_k", "evaluate.k")]
    workers = Differing("operational", "execution.workers", 1, 2)
    assert reservations([*fields, workers], results(1, 2), results(3, 4)) == []


@pytest.mark.parametrize("key", ["seed", "evaluate.temperature", "execution.cpu_seconds", "filter.extraction"])
def test_another_evaluation_is_a_reservation_that_names_the_field(key):
    (sentence,) = reservations([Differing("identity", key, 1, 2)], results(1, 2), results(1, 2))
    assert key in sentence


def test_other_problems_are_a_reservation_that_counts_the_shared():
    (sentence,) = reservations([], results(1, 2, 3), results(1, 2, first=1))
    assert "2 are evaluated in both, of A's 3 and B's 2" in sentence


def test_runs_without_a_common_problem_are_told_so_first():
    first, second = reservations([Differing("identity", "evaluate.top_k", 1, 2)], results(1, 2), results(1, 2, first=5))
    assert first.startswith("no problem is evaluated in both: A has 2 and B 2 of its own")
    assert second.startswith("not evaluated alike")


def test_numbers_stand_side_by_side_and_a_round_of_one_run_alone_has_a_gap():
    a, b = [{"round": 0, "pass@1": 0.1}], [{"round": 0, "pass@1": 0.2}, {"round": 1, "pass@1": 0.3}]
    assert side_by_side(a, b) == [
        {"number": "pass@1", "round": 0, "a": 0.1, "b": 0.2},
        {"number": "pass@1", "round": 1, "a": None, "b": 0.3},
    ]


@pytest.fixture
def changed_run(copied_run: RunPaths) -> RunPaths:
    """The finished run, saying that it was made at another temperature and on another Python."""
    resolved, provenance = read_json(copied_run.resolved), read_json(copied_run.provenance)
    resolved["config"]["evaluate"]["temperature"] = 1.5
    write_json(copied_run.resolved, resolved)
    write_json(copied_run.provenance, provenance | {"python": "3.99"})
    return copied_run


def compared(call: Call, a: RunPaths, b: RunPaths, *options: str) -> str:
    result = call(a, "compare", str(a.root), str(b.root), *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_run_compared_with_itself_shows_its_rounds_and_no_difference(finished_run: RunPaths, call: Call) -> None:
    told: dict[str, Any] = json.loads(compared(call, finished_run, finished_run, "--json"))
    assert {(row["round"], row["a"] == row["b"]) for row in told["numbers"]} == {(0, True), (1, True)}
    assert [(change["mean"], change["n"]) for change in told["changes"]] == [(0, 4), (0, 4)]
    assert told["reservations"] == told["differing"] == [] and told["problems"] == {"a": 4, "b": 4, "both": 4}
    assert "nothing differs" in compared(call, finished_run, finished_run, "--config")


def test_config_lists_what_differs_and_nothing_else(finished_run: RunPaths, changed_run: RunPaths, call: Call) -> None:
    told = json.loads(compared(call, finished_run, changed_run, "--config", "--json"))
    assert told.keys() == {"a", "b", "differing"}
    assert [(d["kind"], d["key"], d["b"]) for d in told["differing"]] == [
        ("identity", "evaluate.temperature", 1.5),
        ("provenance", "python", "3.99"),
    ]


def test_people_read_the_same_facts(finished_run: RunPaths, changed_run: RunPaths, call: Call) -> None:
    told = compared(call, finished_run, changed_run)
    assert "identity    evaluate.temperature: 0.9 -> 1.5" in told
    assert "Mind: not evaluated alike, which alone can move results: evaluate.temperature\n" in told
    assert "  pass@2" in told
    assert "round 1   ±0.0 points on every one of 4 problems" in told
    assert told.index("Mind: ") < told.index("  pass@1")


CHANGES = [{"round": 0, "kind": "worse", "mean": -0.2}, {"round": 1, "kind": "unclear", "mean": -0.1}]


@pytest.mark.parametrize(("fail_on", "fails"), [("worse", False), ("ever-worse", True)])
def test_worse_looks_at_the_last_round_and_ever_worse_at_all(fail_on, fails):
    assert is_worse(CHANGES, fail_on) is fails


def test_what_cannot_be_told_does_not_pass():
    with pytest.raises(ConfigError, match="cannot tell whether B is worse"):
        is_worse([], "worse")


def test_flat_rows_have_the_change_of_pass_at_1_and_of_nothing_else():
    known = {"value": 0.1, "low": 0.0, "high": 0.2}
    numbers = [
        {"number": "pass@1", "round": 0, "a": known, "b": None},
        {"number": "verdict", "round": 0, "a": "OK", "b": "WARN"},
    ]
    first, second = number_rows(numbers, [{"round": 0, "mean": -0.1, "low": -0.2, "high": 0.0}])
    assert list(first.values()) == ["pass@1", 0, 0.1, 0.0, 0.2, None, None, None, -0.1, -0.2, 0.0]
    assert list(second.values()) == ["verdict", 0, "OK", None, None, "WARN", None, None, None, None, None]


@pytest.fixture
def solving_run(copied_run: RunPaths) -> RunPaths:
    """The finished run, all of whose samples pass: the tiny model solves nothing."""
    for file in copied_run.shard_files("executions"):
        write_shard(file, [replace(row, verdict="pass") for row in read_shards([file], Execution)], Execution)
    copied_run.database.unlink()
    return copied_run


def test_a_gate_fails_where_b_is_worse_and_says_the_same(
    finished_run: RunPaths, solving_run: RunPaths, call: Call
) -> None:
    runs = [str(solving_run.root), str(finished_run.root)]
    worse = call(finished_run, "compare", *runs, "--fail-on", "worse")
    assert (worse.returncode, "100.0 points" in worse.stdout) == (4, True)
    assert call(finished_run, "compare", *reversed(runs), "--fail-on", "ever-worse").returncode == 0


def test_the_numbers_come_as_csv_and_for_a_paper(finished_run: RunPaths, solving_run: RunPaths, call: Call) -> None:
    lines = compared(call, solving_run, finished_run, "--format", "csv").splitlines()
    assert lines[0] == "number,round,a,a_low,a_high,b,b_low,b_high,change,change_low,change_high"
    assert any(line.startswith("pass@1,1,") and line.endswith(",-1.0,-1.0,-1.0") for line in lines)
    assert "pass@1 & 1 & " in compared(call, solving_run, finished_run, "--format", "latex")
    refused = call(finished_run, "compare", finished_run.run_id, finished_run.run_id, "--config", "--format", "csv")
    assert refused.returncode == 2


def test_a_run_that_is_not_there_is_said_so(finished_run: RunPaths, call: Call) -> None:
    result = call(finished_run, "compare", finished_run.run_id, "nobody")
    assert (result.returncode, "nobody" in result.stderr) == (3, True)
