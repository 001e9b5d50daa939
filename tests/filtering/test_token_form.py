from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.filtering.normalise import normal_sha256
from ssd_iter.filtering.token_form import token_sha256

BROKEN = "def f(a, b:\n    return a.split(b) + 'x'"


@pytest.mark.parametrize(
    "other",
    [
        "def f( a,b :\n\treturn a.split(b)+'x'",
        "def f(a, b:  # why\n    return a.split(b) + 'x'  # 'because",
        "def g(text, sep:\n    return text.split(sep) + 'x'",
    ],
)
def test_layout_comments_and_names_make_no_difference(other):
    assert normal_sha256(other) is None
    assert token_sha256(other) == token_sha256(BROKEN)


@pytest.mark.parametrize(
    "other",
    [
        BROKEN.replace("'x'", "'y'"),
        BROKEN.replace("split", "strip"),
        BROKEN.replace("return", "yield"),
        BROKEN.replace("+", "-"),
        BROKEN.replace("a.split(b)", "b.split(a)"),
        BROKEN.replace("a.split", "str.split"),
        BROKEN + ")",
    ],
)
def test_another_text_has_another_hash(other):
    assert token_sha256(other) != token_sha256(BROKEN)


def test_a_hash_sign_in_a_string_begins_no_comment():
    assert token_sha256("x = '# one'(") != token_sha256("x = '# two'(")


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_a_hash_that_repeats(text):
    assert re.fullmatch("[0-9a-f]{64}", token_sha256(text)) and token_sha256(text) == token_sha256(text)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "été = (", '"' * 2**20, "(x\\" * 2**18])
def test_odd_and_long_texts_have_a_hash(text):
    assert token_sha256(text) != token_sha256(text + "!")
