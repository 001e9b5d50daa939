from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.filtering.normalise import normal_sha256, parse

NAMES = st.from_regex(r"local_[a-z]{1,5}", fullmatch=True)
PROGRAM = '''
def f({0}, {1}=2):
    """Words."""
    total = [{2} * {0} for {2} in range({1})]  # a comment
    def inner({0}):
        nonlocal total
        return {0}
    try:
        return inner(total)
    except ValueError as {2}:
        raise {2}
'''


@pytest.mark.parametrize(
    "other",
    [
        "def f(b):\n    return b + 1",
        "def f(a):  # why\n\n    return (a+1)",
        'def f(a):\n    """Adds one."""\n    return a + 1',
        '"""A module."""\ndef f(a): return a + 1',
    ],
)
def test_names_comments_docstrings_and_layout_make_no_difference(other):
    assert normal_sha256(other) == normal_sha256("def f(a):\n    return a + 1")


@pytest.mark.parametrize(
    "other",
    [
        "def f(a):\n    return a + 2",
        "def f(a):\n    return 1 + a",
        "def g(a):\n    return a + 1",
        "def f(a):\n    return b + 1",
        "def f(a, b):\n    return a + 1",
        "import math\ndef f(a):\n    return a + 1",
    ],
)
def test_another_program_has_another_hash(other):
    assert normal_sha256(other) != normal_sha256("def f(a):\n    return a + 1")


def test_swapped_roles_of_two_names_make_a_difference():
    assert normal_sha256("def f(a, b): return a - b") != normal_sha256("def f(a, b): return b - a")


def test_globals_attributes_and_keywords_keep_their_names():
    program = "def f(x):\n    global {0}\n    {0} = x.{1}\n    return sorted(x, {2}=x)"
    hashes = {normal_sha256(program.format(*names)) for names in ("abc", "zbc", "azc", "abz")}
    assert len(hashes) == 4


def test_a_docstring_alone_is_an_empty_body():
    assert normal_sha256('def f():\n    "Words."') == normal_sha256("def f():\n    pass")


@settings(deadline=None)
@given(st.lists(NAMES, min_size=3, max_size=3, unique=True))
def test_any_renaming_of_locals_keeps_the_hash(names):
    assert normal_sha256(PROGRAM.format(*names)) == normal_sha256(PROGRAM.format("a", "b", "c"))


@settings(deadline=None)
@given(st.text())
def test_any_text_parses_or_not(text):
    assert (normal_sha256(text) is None) == (parse(text) is None)


@pytest.mark.parametrize(
    "code",
    [
        "x\0",
        "'\ud800'",
        "(" * 10_000,
        "-" * 100_000 + "1",
        "x" + "+1" * 50_000,
        "f" + "()" * 50_000,
        "9" * 10_000,
        "return 1",
    ],
)
def test_what_python_does_not_compile_has_no_hash(code):
    assert normal_sha256(code) is None


@pytest.mark.parametrize("code", [r"x = '\d'", "x is 1", "assert (x, 'y')"])
def test_pythons_warnings_do_not_leak(code, recwarn):
    assert normal_sha256(code) is not None
    assert not recwarn.list
