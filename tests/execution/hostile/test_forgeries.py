"""Programs that want to pass without knowing the answer. Right is only what they cannot know."""

from __future__ import annotations

import pytest

EXIT = {
    "at import": ("import os\nos._exit(0)", "exit"),
    "in the call": ("import os\ndef f(x): os._exit(0)", "exit"),
    "in a thread": (
        "import os, threading, time\n"
        "def f(x):\n    threading.Thread(target=os._exit, args=(0,)).start()\n    time.sleep(60)",
        "exit",
    ),
    "with the number of a signal": ("import os\ndef f(x): os._exit(137)", "exit"),
    "past Python": ("import ctypes\ndef f(x): ctypes.CDLL(None)._exit(0)", "exit"),
    "sys.exit": ("import sys\ndef f(x): sys.exit(0)", "exit"),
    "sys.exit at import": ("import sys\ndef f(x): return 2\nsys.exit()", "exit"),
    "SystemExit": ("def f(x): raise SystemExit", "exit"),
    "quit": ("def f(x): quit()", "exit exception"),
    "exit handler": ("import atexit, os\natexit.register(os._exit, 0)\ndef f(x): raise SystemExit", "exit"),
    "StopIteration": ("def f(x): raise StopIteration", "exception"),
    "GeneratorExit": ("def f(x): raise GeneratorExit", "exception"),
    "KeyboardInterrupt": ("def f(x): raise KeyboardInterrupt", "exception"),
    "AssertionError": ("def f(x): raise AssertionError", "exception"),
    "an exception of the harness": (
        "import sys\ndef f(x):\n    Died = type('Died', (BaseException,), {})\n    raise Died('pass', '')",
        "exception",
    ),
    "on being freed": ("import os\nclass A:\n    def __del__(self): os._exit(0)\ndef f(x):\n    A()", "exit"),
    "by a signal's handler": (
        "import os, signal, time\nsignal.signal(14, lambda *_: os._exit(0))\n"
        "def f(x):\n    signal.setitimer(signal.ITIMER_REAL, 0.001)\n    time.sleep(60)",
        "exit",
    ),
    "all files closed": ("import os\nos.closerange(0, 64)\ndef f(x): return 2", "exit protocol"),
    "channel closed, then busy": ("import os\ndef f(x):\n    os.close(3)\n    while 1: pass", "protocol"),
    "channel closed, then gone": ("import os\ndef f(x):\n    os.close(3)\n    os._exit(0)", "exit"),
    "channel replaced": ("import os\ndef f(x):\n    os.dup2(0, 3)\n    return 2", "protocol exit"),
    "channel shut": (
        "import socket, time\ndef f(x):\n    socket.socket(fileno=3).shutdown(2)\n    time.sleep(60)",
        "protocol exit",
    ),
    "channel shut for writing": (
        "import socket, time\ns = socket.socket(fileno=3)\ndef f(x):\n    s.shutdown(1)\n    time.sleep(60)",
        "protocol",
    ),
    "channel shut for reading": (
        "import socket, time\ns = socket.socket(fileno=3)\ns.shutdown(0)\ndef f(x): return 2",
        "exit timeout:wall protocol",
    ),
}

EQUAL = "    __eq__ = lambda self, other: True\n    __ne__ = lambda self, other: False\n    __hash__ = lambda self: 0\n"

