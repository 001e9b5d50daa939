"""Programs that read and print, and LiveCodeBench's own way of running and grading."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from textwrap import dedent

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.5, output_mb=1)
SUM = ("1 2\n3\n", "6\n")


@pytest.fixture(scope="module")
def sandbox(level):
    with closing(Sandbox(level, 1)) as opened:
        yield opened


@pytest.fixture
def run(sandbox):
    """The result of a program on pairs of input and output."""

    def run_program(code, *pairs, comparison="exact", limits=LIMITS, all_tests=False):
        program = Program(
            code=dedent(code),
            entry_point="",
            style="stdin",
            cases=tuple(TestCase((given,), expected) for given, expected in pairs),
            comparison=comparison,
            limits=limits,
            all_tests=all_tests,
        )
        [(_, result)] = sandbox.run([program])
        return result

    return run_program


@pytest.fixture
def call(sandbox):
    """The result of a solution `f` on pairs of arguments and answer, our way or LiveCodeBench's."""

    def call_function(code, *pairs, comparison="exact"):
        cases = tuple(TestCase(args, expected) for args, expected in pairs)
        program = Program(code=dedent(code), entry_point="f", cases=cases, comparison=comparison, limits=LIMITS)
        [(_, result)] = sandbox.run([program])
        return result

    return call_function


@pytest.mark.parametrize(
    "code",
    [
        "a, b = map(int, input().split())\nprint(a + b + int(input()))",
        "import sys\nprint(sum(map(int, sys.stdin.read().split())))",
        "import sys\nprint(sum(int(word) for line in sys.stdin for word in line.split()))",
        "import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))",
        "import sys\nread = sys.stdin.buffer.readline\nprint(sum(map(int, (read() + read()).split())))",
        "import sys\ninput = lambda: sys.stdin.readline()\nprint(sum(map(int, (input() + input()).split())))",
        "print(sum(map(int, open(0).read().split())))",
        "import os\nprint(sum(map(int, os.read(0, 99).split())))",
        "import fileinput\nprint(sum(int(word) for line in fileinput.input() for word in line.split()))",
    ],
)
def test_every_way_of_reading_works(run, code):
    assert run(code, SUM).verdict == "pass"


@pytest.mark.parametrize(
    "code",
    [
        "print(6)",
        "import sys\nsys.stdout.write('6')",
        "import sys\nsys.stdout.buffer.write(b'6')",
        "import os\nos.write(1, b'6')",
        "import atexit\natexit.register(print, 6)",
        "import threading\nthreading.Thread(target=print, args=(6,)).start()",
        "import threading, time\nthreading.Timer(0.05, print, (6,)).start()",
        "import io, sys\nout, sys.stdout = sys.stdout, io.StringIO()\nprint(6)\nout.write(sys.stdout.getvalue())",
        "import io, os, sys\nsys.stdout = io.TextIOWrapper(open(1, 'wb', closefd=False))\nprint(6)",
        "print(6, end='', flush=True)\nprint('oops', file=__import__('sys').stderr)",
        "if __name__ == '__main__':\n    print(6)",
        "def main():\n    global total\n    total = 6\n    print(total)\nmain()",
        "import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return f(n - 1) if n else 6\nprint(f(3000))",
        "print(6)\nexit(0)",
        "print(6)\nexit()",
        "print(6)\nquit()",
        "import sys\nprint(6)\nsys.exit()",
        "print(6)\nraise SystemExit(None)",
    ],
)
def test_every_way_of_printing_and_ending_well_works(run, code):
    result = run(code, SUM)
    assert (result.verdict, result.detail) == ("pass", "")


@pytest.mark.parametrize(
    ("code", "verdict", "detail"),
    [
        ("print(6)\nexit(1)", "exit", "SystemExit: 1"),
        ("print(6)\nimport sys\nsys.exit('no')", "exit", "SystemExit: no"),
        ("print(6)\n1 / 0", "exception", "ZeroDivisionError: division by zero"),
        ("print(6)\nassert False", "exception", "AssertionError"),
        ("print(6, flush=True)\nimport os\nos._exit(0)", "exit", "left with status 0"),
        ("print(6, flush=True)\nimport os\nos.abort()", "crash", "ended by signal"),
        ("print(6", "syntax", "SyntaxError: "),
        ("print('\\0')\x00", "syntax", ""),
        ("print(input(), input(), input())", "exception", "EOFError"),
        ("print(5)", "wrong", "printed '5\\n', expected '6\\n'"),
        ("", "wrong", "printed '', expected"),
        ("while True: pass", "timeout:cpu", "over 0.5 s of CPU time"),
        ("import threading\nwhile True: print(6) or threading.Event().wait()", "timeout:wall", "over 1.5 s of wall"),
        ("print([0] * 10**12)", "memory", "MemoryError"),
        ("print(6)\nimport threading\nthreading.Thread(target=lambda: 1 / 0).start()", "pass", ""),
    ],
)
def test_right_output_is_not_enough_where_the_end_is_not(run, code, verdict, detail):
    result = run(code, SUM)
    assert result.verdict == verdict
    assert result.detail.startswith(detail)


def test_each_case_is_a_process_of_its_own(run):
    code = "import math\nmath.seen = getattr(math, 'seen', 0) + 1\nopen('seen', 'a').write('x') and 0\nprint(math.seen)"
    assert run(code, ("", "1"), ("", "1"), ("", "1")).num_passed == 3


