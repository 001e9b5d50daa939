"""Programs that use too much: time, memory, files, output, processes and threads; or that crash."""

from __future__ import annotations

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.problems.base import TestCase

PATIENT = Limits(cpu_seconds=2.0, memory_mb=256, output_mb=1)

TIME = {
    "loop at import": ("while True: pass", "timeout:cpu"),
    "loop in the call": ("def f(x):\n    while True: pass", "timeout:cpu"),
    "sleep": ("import time\ndef f(x): time.sleep(60)", "timeout:wall"),
    "wait for a frame that never comes": ("frame\ndef f(x):\n    frame(''), block()", "protocol timeout:wall"),
    "loop that catches all": (
        "def f(x):\n  while 1:\n    try:\n      while 1: pass\n    except BaseException: pass",
        "timeout:cpu",
    ),
    "loop that ignores all signals": (
        "import signal\n"
        "def f(x):\n"
        "    for number in set(signal.Signals) - {9, 19}: signal.signal(number, signal.SIG_IGN)\n"
        "    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\n"
        "    while 1: pass",
        "timeout:cpu",
    ),
    "slow pattern": ("import re\ndef f(x): return re.match('(a+)+b', 'a' * 99)", "timeout:cpu"),
    "one long instruction": ("def f(x): return 7 ** 10**8", "timeout:cpu memory"),
    "threads that share the loop": (
        "import threading\nthreading.stack_size(2**16)\n"
        "def spin():\n    while True: pass\n"
        "def f(x):\n    for _ in range(6): threading.Thread(target=spin).start()\n    spin()",
        "timeout:cpu",
    ),
    "thread that outlives the first one": (
        "import ctypes, threading\n"
        "def spin():\n    while True: pass\n"
        "def f(x):\n    threading.Thread(target=spin).start()\n    ctypes.CDLL(None).syscall(60, 0)",
        "timeout:cpu",
    ),
    "threads that keep each other from a core, then sleep": (
        "import ctypes, threading, time\nthreading.stack_size(2**16)\n"
        "def spin():\n    until = time.thread_time() + 0.04\n    while time.thread_time() < until: sum(range(999))\n"
        "def f(x):\n    for _ in range(6): threading.Thread(target=spin).start()\n    spin()\n    time.sleep(60)",
        "timeout:wall timeout:cpu",
    ),
    "loop in the words of an exception": (
        "class E(Exception):\n    def __str__(self):\n        while 1: pass\ndef f(x): raise E",
        "timeout:cpu",
    ),
    "time set back": (
        "import time\ndef f(x):\n    time.clock_settime(time.CLOCK_MONOTONIC, 0)\n    return 2",
        "exception",
    ),
    "endless pattern of frames": ("def f(x):\n    while 1: frame('[\"raise\"]')", "protocol"),
    "an answer byte by byte": (
        "import time\ndef f(x):\n    raw(struct.pack('<I', 2**20))\n"
        "    while 1:\n        raw(b' ')\n        time.sleep(0.01)",
        "timeout:wall",
    ),
    "compiling for ever": (
        "def f(x):\n    exec('x = ' + '-' * 60 + '1' + '+1' * 10**6)",
        "timeout:cpu memory crash exception",
    ),
}