EQUALITY = {
    "object": f"class A:\n{EQUAL}def f(x): return A()",
    "int": f"class A(int):\n{EQUAL}def f(x): return A(7)",
    "float": f"class A(float):\n{EQUAL}def f(x): return A(7)",
    "str": f"class A(str):\n{EQUAL}def f(x): return A('a')",
    "list": f"class A(list):\n{EQUAL}def f(x): return A([1])",
    "tuple": f"class A(tuple):\n{EQUAL}def f(x): return A([1])",
    "dict": f"class A(dict):\n{EQUAL}def f(x): return A(a=1)",
    "set": f"class A(set):\n{EQUAL}def f(x): return A([1])",
    "bytes": f"class A(bytes):\n{EQUAL}def f(x): return A(b'a')",
    "complex": f"class A(complex):\n{EQUAL}def f(x): return A(1)",
    "Decimal": f"import decimal\nclass A(decimal.Decimal):\n{EQUAL}def f(x): return A(1)",
    "Fraction": f"import fractions\nclass A(fractions.Fraction):\n{EQUAL}def f(x): return A(1)",
    "of any class": f"class A:\n{EQUAL}    __class__ = property(lambda self: int)\ndef f(x): return A()",
    "a class": f"class M(type):\n{EQUAL}class A(metaclass=M): pass\ndef f(x): return A",
    "inside a list": f"class A(int):\n{EQUAL}def f(x): return [A(7)]",
    "mock": "import unittest.mock\ndef f(x): return unittest.mock.ANY",
    "not a number": "def f(x): return float('nan')",
    "truth": "def f(x): return True",
    "an int of any value": (
        "class A(int):\n    __index__ = __int__ = __trunc__ = __sub__ = __rsub__ = lambda *_: 0\ndef f(x): return A(7)"
    ),
    "a number within any distance": (
        "class A(float):\n    __sub__ = __rsub__ = __abs__ = lambda *_: 0.0\n    __lt__ = lambda *_: True\n"
        "def f(x): return A(7)"
    ),
    "a fake type in its name": "A = type('int', (), {'__module__': 'builtins'})\ndef f(x): return A()",
    "itself": "def f(x):\n    a = []\n    a.append(a)\n    return a",
}

HARNESS = {
    "results in frames": (
        "import gc\ndef f(x):\n    for o in gc.get_objects():\n"
        "        if type(o) is list and o is not None: o.append('passed')\n    return 3"
    ),
    "encoding replaced": (
        "import sys\nchild = sys.modules['ssd_iter.execution.inside.child']\n"
        "child.encode = lambda _: b'true, \"pass\"'\ndef f(x): return 3"
    ),
    "sending replaced": (
        "import sys\nchild = sys.modules['ssd_iter.execution.inside.child']\n"
        "real = child.send_frame\nchild.send_frame = lambda _: real(b'[\"checked\"]')\ndef f(x): return 3"
    ),
    "answering replaced": (
        "import sys\nchild = sys.modules['ssd_iter.execution.inside.child']\n"
        "child.answer = lambda *_: child.send(['raise', 'pass', '', ''])\ndef f(x): return 3"
    ),
    "json replaced": "import json\njson.dumps = lambda *_, **__: '[\"pass\"]'\ndef f(x): return 3",
    "struct replaced": "import struct\nstruct.pack = lambda *_: b'\\0\\0\\0\\0'\ndef f(x): return 3",
    "writing replaced": "import os\nos.write = lambda fd, data: len(data)\ndef f(x): return 3",
    "check replaced": "def check(candidate): pass\ndef f(x): return 3",
    "check in all modules": (
        "import sys\nfor m in list(sys.modules.values()): m.check = m.run_check = m.matches = lambda *_: True\n"
        "def f(x): return 3"
    ),
    "AssertionError replaced": (
        "import builtins\nbuiltins.AssertionError = type('A', (Exception,), {})\ndef f(x): return 3"
    ),
    "exec replaced": "import builtins\nbuiltins.exec = builtins.compile = lambda *_, **__: None\ndef f(x): return 3",
    "equality in builtins": "import builtins\nbuiltins.all = builtins.bool = lambda _: True\ndef f(x): return 3",
    "trace": (
        "import sys, threading\ndef t(frame, *_):\n    frame.f_locals['right'] = True\n    return t\n"
        "sys.settrace(t)\nsys.setprofile(t)\ndef f(x): return 3"
    ),
    "import hook": "import sys\nsys.meta_path.insert(0, 3)\nsys.path_hooks.insert(0, 3)\ndef f(x): return 3",
    "display and except hooks": "import sys\nsys.excepthook = sys.unraisablehook = print\ndef f(x): return 1 / 0",
    "integers changed in memory": ("import ctypes\nctypes.memmove(id(7) + 24, id(3) + 24, 4)\ndef f(x): return 7"),
    "printed verdict": "import os\ndef f(x):\n    print('passed')\n    os.write(2, b'passed')\n    return 3",
    "exit code to be taken for success": "import os\ndef f(x):\n    print('ok')\n    os._exit(0)",
    "every file written": (
        "import contextlib, os\ndef f(x):\n    for fd in range(64):\n"
        "        with contextlib.suppress(OSError): os.write(fd, b'passed')\n    return 3"
    ),
    "the entry point an object": f"class A:\n{EQUAL}    def __call__(self, x): return self\nf = A()",
    "the module's own dictionary": "import sys\nsys.modules['candidate'].__dict__.clear()\ndef f(x): return 3",
}

