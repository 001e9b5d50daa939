from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.visible import clipped, is_hidden, visible

HIDDEN = "\x00\x1b\x9b\xad\u115f\u200b\u2028\u202e\u2066\u3164\ud800\ufeff\U000e0041\U000e0101"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_characters_that_hide_text_are_spelt_out(hidden):
    assert visible(f"a{hidden}b") == f"a␣{ord(hidden):04x}b"


def test_words_of_all_scripts_and_emoji_are_left_alone():
    text = "naïve größe 漢字 עברית ❤️ 🐍\n\tok"
    assert visible(text) == text


@given(st.text(st.characters()))
def test_nothing_hidden_is_left_and_nothing_shown_is_lost(text):
    shown = visible(text)
    assert not any(map(is_hidden, map(ord, shown)))
    assert shown == "".join(f"␣{ord(each):04x}" if is_hidden(ord(each)) else each for each in text)


def test_every_control_and_format_character_is_hidden_but_line_ends_and_tabs():
    codes = {code for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")}
    assert {code for code in codes if not is_hidden(code)} == {ord("\n"), ord("\t")}


def test_a_long_text_says_how_much_more_there_is_and_where():
    assert clipped("abc", 3, "elsewhere") == "abc"
    assert clipped("a" * 5000, 3, "elsewhere") == "aaa [4,997 more characters; elsewhere]"
