"""Answers made to be too much for the trusted side: they end as the program's fault, and never in its favour."""

from __future__ import annotations

from contextlib import closing

import pytest

from ssd_iter.execution import pool
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import Program
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=1.0, memory_mb=512)
FORGE = """
import os, struct
def f(x):
    payload = {payload}
    os.write(3, struct.pack("<I", len(payload)) + payload)
    os.read(0, 1)
    while True: pass
"""


def forged(payload):
    return FORGE.replace("{payload}", payload)


@pytest.fixture(scope="module")
def box(level):
    with closing(Pool(level, 1)) as box:
        yield box


@pytest.fixture
def ended(box):
    def run(code, check=None):
        cases = () if check else (TestCase((1,), 2),)
        program = Program(code=code, entry_point="f", check=check, cases=cases, limits=LIMITS)
        [(_, result)] = box.run([program])
        return result

    return run


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("def f(x): return range(10**12)", "wrong"),
        (forged("""b'["value", {"t": "range", "v": [0, 1000000000000, 1]}]'"""), "protocol"),
        (forged("""b'["value", {"t": "Fraction", "v": "1e999999999"}]'"""), "protocol"),
        (forged("""b'["value", {"t": "Decimal", "v": "1E+999999999"}]'"""), "protocol"),
        (forged("""b'["value", ' + b'[' * 800 + b']' * 800 + b']'"""), "wrong"),
        (forged("""b'["value", ' + b'[' * 90000 + b']' * 90000 + b']'"""), "protocol"),
        (forged("""b'["value", {"t": "dict", "v": [[[], 1]]}]'"""), "protocol"),
        (forged("""b'["value", ' + b'9' * 10**6 + b']'"""), "protocol"),
    ],
)
def test_an_answer_that_would_be_endless_work_is_none(ended, code, verdict):
    assert ended(code).verdict == verdict
    assert ended(code, "def check(f): assert list(f(1)) == [2]").verdict == verdict


def test_tests_that_make_too_much_of_an_answer_run_out_of_their_own_memory(ended):
    result = ended("def f(x): return 10**10", "def check(f): assert len([0] * f(1)) == 2")
    assert (result.verdict, result.detail[:11]) == ("wrong", "MemoryError")


def test_a_great_many_small_parts_are_read_within_the_limits(ended):
    assert ended("def f(x): return [[] for _ in range(10**6)]").verdict in ("wrong", "timeout:cpu")


def test_a_lower_limit_of_its_own_gains_a_program_nothing(ended):
    lower = "import resource\nresource.setrlimit(resource.{}, (1, 1))\ndef f(x):\n    while True: pass"
    assert ended(lower.format("RLIMIT_CPU")).verdict == "exception"
    assert ended(lower.format("RLIMIT_NOFILE")).verdict == "exception"


def test_what_may_be_asked_of_limits_is_still_answered(ended):
    code = "import resource\ndef f(x): return 2 + 0 * resource.getrlimit(resource.RLIMIT_CPU)[0]"
    assert ended(code).verdict == "pass"


def test_tests_that_nothing_can_interrupt_count_against_the_answer_that_keeps_them_busy(ended, monkeypatch):
    monkeypatch.setattr(pool, "_GRACE_SECONDS", -3.0)
    result = ended("def f(x): return 1 << 20_000_000", "def check(f): assert f(1) ** 50 % 10 == 2")
    assert (result.verdict, result.attempts) == ("timeout:wall", 2)
    assert "keep the tests busy" in result.detail
    assert result.behaviour_sha256 is not None
    assert ended("def f(x): return 2").verdict == "pass"