NATURAL = {
    "input": ("f = input()", "exception"),
    "generator": ("def f(x): yield 2", "wrong"),
    "NUL in the source": ("def f(x): return '\0'", "syntax"),
    "surrogate in the source": ("def f(x): return '\ud800'", "syntax"),
    "wrong": ("def f(x): return 3", "wrong"),
    "nothing": ("", "exception"),
    "return outside": ("return 2", "syntax"),
    "nested too deep": ("x = " + "(" * 999 + ")" * 999, "syntax memory exception"),
    "long line": ("x = 1" + " + 1" * 99999, "exception syntax crash memory"),
    "coroutine": ("async def f(x): return 2", "wrong"),
    "not callable": ("f = 2", "exception"),
}


@pytest.mark.parametrize("name", EXIT)
def test_leaving_early_is_no_pass(hold, secret, name):
    code, verdicts = EXIT[name]
    hold(code, verdicts, expected=secret)


@pytest.mark.parametrize("name", EXIT)
def test_leaving_early_is_no_pass_of_a_check_that_swallows_exceptions(hold, name):
    code, verdicts = EXIT[name]
    check = "def check(candidate):\n    try: assert candidate(1) == 5\n    except Exception: assert False"
    hold(code, f"{verdicts} wrong", check=check)


@pytest.mark.parametrize("name", EQUALITY)
@pytest.mark.parametrize("by", ["cases", "livecodebench", "close", "check", "check of distance"])
def test_an_answer_equal_to_everything_is_wrong(hold, secret, name, by):
    if by == "check":
        hold(EQUALITY[name], "wrong", check=f"def check(c):\n    assert c(1) == {secret}\n    assert {secret} == c(1)")
    elif by == "check of distance":
        hold(EQUALITY[name], "wrong", check=f"def check(c):\n    assert abs(c(1) - {secret}.0) < 1e-6")
    else:
        hold(EQUALITY[name], "wrong", expected=secret, comparison="exact" if by == "cases" else by)


@pytest.mark.parametrize("name", HARNESS)
def test_a_harness_changed_from_inside_judges_as_before(hold, secret, name):
    hold(HARNESS[name], "wrong exception protocol exit crash timeout:wall", expected=secret)


@pytest.mark.parametrize("name", NATURAL)
def test_what_is_no_program_fails(hold, name):
    code, verdicts = NATURAL[name]
    hold(code, verdicts)


def test_a_candidate_cannot_end_an_iteration_of_the_check(hold):
    check = "def check(c):\n    for a, b in zip(map(c, [1, 2]), [5, 6]): assert a == b"
    hold("def f(x): raise StopIteration", "exception wrong", check=check)


def test_a_candidate_cannot_end_an_all_of_the_check(hold):
    check = "def check(c):\n    assert all(map(lambda x: c(x) == 10 * x, [1, 2]))"
    hold("def f(x): raise StopIteration", "exception wrong", check=check)


def test_a_candidate_cannot_replace_what_the_check_calls(hold):
    code = "def helper(x): return x\ndef f(x): return x"
    hold(code, "wrong", preamble="def helper(x): return x + 1", check="def check(c):\n    assert c(1) == helper(1)")