MEMORY = {
    "bomb": ("def f(x): return [0] * 10**10", "memory"),
    "slow bomb": ("def f(x):\n    kept = []\n    while True: kept.append(' ' * 2**20)", "memory"),
    "long text as an answer": ("def f(x): return 'x' * (100 * 2**20)", "memory output_limit timeout:cpu"),
    "bytes as an answer": ("def f(x): return bytes(60 * 2**20)", "memory output_limit"),
    "huge integer as an answer": ("def f(x): return 1 << 10**8", "memory output_limit"),
    "answer over the limit": ("def f(x): return 'x' * 9_000_000", "output_limit"),
    "reserved address space": ("import mmap\ndef f(x):\n    mmap.mmap(-1, 2**40)\n    return 2", "exception memory"),
    "untouched address space": (
        "import ctypes\n"
        "def f(x):\n"
        "    libc = ctypes.CDLL(None)\n    libc.mmap.restype = ctypes.c_ssize_t\n"
        "    return 2 if libc.mmap(None, ctypes.c_size_t(2**30), 0, 0x4022, -1, 0) != -1 else 0",
        "wrong",
    ),
    "stacks of threads": (
        "import threading, time\nthreading.stack_size(2**26)\n"
        "def f(x):\n"
        "    for _ in range(6): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n    return 2",
        "exception",
    ),
    "memory that survives MemoryError": (
        "def f(x):\n    kept = []\n    while True:\n"
        "        try: kept.append(bytearray(2**24))\n        except MemoryError: pass",
        "timeout:cpu memory",
    ),
    "words of an exception": ("def f(x): raise ValueError('x' * 10**8)", "memory exception"),
}

DISK = {
    "large file": ("def f(x):\n    open('file', 'wb').write(bytes(2**22))\n    return 2", "output_limit exception"),
    "sparse file": (
        "import os\ndef f(x):\n    with open('file', 'wb') as file: os.ftruncate(file.fileno(), 2**40)\n    return 2",
        "output_limit exception",
    ),
    "more files than the box has room for": (
        "def f(x):\n    for i in range(5000): open(str(i), 'w').close()\n    return 2",
        "exception",
    ),
    "more data than the box has room for": (
        "def f(x):\n    for i in range(70): open(str(i), 'wb').write(bytes(2**20 - 1))\n    return 2",
        "exception",
    ),
    "deep folders": (
        "import os\ndef f(x):\n    for i in range(5000):\n        os.mkdir('d')\n        os.chdir('d')\n    return 2",
        "exception",
    ),
    "folders that cannot be looked into": (
        "import os\ndef f(x):\n    os.mkdir('closed', 0)\n    os.mkdir('closed/in')\n    return 2",
        "exception",
    ),
    "unlinked files that fill the box": (
        "import os\n"
        "def f(x):\n    kept = []\n    for i in range(60):\n        kept.append(open('file', 'wb'))\n"
        "        kept[-1].write(bytes(2**20 - 1))\n        os.unlink('file')\n"
        "    for i in range(60): open(str(i), 'wb').write(bytes(2**20 - 1))\n    return 2",
        "exception",
    ),
    "many open files": ("def f(x): return [open('/dev/null') for _ in range(2000)] and 2", "exception"),
    "many pipes": ("import os\ndef f(x):\n    for _ in range(60): os.pipe()\n    return 2", "exception"),
    "print flood": ("def f(x):\n    while True: print('x' * 10**5)", "timeout:cpu timeout:wall output_limit"),
    "flood of the raw error file": (
        "import os\ndef f(x):\n    while True: os.write(2, b'x' * 10**5)",
        "timeout:cpu timeout:wall",
    ),
}

PROCESSES = {
    "fork": ("import os\ndef f(x):\n    os.fork()\n    return 2", "exception"),
    "fork past Python": (
        "import ctypes\ndef f(x): return 2 if ctypes.CDLL(None).fork() >= 0 else 1",
        "wrong",
    ),
    "fork bomb": (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "def f(x): return 2 if any(libc.fork() > 0 for _ in range(150)) else 1",
        "wrong",
    ),
    "daemon": (
        "import os, time\ndef f(x):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(99)\n    return 2",
        "exception",
    ),
    "subprocess": ("import subprocess\ndef f(x): return 2 + subprocess.call(['/bin/true'])", "exception"),
    "spawn": ("import os\ndef f(x): return 2 if os.posix_spawn('/bin/true', ['true'], {}) else 1", "exception"),
    "shell": ("import ctypes\ndef f(x): return 2 + ctypes.CDLL(None).system(b'true')", "wrong"),
    "exec": ("import os, sys\ndef f(x): os.execv(sys.executable, ['python', '-c', 'while 1: pass'])", "exception"),
    "multiprocessing": (
        "import multiprocessing as m\ndef f(x):\n"
        "    with m.get_context('fork').Pool(2) as p: return p.map(abs, [2])[0]",
        "exception",
    ),
    "more threads than allowed": (
        "import threading, time\nthreading.stack_size(2**15)\n"
        "def f(x):\n"
        "    for _ in range(12): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n    return 2",
        "exception",
    ),
    "thread that leaves the group": (
        "import ctypes\ndef f(x): return 2 if ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0) >= 0 else 1",
        "wrong",
    ),
}

