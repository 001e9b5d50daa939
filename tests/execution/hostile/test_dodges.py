"""Programs that want not to be counted: to end as a fault of the sandbox or of the tests, or to hang the harness."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import Program
from ssd_iter.problems.base import TestCase

COLLIDING = """
import itertools
row = b'{"t":"tuple","v":[' + b",".join([b"-1"] * 17) + b"]},"
def f(x):
    rows = [row.replace(b"-1", b"-%d") % pair for pair in itertools.islice(itertools.product((1, 2), repeat=17), 90000)]
    frame(b'["value", {"t": "set", "v": [' + b"".join(rows)[:-1] + b"]}]")
    block()
"""

KILLED = {
    "a lower limit of CPU time": (
        "import resource\ndef f(x):\n    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))\n    while 1: pass"
    ),
    "a lower limit by prlimit": (
        "import resource\ndef f(x):\n    resource.prlimit(0, resource.RLIMIT_CPU, (0, 0))\n    while 1: pass"
    ),
    "a lower limit past Python": (
        "import ctypes, struct\ndef f(x):\n"
        "    ctypes.CDLL(None).setrlimit(0, struct.pack('QQ', 0, 0))\n    while 1: pass"
    ),
    "all limits at nothing": (
        "import resource\ndef f(x):\n    for kind in range(16): resource.setrlimit(kind, (0, 0))\n    while 1: pass"
    ),
    "a signal to itself": "import signal\ndef f(x): signal.raise_signal(9)",
    "a timer that kills": (
        "import ctypes, struct, time\n"
        "def f(x):\n    event = struct.pack('QiiQQQQQQ', 0, 9, 0, 0, 0, 0, 0, 0, 0)\n"
        "    ctypes.CDLL(None).syscall(222, 0, event, bytes(8))\n    time.sleep(60)"
    ),
    "a leader that leaves": "import ctypes\ndef f(x): ctypes.CDLL(None).syscall(60, 9)",
}

ANSWERS = {
    "a group of exceptions": "def f(x): raise ExceptionGroup('a', [ValueError()])",
    "a deep list": "def f(x):\n    a = []\n    for _ in range(600): a = [a]\n    return a",
    "a deep list, just read": "def f(x):\n    a = []\n    for _ in range(450): a = [a]\n    return a",
    "deep tuples": "def f(x):\n    a = ()\n    for _ in range(330): a = (a,)\n    return a",
    "deep dicts": "def f(x):\n    a = {}\n    for _ in range(300): a = {1: a}\n    return a",
    "a signaling number": "import decimal\ndef f(x): return decimal.Decimal('sNaN')",
    "signaling numbers in a list": "import decimal\ndef f(x): return [decimal.Decimal('sNaN')]",
    "a number of many digits": "def f(x): return 10**5000",
    "numbers of many digits": "def f(x): return {10**5000: [10**5000]}",
    "a number beyond floats": "def f(x): return 10**400",
    "a character that is half of one": "def f(x): return '\\ud800'",
    "a key that is half a character": "def f(x): return {'\\ud800': 1}",
    "an exception of half a character": "def f(x): raise ValueError('\\ud800')",
    "an exception named by half a character": "def f(x): raise type('\\ud800', (Exception,), {})",
    "an exception that claims to be a builtin": (
        "def f(x): raise type('\\ud800', (Exception,), {'__module__': 'builtins'})"
    ),
    "an exception without bases to see": (
        "class M(type):\n    __mro__ = ()\nclass E(Exception, metaclass=M): pass\ndef f(x): raise E"
    ),
    "an exception with a name that is no text": (
        "class M(type):\n    __name__ = 5\nclass E(Exception, metaclass=M): pass\ndef f(x): raise E"
    ),
    "an unreadable type": (
        "class M(type):\n    __name__ = property(lambda s: 1 / 0)\nclass A(metaclass=M): pass\ndef f(x): return A()"
    ),
    "an undecodable exception": "def f(x): return b'\\xff'.decode()",
    "control characters": "def f(x): raise ValueError('\\x1b[2J\\0\\r\\x9b\\u202e')",
    "a name of control characters": "def f(x): return type('\\x1b[2J\\n\\ud800', (), {})()",
    "a range without end": "def f(x): return range(2**63)",
    "every builtin exception": (
        "import builtins\n"
        "kinds = [k for k in vars(builtins).values() if isinstance(k, type) and issubclass(k, Exception)]\n"
        "i = 0\ndef f(x):\n    global i\n    i += 1\n"
        "    raise kinds[i % len(kinds)].__new__(kinds[i % len(kinds)], 'a', [ValueError()])"
    ),
}

FRAMES = {
    "an endless description": (
        "def f(x):\n    frame(json.dumps(['raise', 'exception', 'a\\n\\x1b' * 10**5, 'ValueError']))\n    block()"
    ),
    "a description of half a character": (
        'def f(x):\n    frame(\'["raise", "exception", "\\\\ud800", "ValueError"]\')\n    block()'
    ),
    "a failure of half a character": (
        'def f(x):\n    frame(\'["raise", "memory", "\\\\ud800\\\\n", ""]\')\n    block()'
    ),
    "a load that failed by half a character": 'frame(\'["fail", "syntax", "\\\\ud800\\\\n"]\')\nblock()',
    "a fraction that takes for ever": (
        'def f(x):\n    frame(\'["value", {"t": "Fraction", "v": "1e9999999999"}]\')\n    block()'
    ),
    "a decimal with room for all": (
        'def f(x):\n    frame(\'["value", {"t": "Decimal", "v": "1e999999999999999999"}]\')\n    block()'
    ),
    "keys that collide": COLLIDING,
    "a million empty lists": "def f(x):\n    frame(b'[\"value\", [' + b'[],' * 2_700_000 + b'0]]')\n    block()",
    "a million empty objects": "def f(x):\n    frame(b'[\"value\", [' + b'{},' * 2_700_000 + b'0]]')\n    block()",
    "a float of a million digits": "def f(x):\n    frame(b'[\"value\", 0.' + b'1' * 8_000_000 + b']')\n    block()",
    "an integer of a million digits": "def f(x):\n    frame(b'[\"value\", ' + b'1' * 8_000_000 + b']')\n    block()",
    "hexadecimal of a million digits": (
        'def f(x):\n    frame(b\'["value", {"t": "int", "v": "0x\' + b\'f\' * 8_000_000 + b\'"}]\')\n    block()'
    ),
    "data out of band": (
        "import socket, time\ns = socket.socket(fileno=3)\ndef f(x):\n"
        "    s.send(b'x', socket.MSG_OOB)\n    time.sleep(60)"
    ),
    "data out of band at import": (
        "import socket\ns = socket.socket(fileno=3)\ns.send(b'x', socket.MSG_OOB)\ndef f(x): return 3"
    ),
    "a frame out of band": (
        "import socket, time\ns = socket.socket(fileno=3)\n"
        "def f(x):\n    s.send(b'\\5\\0\\0\\0[')\n    s.send(b'x', socket.MSG_OOB)\n    time.sleep(60)"
    ),
}

NOT_COUNTED = "wrong exception protocol memory output_limit crash exit syntax timeout:cpu timeout:wall"
FEW_SECONDS = Limits(cpu_seconds=0.4, memory_mb=256, output_mb=1)
MANY_SECONDS = Limits(cpu_seconds=2.0, memory_mb=512, output_mb=1)

CHECKS = {
    "an answer passed back": ("def f(x): return (i for i in ())", "assert c(c(1)) == 3"),
    "a deep answer passed back": (
        "def f(x):\n    if type(x) is list: return 1\n    a = []\n    for _ in range(400): a = [a]\n    return a",
        "assert c(c(1)) == 3",
    ),
    "an answer as a key": ("def f(x): return 10**5000", "assert {1: 2}[c(1)]"),
    "a deep answer as a key": (
        "def f(x):\n    a = ()\n    for _ in range(200): a = (a,)\n    return a",
        "assert {1: 2}[c(1)]",
    ),
    "an opaque answer as a key": ("def f(x): return type('\\x1b\\ud800', (), {})()", "assert {1: 2}[c(1)]"),
    "an answer as an index": ("def f(x): return 10**5000", "assert [1][c(1)]"),
    "an answer as a text": ("def f(x): return 10**5000", "assert str(c(1)) == '1'"),
    "an answer in words": ("def f(x): return 10**5000", "assert c(1) == 3, f'{c(1)}'"),
    "a name that is missing": ("def f(x): raise NameError('x')", "assert c(1) == 3"),
    "a module that is missing": ("def f(x): raise ImportError('x')", "assert c(1) == 3"),
    "a group of exceptions": ("def f(x): raise ExceptionGroup('a', [ValueError()])", "assert c(1) == 3"),
    "a set of a long range": ("def f(x): return range(3 * 10**7)", "assert set(c(1)) == {1}"),
    "a list of a long range": ("def f(x): return range(3 * 10**7)", "assert list(c(1)) == [1]"),
    "a sorted long range": ("def f(x): return range(3 * 10**7)", "assert sorted(c(1)) == [1]"),
    "the sum of a long range": ("def f(x): return range(10**12)", "assert sum(c(1)) == 1"),
    "a member of a long range": ("def f(x): return range(10**12)", "assert 0.5 in c(1)"),
    "a text repeated": ("def f(x): return 10**12", "assert 'a' * c(1) == 1"),
    "a power": ("def f(x): return 10**9", "assert 7 ** c(1) == 1"),
    "a number of digits": ("import decimal\ndef f(x): return decimal.Decimal('1e999999999')", "assert int(c(1)) == 1"),
    "answers one after the other": ("def f(x): return 1", "while True: c(1)"),
    "an answer that a loop waits for": ("def f(x): return 1", "while c(1) != 3: pass"),
}


@pytest.mark.parametrize("name", KILLED)
def test_a_program_cannot_look_killed_from_outside(hold, name):
    hold(KILLED[name], NOT_COUNTED)


@pytest.mark.parametrize("by", ["exact", "close", "livecodebench", "check"])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_breaks_the_tests(hold, name, by):
    tests = {"check": "def check(c):\n    assert c(1) == 2.5"} if by == "check" else {"comparison": by, "expected": 2.5}
    hold(ANSWERS[name], NOT_COUNTED, **tests)


@pytest.mark.parametrize("name", FRAMES)
def test_no_frame_breaks_or_stalls_the_harness(hold, name):
    slow_to_make = "million" in name or "collide" in name
    result = hold(FRAMES[name], NOT_COUNTED, limits=MANY_SECONDS if slow_to_make else FEW_SECONDS)
    assert result.wall_seconds < 12


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_breaks_or_stalls_the_check(hold, name):
    code, check = CHECKS[name]
    result = hold(code, NOT_COUNTED, check=f"def check(c):\n    {check}")
    assert result.wall_seconds < 12


def test_every_builtin_exception_arrives(hold):
    code = ANSWERS["every builtin exception"]
    hold(code, NOT_COUNTED, cases=(TestCase((1,), 2),) * 80, all_tests=True)


def test_the_deadline_of_a_worker_leaves_time_for_each_process_of_a_program():
    cases = (TestCase((1,), 2),) * 100
    program = Program(code="", entry_point="f", cases=cases, all_tests=True)
    assert program.longest_seconds >= 100 * program.limits.wall_seconds


def test_the_deadline_of_a_worker_leaves_time_for_each_call_of_a_check(hold):
    code = "import time\ndef f(x):\n    time.sleep(1)\n    return 1"
    check = "def check(c):\n    for _ in range(7): assert c(1) == 1\n    assert False"
    hold(code, "wrong timeout:wall", check=check, limits=Limits(0.4, 256, 1, per_test=True))


def test_a_program_that_sleeps_through_all_tests_is_counted(hold):
    cases = (TestCase((1,), 2),) * 6
    hold("import time\ndef f(x): time.sleep(60)", "timeout:wall", cases=cases, all_tests=True)


def test_answers_cannot_make_the_tests_hoard_memory(level, inside):
    pool = Pool(level, 1)
    try:
        before = set(inside())
        check = "def check(c):\n    assert set(c(1)) == {1}"
        code = "def f(x): return range(2 * 10**7)"
        program = Program(code=code, entry_point="f", check=check, limits=Limits(cpu_seconds=2.0))
        [(_, result)] = pool.run([program])
        peaks = [int(re.search(r"VmHWM:\s+(\d+)", status)[1]) for status in map(status_of, set(inside()) - before)]
    finally:
        pool.close()
    assert result.verdict in NOT_COUNTED.split()
    assert max(peaks) < 2**20


def status_of(pid):
    return Path(f"/proc/{pid}/status").read_text()
