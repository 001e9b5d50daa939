"""Programs that do nothing wrong, though some look like it: they pass."""

from __future__ import annotations

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.problems.base import TestCase

EVERYWHERE = {
    "answers": "def f(x): return x + 1",
    "prints": "print('text', '\\0', '\\ud800')\ndef f(x):\n    print(x, flush=True)\n    return 2",
    "prints to the error file": "import sys\ndef f(x):\n    print('x' * 10**6, file=sys.stderr)\n    return 2",
    "subclass of int": "class A(int): pass\ndef f(x): return A(2)",
    "enumeration": "import enum\nclass A(enum.IntEnum):\n    TWO = 2\ndef f(x): return A.TWO",
    "thread": (
        "import threading\n"
        "def f(x):\n    got = []\n    t = threading.Thread(target=lambda: got.append(x + 1))\n"
        "    t.start()\n    t.join()\n    return got[0]"
    ),
    "idle thread": (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\ndef f(x): return 2"
    ),
    "deep recursion in a thread": (
        "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(2**26)\n"
        "def deep(n): return deep(n - 1) if n else 2\n"
        "def f(x):\n    got = []\n    t = threading.Thread(target=lambda: got.append(deep(20000)))\n"
        "    t.start()\n    t.join()\n    return got[0]"
    ),
    "deep recursion": "def deep(n): return deep(n - 1) if n else 2\ndef f(x): return deep(4000)",
    "higher recursion limit": "import sys\nsys.setrecursionlimit(10**6)\ndef f(x): return 2",
    "main guard": "def f(x): return 2\nif __name__ == '__main__':\n    1 / 0",
    "asyncio": "import asyncio\nasync def g(x): return x + 1\ndef f(x): return asyncio.run(g(x))",
    "asyncio that sleeps": (
        "import asyncio\nasync def g(x):\n    await asyncio.gather(*[asyncio.sleep(0.001)] * 1)\n    return x + 1\n"
        "def f(x): return asyncio.run(g(x))"
    ),
    "executor of threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def f(x):\n    with ThreadPoolExecutor(2) as pool: return sum(pool.map(int, [1, 1]))"
    ),
    "common imports": (
        "import array, bisect, cmath, collections, copy, dataclasses, datetime, decimal, enum, fractions, functools\n"
        "import hashlib, heapq, io, itertools, json, math, operator, queue, random, re, statistics, string, sys, time\n"
        "import typing, unittest, uuid, zlib, zoneinfo\n"
        "def f(x): return 2"
    ),
    "dataclass": "import dataclasses as d\n@d.dataclass\nclass A:\n    x: int\ndef f(x): return A(x).x + 1",
    "time zone": (
        "import datetime, zoneinfo\ndef f(x):\n"
        "    when = datetime.datetime(2024, 1, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))\n"
        "    return int(when.utcoffset().total_seconds()) // 1800"
    ),
    "generator inside": "def g(x): yield x + 1\ndef f(x): return next(g(x))",
    "exception inside": "def f(x):\n    try: 1 / 0\n    except ZeroDivisionError: return 2",
    "exit inside": "import sys\ndef f(x):\n    try: sys.exit(1)\n    except SystemExit: return 2",
    "alarm": (
        "import signal, time\n"
        "def f(x):\n    got = []\n    signal.signal(signal.SIGALRM, lambda *_: got.append(2))\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    time.sleep(0.05)\n    return got[0]"
    ),
    "garbage collection": "import gc\ngc.disable()\ndef f(x): return gc.collect() * 0 + 2",
    "random bytes": (
        "import os, random, secrets, uuid\ndef f(x): return len(os.urandom(2) + secrets.token_bytes(2)) - 2"
    ),
    "evaluation": "def f(x): return eval(compile('x + 1', '', 'eval'), {'x': x})",
    "a pipe": "import os\ndef f(x):\n    r, w = os.pipe()\n    os.write(w, b'xx')\n    return len(os.read(r, 9))",
    "anonymous memory": "import mmap\ndef f(x):\n    m = mmap.mmap(-1, 4096)\n    m[0] = 2\n    return m[0]",
    "ctypes": "import ctypes\ndef f(x): return ctypes.CDLL(None).abs(-2)",
    "a stack set higher": (
        "import resource\ndef f(x):\n    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)\n"
        "    resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))\n    return 2"
    ),
    "logging": "import logging\nlogging.basicConfig(level=10)\nlogging.debug('x')\ndef f(x): return 2",
    "warnings": "import warnings\nwarnings.warn('x', DeprecationWarning)\ndef f(x): return 2 if '\\d' else 1",
    "walk of a folder": "import os\ndef f(x):\n    list(os.scandir(os.path.dirname(os.__file__)))\n    return 2",
    "source of the library": "import inspect, textwrap\ndef f(x): return 2 if inspect.getsource(textwrap) else 1",
    "method of Solution": "class Solution:\n    def f(self, x): return x + 1",
    "much garbage": "def f(x):\n    for _ in range(50): a = [0] * 10**6\n    return 2",
}