def test_it_stops_at_the_first_case_that_fails(run):
    result = run("print(input())", ("1", "1"), ("2", "3"), ("4", "4"))
    assert [test.verdict for test in result.tests] == ["pass", "wrong"]
    assert (result.num_tests, result.num_passed) == (3, 1)


def test_it_goes_on_where_all_are_wanted_whatever_happens_in_one(run):
    code = "n = int(input())\nif n == 2: __import__('os')._exit(3)\nif n == 3: 1 / 0\nprint(n)"
    pairs = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "5"), ("5", "5")]
    result = run(code, *pairs, all_tests=True)
    assert [test.verdict for test in result.tests] == ["pass", "exit", "exception", "wrong", "pass"]
    assert (result.verdict, result.num_passed) == ("exit", 2)


@pytest.mark.parametrize(
    "code",
    [
        "while True: print('x' * 10**5)",
        "import os\nwhile True: os.write(1, b'x' * 10**5)",
        "print('x' * 2 * 10**6)",
    ],
)
def test_a_flood_of_output_is_cut_off(run, code):
    result = run(code, SUM)
    assert result.verdict == "output_limit"
    assert len(result.detail) <= 300


def test_the_limit_of_time_is_for_each_case(run):
    burn = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint(6)"
    assert run(burn, *[("", "6")] * 4).verdict == "pass"


def test_text_of_every_kind_crosses(run):
    echo = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())"
    text = "\u00e4\u6f22\U0001f600\0\x7f\n\n  x"
    assert run(echo, (text, text)).verdict == "pass"
    assert run("print(input() == 'ä漢')", ("ä漢", "True")).verdict == "pass"
    assert run("print('\\ud800')", ("", "\\ud800")).verdict == "pass"


@pytest.mark.parametrize(
    ("comparison", "verdicts"),
    [("exact", ["wrong", "wrong"]), ("tokens", ["pass", "wrong"]), ("close", ["pass", "pass"])],
)
def test_the_comparison_decides_how_output_is_read(run, comparison, verdicts):
    spaced, counted = (run(f"print({out!r})", ("", "1 2"), comparison=comparison) for out in ("1  2", "1.0 2.0"))
    assert [spaced.verdict, counted.verdict] == verdicts


@pytest.mark.parametrize(
    ("code", "ours", "theirs"),
    [
        (
            "import sys\ninput = sys.stdin.buffer.readline\nprint(sum(map(int, input().split())) + int(input()[:1]))",
            "pass",
            "wrong",
        ),
        ("total = 0\ndef add():\n    global total\n    total += 6\nadd()\nprint(total)", "pass", "exception"),
        ("print(6)\nraise SystemExit(1)", "exit", "pass"),
        ("print(6)\nexit()", "pass", "pass"),
        ("print('6.0')", "wrong", "pass"),
        ("import sys\nprint(sum(map(int, (sys.stdin.read() + sys.stdin.read()).split())))", "pass", "wrong"),
        ("a, b = map(int, input().split())\nprint(a + b + int(input()))", "pass", "pass"),
        ("if __name__ == '__main__':\n    print(6)", "pass", "pass"),
        ("print(6", "syntax", "syntax"),
        ("", "wrong", "wrong"),
    ],
)
def test_livecodebench_runs_a_program_in_its_own_way(run, code, ours, theirs):
    assert [run(code, SUM, comparison=comparison).verdict for comparison in ("exact", "livecodebench")] == [
        ours,
        theirs,
    ]


@pytest.mark.parametrize(
    ("code", "pairs", "ours", "theirs"),
    [
        ("class Solution:\n    def f(self, x): return x + 1", [((1,), 2)], "pass", "pass"),
        ("def f(x): return x + 1\nclass Solution: pass", [((1,), 2)], "pass", "pass"),
        (
            "class Solution:\n    def __init__(self): self.n = [1]\n    def f(self):\n        return self.n.pop()",
            [((), 1), ((), 1)],
            "pass",
            "exception",
        ),
        (
            "class Solution:\n    seen = 0\n    def f(self):\n        self.seen += 1\n        return self.seen",
            [((), 1), ((), 2)],
            "wrong",
            "pass",
        ),
        ("class Solution:\n    @staticmethod\n    def f(x): return x", [((1,), 1)], "pass", "pass"),
        ("def f(): return (1, 2)", [((), [1, 2])], "pass", "pass"),
        ("def f(): return [(1, 2)]", [((), [[1, 2]])], "pass", "wrong"),
        ("def f(): return True", [((), 1)], "wrong", "pass"),
        ("class Solution:\n    def g(self): return 1", [((), 1)], "exception", "exception"),
        (
            "class Solution:\n    def __init__(self, x): pass\n    def f(self): return 1",
            [((), 1)],
            "exception",
            "exception",
        ),
    ],
)
def test_livecodebench_calls_a_solution_in_its_own_way(call, code, pairs, ours, theirs):
    assert [call(code, *pairs, comparison=c).verdict for c in ("exact", "livecodebench")] == [ours, theirs]


def test_where_the_limits_are_for_each_test_time_adds_up_for_none(sandbox):
    burn = "import time\nspent = time.process_time\ndef f(x):\n    end = spent() + 0.3\n    while spent() < end: 1"
    cases = tuple(TestCase((x,), None) for x in range(3))
    together = Program(code=burn, entry_point="f", cases=cases, limits=LIMITS)
    each = replace(together, limits=replace(LIMITS, per_test=True))
    results = dict(sandbox.run([together, each]))
    assert [results[i].verdict for i in range(2)] == ["timeout:cpu", "pass"]
