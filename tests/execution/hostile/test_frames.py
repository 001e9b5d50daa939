"""Programs that speak the harness's own language on its channel, well or badly."""

from __future__ import annotations

import json

import pytest

FORGED = {
    "armed": '["armed"]',
    "ready": '["ready"]',
    "checked": '["checked"]',
    "set-up failed": '["setup", "x"]',
    "refused": '["refused", "x"]',
    "passed": '["pass"]',
    "failure that is a pass": '["raise", "pass", "", ""]',
    "failure of the sandbox": '["raise", "sandbox_error", "", ""]',
    "load that failed in the sandbox": '["fail", "sandbox_error", ""]',
    "load that passed": '["fail", "pass", ""]',
    "a time-out": '["raise", "timeout:wall", "", ""]',
    "no value": '["value"]',
    "two values": '["value", 1, 2]',
    "no words": "[]",
    "an object": "{}",
    "nothing": "null",
    "text": '"value"',
    "a number": "12",
    "a list of lists": "[[]]",
    "an object in the lead": '[{"t": 1}, 2]',
    "no failure": '["raise"]',
    "failure of another type": '["raise", 1, 2, 3]',
    "failure of a list": '["raise", [], [], []]',
    "unhashable failure": '["raise", {}, "", ""]',
    "no JSON": "value 2",
    "half of it": '["value", 2',
    "two documents": '["value", 2]["value", 2]',
    "deep": "[" * 10**5,
    "deep and closed": "[" * 10**5 + "]" * 10**5,
    "empty": "",
}

VALUES = {
    "unknown type": {"t": "function", "v": 1},
    "no type": {"v": 1},
    "no value": {"t": "int"},
    "unhashable type": {"t": [], "v": 1},
    "number as type": {"t": 5, "v": 1},
    "more keys": {"t": "int", "v": "0x1", "w": 1},
    "list as an integer": {"t": "int", "v": []},
    "words as an integer": {"t": "int", "v": "two"},
    "number as a tuple": {"t": "tuple", "v": 5},
    "pairs of one": {"t": "dict", "v": [[1]]},
    "unhashable keys": {"t": "dict", "v": [[[], 1]]},
    "unhashable members": {"t": "set", "v": [[1]]},
    "odd bytes": {"t": "bytes", "v": "zz"},
    "number as bytes": {"t": "bytes", "v": 5},
    "complex of three": {"t": "complex", "v": [1, 2, 3]},
    "range that stands still": {"t": "range", "v": [1, 2, 0]},
    "range of texts": {"t": "range", "v": ["a"]},
    "Decimal of words": {"t": "Decimal", "v": "x"},
    "signaling Decimal as a key": {"t": "set", "v": [{"t": "Decimal", "v": "sNaN"}]},
    "Decimal of a list": {"t": "Decimal", "v": [1]},
    "Fraction by zero": {"t": "Fraction", "v": "1/0"},
    "long Decimal": {"t": "Decimal", "v": "1" * 20000},
    "long Fraction": {"t": "Fraction", "v": "1" * 9999},
    "opaque list": {"t": "opaque", "v": [1]},
    "opaque control characters": {"t": "opaque", "v": "\ud800\n\x1b[2J\0"},
    "text with half a character": "\ud800\n\x1b[2J",
}
AS_JSON = {
    "NaN": "NaN",
    "infinite": "-Infinity",
    "a number beyond floats": "1e999999",
    "deep tuples": '{"t": "tuple", "v": [' * 250 + "]}" * 250,
    "deep opaque": '{"t": "opaque", "v": ' + "[" * 900 + "]" * 900 + "}",
} | {name: json.dumps(value) for name, value in VALUES.items()}

RAW = {
    "length of 4 GiB": ("b'\\xff\\xff\\xff\\xff'", "protocol output_limit"),
    "length without the rest": ("b'\\x10\\0\\0\\0[]'", "timeout:wall"),
    "half a length": ("b'\\x10'", "timeout:wall"),
    "length of nothing": ("b'\\0\\0\\0\\0'", "protocol"),
    # One noise in 512 begins with a length that is allowed, and more bytes than follow are waited for.
    "noise": ("os.urandom(999)", "protocol output_limit timeout:wall"),
    "text": ("b'passed\\n'", "protocol output_limit"),
    "no ASCII": ("b'\\4\\0\\0\\0\"\\xff\\xfe\"'", "protocol"),
    "length just over": ("struct.pack('<I', 9 * 2**20) + b' ' * 2**20", "protocol output_limit"),
}


@pytest.mark.parametrize("when", ["before it is asked", "when it is asked"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_frame_is_no_pass_and_no_fault_of_the_sandbox(hold, secret, name, when):
    line = f"frame({FORGED[name]!r})"
    code = f"{line}\ndef f(x): return 3" if when == "before it is asked" else f"def f(x):\n    {line}\n    block()"
    hold(code, "protocol wrong", expected=secret)


@pytest.mark.parametrize("by", ["exact", "livecodebench", "check"])
@pytest.mark.parametrize("name", AS_JSON)
def test_a_forged_value_is_no_pass_and_no_fault_of_the_sandbox(hold, secret, name, by):
    frame = f'["value", {AS_JSON[name]}]'
    code = f"def f(x):\n    frame({frame!r})\n    block()"
    tests = {"check": f"def check(c):\n    assert c(1) == {secret}"} if by == "check" else {"comparison": by}
    hold(code, "protocol wrong", expected=secret, **tests)


@pytest.mark.parametrize("name", RAW)
def test_raw_noise_is_no_pass_and_no_fault_of_the_sandbox(hold, secret, name):
    data, verdicts = RAW[name]
    hold(f"def f(x):\n    raw({data})\n    block()", verdicts, expected=secret)


def test_answers_sent_ahead_are_taken_in_turn(hold, secret):
    code = "frame('[\"ready\"]')\nfor _ in range(9): frame('[\"value\", 2]')\ndef f(x): return 3"
    hold(code, "wrong", expected=secret)


def test_a_failed_load_can_be_forged_only_to_fail(hold):
    hold('frame(\'["fail", "memory", "x"]\')\ndef f(x): return 2', "memory")


def test_inproc_checks_do_not_see_the_sandbox_fail(hold):
    check = "def check(c):\n    assert c(1) == 5"
    hold('frame(\'["setup", "x"]\')\nimport os\nos._exit(71)', "protocol", check=check, inproc=True)