CRASH = {
    "segmentation fault": ("import ctypes\ndef f(x): return ctypes.string_at(0)", "crash"),
    "abort": ("import os\ndef f(x): os.abort()", "crash"),
    "jump to nowhere": ("import ctypes\ndef f(x): return ctypes.CFUNCTYPE(None)(1)()", "crash"),
    "endless recursion": ("def f(x): return f(x)", "exception"),
    "recursion without a limit": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return [f(x)] and 2",
        "crash exception memory timeout:cpu",
    ),
    "recursion in C": (
        "import sys\nsys.setrecursionlimit(10**9)\n"
        "def f(x):\n    a = []\n    for _ in range(10**6): a = [a]\n    return repr(a) and 2",
        "crash memory exception timeout:cpu",
    ),
    "deep answer": ("def f(x):\n    a = []\n    for _ in range(10**6): a = [a]\n    return a", "wrong crash memory"),
    "freed twice": ("import ctypes\ndef f(x): ctypes.CDLL(None).free(ctypes.c_void_p(17))\n", "crash wrong"),
    "no thread pointer": (
        "import ctypes\ndef f(x): ctypes.CDLL(None).syscall(158, 0x1002, 0)",
        "crash",
    ),
    "suicide": ("import os\ndef f(x): os.kill(os.getpid(), 9)", "exception"),
    "suicide by the clock": (
        "import signal, time\ndef f(x):\n    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    time.sleep(60)",
        "crash",
    ),
    "code that raises when it is freed": (
        "class A:\n    def __del__(self): raise SystemExit\ndef f(x):\n    A()\n    return 3",
        "wrong",
    ),
    "no stack left": (
        "import resource\n"
        "def f(x):\n    resource.setrlimit(resource.RLIMIT_STACK, (4096, 4096))\n"
        "    def g(): return sorted([1], key=lambda _: g())\n    return g()",
        "crash exception",
    ),
}

EVERYTHING = {
    f"{group}: {name}": attack
    for group, attacks in (
        ("time", TIME),
        ("memory", MEMORY),
        ("disk", DISK),
        ("processes", PROCESSES),
        ("crash", CRASH),
    )
    for name, attack in attacks.items()
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_excess_ends_the_program_alone(hold, name):
    code, verdicts = EVERYTHING[name]
    # What fills memory or disk must meet that limit first, on a busy machine too.
    more = {"limits": PATIENT} if name.startswith(("memory", "disk")) else {}
    hold(code, verdicts, **more)


@pytest.mark.parametrize(
    "code",
    [
        "while True: print('x' * 1000)",
        "import os\nwhile True: os.write(1, b'x' * 1000)",
        "import os\nos.ftruncate(1, 2**40)",
        "import os\nos.write(0, b'x' * 2**22)",
    ],
)
def test_printed_output_has_a_limit(hold, code):
    cases = (TestCase(("1",), "2"),)
    hold(code, "output_limit exception timeout:cpu wrong", style="stdin", cases=cases, limits=Limits(0.4, 256, 1))


def test_what_a_program_uses_stays_under_its_limits(judge, level):
    if level == "lsm":
        pytest.skip("nothing can be written here")
    filled = judge("import os\ndef f(x):\n    kept = bytes(150 * 2**20)\n    while True: pass")
    assert filled.cpu_seconds < 1
    assert filled.max_rss_mb < 256
