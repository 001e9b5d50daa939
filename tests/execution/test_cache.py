"""Verdicts that are known are not found out again; a cache that is broken costs nothing else."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.execution.cache import NOT_KEPT, VerdictCache
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program, TestOutcome
from ssd_iter.execution.sandbox import execute, verdict_key
from ssd_iter.problems.base import TestCase

PROGRAM = Program(code="def f(x): return 2", entry_point="f", cases=(TestCase((1,), 2),))
PASS = ExecutionResult(verdict="pass", detail="", num_tests=1, num_passed=1, tests=(TestOutcome("pass"),))
VERDICTS = st.sampled_from(
    ["pass", "wrong", "exception", "timeout:cpu", "memory", "crash", "exit", "protocol", "syntax"]
)
SECONDS = st.floats(0, 1e6)
DETAILS = st.text(st.characters(exclude_categories=()), max_size=300)
RESULTS = st.builds(
    ExecutionResult,
    verdict=VERDICTS,
    detail=DETAILS,
    num_tests=st.integers(0, 1000),
    num_passed=st.integers(0, 1000),
    cpu_seconds=SECONDS,
    wall_seconds=SECONDS,
    max_rss_mb=SECONDS,
    attempts=st.integers(1, 3),
    doubtful=st.booleans(),
    behaviour_sha256=st.none() | st.just("ab" * 32),
    tests=st.lists(st.builds(TestOutcome, VERDICTS, DETAILS, SECONDS), max_size=3).map(tuple),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "verdicts.sqlite"


@pytest.fixture
def open_cache(path):
    """Caches on one file, all closed at the end."""
    opened = []

    def open_one(at=path):
        opened.append(VerdictCache(at))
        return opened[-1]

    yield open_one
    for cache in opened:
        cache.close()


@pytest.fixture
def ran(monkeypatch):
    """The programs that came to be run; each ends as `ran.result` says."""

    class Ran(list):
        result = PASS

    class Pool:
        def __init__(self, level, size):
            self.size = size

        def run(self, programs):
            for index, program in enumerate(programs):
                ran.append(program)
                yield index, ran.result

        def close(self):
            pass

    ran = Ran()
    monkeypatch.setattr("ssd_iter.execution.sandbox.Pool", Pool)
    return ran


def results_of(programs, cache, isolation="ns"):
    return dict(execute(programs, isolation=isolation, workers=2, cache=cache))


def test_a_program_is_run_once_and_known_ever_after(ran, open_cache):
    first = results_of([PROGRAM], open_cache())[0]
    again = results_of([PROGRAM], open_cache())[0]
    assert ran == [PROGRAM]
    assert (first.cached, again.cached) == (False, True)
    assert replace(again, cached=False) == first


def test_the_same_program_twice_in_one_go_is_run_once(ran):
    other = replace(PROGRAM, code="def f(x): return 3")
    found = results_of([PROGRAM, other, PROGRAM, PROGRAM], None)
    assert ran == [PROGRAM, other]
    assert [found[index].cached for index in range(4)] == [False, False, True, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "def f(x): return 2 "},
        {"entry_point": "g"},
        {"preamble": "import math"},
        {"cases": (TestCase((1,), 3),)},
        {"cases": (TestCase((1,), True),)},
        {"cases": (TestCase((2,), 2),)},
        {"cases": (TestCase((1,), 2), TestCase((1,), 2))},
        {"cases": (), "check": "def check(candidate): pass"},
        {"cases": (), "check": "def check(candidate): pass", "inproc": True},
        {"style": "stdin", "cases": (TestCase(("1",), "2"),)},
        {"comparison": "close"},
        {"all_tests": True},
        {"limits": Limits(cpu_seconds=2)},
        {"limits": Limits(cpu_seconds=3.0000001)},
        {"limits": Limits(memory_mb=512)},
        {"limits": Limits(output_mb=1)},
        {"limits": Limits(answer_mb=1)},
        {"limits": Limits(per_test=True)},
        {"limits": Limits(recursion_limit=1000)},
        {"limits": Limits(int_digits=0)},
    ],
    ids=str,
)
def test_whatever_could_change_the_verdict_makes_it_unknown(ran, open_cache, changes):
    changed = replace(PROGRAM, **changes)
    results_of([PROGRAM], open_cache())
    assert not results_of([changed], open_cache())[0].cached
    assert ran == [PROGRAM, changed]


@pytest.mark.parametrize("change", ["ssd_iter.execution.sandbox.SANDBOX_VERSION", "platform.python_version"])
def test_another_level_python_or_sandbox_knows_nothing(monkeypatch, change):
    before = {verdict_key(PROGRAM, level) for level in ("ns", "lsm", "container", "process")}
    monkeypatch.setattr(change, "x" if change.isupper() or "VERSION" in change else lambda: "x")
    assert len(before) == 4
    assert verdict_key(PROGRAM, "ns") not in before


def test_a_case_that_the_model_may_see_is_the_same_test():
    shown = replace(PROGRAM, cases=(TestCase((1,), 2, visible=True),))
    assert verdict_key(shown, "ns") == verdict_key(PROGRAM, "ns")


@pytest.mark.parametrize("verdict", NOT_KEPT)
def test_what_another_day_may_end_otherwise_is_not_kept(ran, open_cache, verdict):
    ran.result = replace(PASS, verdict=verdict)
    assert not any(results_of([PROGRAM], open_cache())[0].cached for _ in range(2))
    assert ran == [PROGRAM, PROGRAM]


def test_verdicts_are_kept_where_the_iterator_is_closed_early(ran, open_cache):
    programs = [replace(PROGRAM, code=f"def f(x): return {i}") for i in range(9)]
    running = execute(programs, isolation="ns", workers=1, cache=open_cache())
    known = [next(running)[0] for _ in range(3)]
    running.close()
    assert sum(result.cached for result in results_of(programs, open_cache()).values()) == len(known) == 3


def test_many_programs_are_looked_up_and_kept(ran, open_cache):
    programs = [replace(PROGRAM, code=f"def f(x): return {i}") for i in range(1203)]
    results_of(programs, open_cache())
    again = results_of(programs[::-1], open_cache())
    assert len(ran) == len(again) == 1203
    assert all(result.cached for result in again.values())


@given(st.lists(RESULTS, max_size=4))
def test_results_come_back_as_they_were(tmp_path_factory, results):
    path = tmp_path_factory.getbasetemp() / "shared.sqlite"
    keyed = {f"{next(SERIAL)}": result for result in results}
    writer, reader = VerdictCache(path), VerdictCache(path)
    writer.keep(keyed.items())
    assert reader.look_up([*keyed, "unknown"]) == keyed
    assert writer.problem == reader.problem == ""
    writer.close()
    reader.close()


SERIAL = count()


def test_two_caches_on_one_file_see_what_either_keeps(open_cache):
    one, other = open_cache(), open_cache()
    one.keep([("a", PASS), ("b", PASS)])
    other.keep([("b", replace(PASS, detail="later")), ("c", PASS)])
    expected = {"a": PASS, "b": replace(PASS, detail="later"), "c": PASS}
    assert one.look_up("abcd") == other.look_up("abcd") == expected
    assert one.problem == other.problem == ""


def test_one_that_waits_too_long_for_another_leaves_it_alone(monkeypatch, path, open_cache):
    monkeypatch.setattr("ssd_iter.execution.cache._WAIT_SECONDS", 0.01)
    first, second = open_cache(), open_cache()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    second.keep([("a", PASS)])
    holder.execute("ROLLBACK")
    holder.close()
    assert "locked" in second.problem and second.look_up("a") == {}
    assert first.look_up("a") == {} and not first.problem


BROKEN = {
    "no database": lambda path: path.write_bytes(b"no database at all, but long enough to be looked at" * 99),
    "torn": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(50)),
    "a folder": lambda path: path.mkdir(),
    "of other columns": lambda path: filled(path, "CREATE TABLE verdicts (other INT)"),
    "no JSON": lambda path: filled(path, TABLE, "INSERT INTO verdicts VALUES ('a', 'x')"),
    "other JSON": lambda path: filled(path, TABLE, "INSERT INTO verdicts VALUES ('a', '[1]')"),
    "other fields": lambda path: filled(path, TABLE, """INSERT INTO verdicts VALUES ('a', '{"tests": [], "x": 1}')"""),
    "null": lambda path: filled(path, TABLE, "INSERT INTO verdicts VALUES ('a', 'null')"),
    "bytes": lambda path: filled(path, TABLE, "INSERT INTO verdicts VALUES ('a', x'ff')"),
    "no text": lambda path: filled(path, TABLE, "INSERT INTO verdicts VALUES ('a', CAST(x'ff' AS TEXT))"),
}
TABLE = "CREATE TABLE verdicts (key TEXT PRIMARY KEY, result TEXT NOT NULL)"


def filled(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_used_is_left_alone_and_said(ran, path, open_cache, spoil):
    path.parent.mkdir()
    spoil(path)
    cache = open_cache()
    assert cache.look_up(["a"]) == {}
    cache.keep([("a", PASS)])
    assert f"left alone ({path}" in cache.problem
    assert results_of([PROGRAM], cache)[0].verdict == "pass"


def test_a_place_that_cannot_be_written_is_left_alone_and_said(ran, tmp_path, open_cache):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "verdicts.sqlite", "/proc/verdicts.sqlite"):
        cache = open_cache(type(tmp_path)(place))
        assert results_of([PROGRAM], cache)[0] == PASS
        assert "left alone" in cache.problem


def test_a_cache_may_be_closed_twice_and_asked_afterwards(open_cache):
    cache = open_cache()
    cache.close()
    cache.close()
    cache.keep([("a", PASS)])
    assert cache.look_up(["a"]) == {}