IN_A_FOLDER = {
    "file": "def f(x):\n    open('file', 'w').write('2')\n    return int(open('file').read())",
    "temporary file": (
        "import tempfile\ndef f(x):\n    with tempfile.TemporaryFile(dir='.') as file: return file.write(b'xx')"
    ),
    "temporary file anywhere": (
        "import tempfile\ndef f(x):\n    with tempfile.TemporaryFile() as file: return file.write(b'xx')"
    ),
    "named temporary file": (
        "import tempfile\ndef f(x):\n"
        "    with tempfile.NamedTemporaryFile('w', dir='.') as file: return file.write('xx')"
    ),
    "database": "import sqlite3\ndef f(x): return sqlite3.connect('db').execute('select 2').fetchone()[0]",
    "folders": "import os, shutil\ndef f(x):\n    os.makedirs('a/b')\n    shutil.rmtree('a')\n    return 2",
    "pathlib": "import pathlib\ndef f(x): return pathlib.Path('p').write_text('xx')",
}

LARGE = {
    "text": ("'x' * (2**20)", "x" * 2**20),
    "list": ("list(range(50_000))", list(range(50_000))),
    "nested": ("[[i] * 10 for i in range(2000)]", [[i] * 10 for i in range(2000)]),
    "integer": ("10**4000", 10**4000),
    "tuples": ("tuple((i, i) for i in range(5000))", [[i, i] for i in range(5000)]),
    "dict": ("{str(i): i for i in range(5000)}", {str(i): i for i in range(5000)}),
    "fifty lists deep": ("[" * 50 + "]" * 50, eval("[" * 50 + "]" * 50)),
    "half characters": ("'\\ud800'", "\ud800"),
    "empty": ("''", ""),
}

PRINTED = {
    "print": "print(int(input()) + 1)",
    "standard output": "import sys\nsys.stdout.write(str(int(sys.stdin.readline()) + 1))",
    "raw": "import os\nos.write(1, b'%d' % (int(os.read(0, 9)) + 1))",
    "main guard": "if __name__ == '__main__':\n    print(int(input()) + 1)",
    "exit": "import sys\nprint(int(input()) + 1)\nsys.exit(0)",
    "exit handler": "import atexit\natexit.register(print, int(input()) + 1)",
    "thread": "import threading\nthreading.Thread(target=lambda: print(int(input()) + 1)).start()",
    "unflushed": "import sys\nprint(int(sys.stdin.read()) + 1, end='')",
    "buffer": "import sys\nsys.stdout.buffer.write(b'%d' % (int(sys.stdin.buffer.readline()) + 1))",
}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_harmless_program_passes(judge, name):
    result = judge(EVERYWHERE[name])
    assert (result.verdict, result.detail, result.attempts) == ("pass", "", 1)


@pytest.mark.parametrize("name", IN_A_FOLDER)
def test_a_harmless_program_has_a_folder_of_its_own(judge, level, name):
    if level == "lsm":
        pytest.skip("nothing can be written here, by design")
    assert judge(IN_A_FOLDER[name]).detail == ""


@pytest.mark.parametrize("name", LARGE)
def test_a_large_answer_arrives(judge, name):
    expression, expected = LARGE[name]
    assert judge(f"def f(x): return {expression}", expected=expected).verdict == "pass"


@pytest.mark.parametrize("name", PRINTED)
def test_a_program_that_reads_and_prints_passes(judge, name):
    cases = (TestCase(("1",), "2"), TestCase(("41\n",), "42"))
    result = judge(PRINTED[name], style="stdin", cases=cases, limits=Limits(0.4, 256, 1))
    assert (result.verdict, result.detail, result.num_passed) == ("pass", "", 2)
