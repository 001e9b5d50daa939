from __future__ import annotations

import base64
import json
import os
import pickle
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import DataError
from ssd_iter.problems.public import packed_tests
from ssd_iter.problems.public.packed_tests import unpack_tests

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def wrap(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


class Calls:
    """Pickled, a call of `os.mkdir`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@given(value=VALUES, ascii_only=st.booleans())
def test_what_was_packed_comes_back(protocol, value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert unpack_tests(wrap(pickle.dumps(text, protocol)), "here") == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("length", [10, 300, 70_000])
def test_long_texts_come_back(protocol, length):
    value = ["é\n\\" * length]
    assert unpack_tests(wrap(pickle.dumps(json.dumps(value, ensure_ascii=False), protocol)), "here") == value


@given(value=st.lists(VALUES, max_size=3))
def test_plain_json_is_taken_as_it_is(value):
    assert unpack_tests(json.dumps(value), "here") == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_calls_is_refused_and_nothing_is_called(tmp_path, protocol):
    hostile = pickle.dumps(Calls(str(tmp_path / "made")), protocol)
    with pytest.raises(DataError, match=r"here: its pickle holds \w*GLOBAL at byte \d+|REDUCE|second text"):
        unpack_tests(wrap(hostile), "here")
    assert not (tmp_path / "made").exists()
    pickle.loads(hostile)
    assert (tmp_path / "made").exists()  # it would have worked


@pytest.mark.parametrize("value", [[], (), ("[]",), ["[]", "[]"], {}, 1, None, b"[]", 1.5, True])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_anything_but_one_text_is_refused(value, protocol):
    with pytest.raises(DataError, match="here: its pickle holds"):
        unpack_tests(wrap(pickle.dumps(value, protocol)), "here")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", "GLOBAL at byte 0"),
        (b"\x8c\x02os\x8c\x06system\x93.", "a second text at byte 4"),
        (b"\x93.", "STACK_GLOBAL at byte 0"),
        (b"\x8c\x02[]\x94\x8c\x02{}.", "a second text at byte 5"),
        (b"\x8c\x02[]q\x00h\x00.", "BINGET at byte 6"),
        (b"\x8c\x02[]p0\ng0\n.", "GET at byte 7"),
        (b"\x8c\x02[]\x94j\x00\x00\x00\x00.", "LONG_BINGET at byte 5"),
        (b"\x8c\x02[]0\x8c\x02{}.", "POP at byte 4"),
        (b"\x8c\x02[]2.", "DUP at byte 4"),
        (b"U\x02[].", "SHORT_BINSTRING at byte 0"),
        (b"\x82\x01.", "EXT1 at byte 0"),
        (b"Ppersistent\n.", "PERSID at byte 0"),
        (b"\x80\x02.", "no text"),
        (b"\x8c\x02[].more", "4 bytes behind the end of its pickle"),
        (b"\x8c\x02[].\x8c\x02[].", "5 bytes behind the end of its pickle"),
        (b"\x8c\x02[]", "no whole pickle"),
        (b"\x8c\xff[].", "no whole pickle"),
        (b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f[].", "no whole pickle"),
        (b"X\xff\xff\xff\xff[].", "no whole pickle"),
        (b"\x8c\x01\xff.", "no whole pickle"),
        (b"\xff.", "no whole pickle"),
        (b"", "no whole pickle"),
        (b"\x8c\x01[.", "no JSON"),
    ],
)
def test_a_hostile_or_broken_pickle_is_refused_by_name(data, named):
    with pytest.raises(DataError, match=named):
        unpack_tests(wrap(data), "here")


@given(data=st.binary(max_size=60))
def test_no_bytes_do_anything_but_give_a_value_or_a_data_error(data):
    for packed in (wrap(data), base64.b64encode(data).decode()):
        try:
            unpack_tests(packed, "here")
        except DataError as error:
            assert str(error).startswith("here: ")


def test_a_bomb_is_stopped_at_the_limit_which_the_error_names():
    with pytest.raises(DataError, match="more than 1,048,576 bytes when decompressed"):
        unpack_tests(wrap(bytes(300 << 20)), "here", most_bytes=1 << 20)


def test_the_limit_itself_is_allowed(monkeypatch):
    data = pickle.dumps(json.dumps(["x" * 1000]))
    assert unpack_tests(wrap(data), "here", most_bytes=len(data)) == ["x" * 1000]
    with pytest.raises(DataError, match="more than"):
        unpack_tests(wrap(data), "here", most_bytes=len(data) - 1)


def test_no_published_test_is_near_the_limit():
    assert packed_tests.MOST_BYTES == 512 << 20


@pytest.mark.parametrize(
    ("packed", "named"),
    [
        ("", "no zlib stream|cut off"),
        ("!!!!", "neither JSON nor base64"),
        ("é", "neither JSON nor base64"),
        ("AAAA\n", "neither JSON nor base64"),
        (base64.b64encode(b"not zlib").decode(), "no zlib stream"),
        (base64.b64encode(zlib.compress(pickle.dumps("[]"))[:-3]).decode(), "cut off"),
        (base64.b64encode(zlib.compress(pickle.dumps("[]")) + b"abc").decode(), "3 bytes behind the end"),
        ('[{"input": ', "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_broken_wrapping_is_refused_by_name(packed, named):
    with pytest.raises(DataError, match=named):
        unpack_tests(packed, "here")
