from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.filtering.extraction import extract, facts

PIECES = ["```", "````", "~~~", "```python", " ", "\n", "\r\n", "def f():", "x", "<think>", "</think>"]
FENCED_TEXT = st.lists(st.sampled_from(PIECES)).map("".join)


def fenced(*blocks: str) -> str:
    return "\n".join(f"Here you are:\n```python\n{block}\n```" for block in blocks)


def test_the_code_of_a_closed_fence_is_taken_as_it_stands():
    extraction = extract("Sure!\n```python\ndef f(x):\n    return x\n```\nDone.", "f")
    assert (extraction.status, extraction.code) == ("ok", "def f(x):\n    return x")
    assert extraction.closed_fence


def test_an_unclosed_fence_is_truncated_not_code():
    extraction = extract("```python\ndef f(x):\n    return x", "f")
    assert (extraction.status, extraction.code, extraction.closed_fence) == ("no_code:truncated", None, False)


@pytest.mark.parametrize("text", ["", "def f(x): return x", "`f`", "a ``` b", "    ```\n    x\n    ```"])
def test_without_a_fence_there_is_no_code(text):
    assert extract(text, "f").status == "no_code:none"


def test_a_closed_block_counts_even_if_a_later_one_is_cut_off():
    assert extract(fenced("def f(): pass") + "\n```python\ndef f(): ret", "f").code == "def f(): pass"


def test_the_last_block_that_defines_the_entry_point_wins():
    text = fenced("def f(): return 1", "def f(): return 2", "print(f())")
    assert extract(text, "f").code == "def f(): return 2"
    assert extract(text, "f", "last").code == "print(f())"


@pytest.mark.parametrize(
    "code",
    [
        "f = lambda x: x",
        "f: int = 3",
        "class A:\n    def f(self): pass",
        "async def f(): pass",
        "def f(x:\n  oops",
        "  f = (",
    ],
)
def test_methods_assignments_and_broken_code_can_define_the_entry_point(code):
    assert extract(fenced(code, "print(1)"), "f").code == code


@pytest.mark.parametrize("code", ["f(1)", "f == 1", "def ff(): pass", "def g(f): pass", "f == (", "# def g", "x = f"])
def test_uses_of_the_name_do_not_define_it(code):
    assert extract(fenced(code, "print(1)"), "f").code == "print(1)"


def test_without_a_definition_the_last_block_is_taken():
    assert extract(fenced("a = 1", "b = 2"), "f").code == "b = 2"


@pytest.mark.parametrize(
    "text",
    [
        "~~~\nx = '```'\n```\n~~~",
        "````python\nx = '```'\n```\n`````",
    ],
)
def test_only_a_fence_of_the_same_kind_and_length_closes(text):
    assert extract(text, "f").code == "x = '```'\n```"


def test_a_line_with_an_info_string_does_not_close():
    assert extract("```\nx\n```python", "f").status == "no_code:truncated"


def test_a_fences_own_indent_is_not_part_of_the_code():
    assert extract("  ```python\n  def f():\n      pass\n  ```", "f").code == "def f():\n    pass"


def test_windows_line_ends_are_read():
    assert extract("```python\r\nx = 1\r\ny = 2\r\n```\r\n", "f").code == "x = 1\ny = 2"


def test_code_in_the_reasoning_does_not_count():
    draft = fenced("def f(): return 'draft'")
    assert extract(f"<think>{draft}\n</think>\n" + fenced("def f(): return 1"), "f").code == "def f(): return 1"
    assert extract(f"{draft}\n</think>\nno code", "f").status == "no_code:none"
    assert extract(f"<think>\n{draft}\nhm", "f").status == "no_code:truncated"


def test_reasoning_that_the_prompt_opened_and_nobody_closed_holds_no_answer(make_sample):
    draft = make_sample(fenced("def f(): return 'draft'") + "\nhm")
    assert facts(replace(draft, prompt="Write f.<think>\n"), "f", "last").extraction == "no_code:truncated"
    assert facts(replace(draft, prompt="Write f.<think>\n\n</think>\n\n"), "f", "last").extraction == "ok"
    answered = replace(draft, prompt="Write f.<think>\n", completion="hm</think>" + fenced("def f(): return 1"))
    assert facts(answered, "f", "last").code == "def f(): return 1"


@settings(deadline=None)
@given(st.one_of(st.text(), FENCED_TEXT), st.sampled_from(["entry_point", "last"]))
def test_any_text_has_an_answer(text, rule):
    extraction = extract(text, "f", rule)
    assert (extraction.status == "ok") == (extraction.code is not None) == extraction.closed_fence


@given(st.text(st.characters(blacklist_characters="`~\r", blacklist_categories=["Cs"])))
def test_what_is_fenced_comes_back(code):
    assert extract(f"```\n{code}\n```", "f").code == code


def test_facts_tell_the_form(make_sample):
    known = facts(make_sample(fenced("def f(x): return x")), "f", "entry_point")
    assert known.non_empty and known.closed_fence and known.parses and known.complete
    assert known.code_sha256 == hashlib.sha256(b"def f(x): return x").hexdigest()
    assert known.normal_sha256 == facts(make_sample(fenced("def f(y):\n  return y")), "f", "last").normal_sha256


def test_facts_of_a_cut_off_completion(make_sample):
    known = facts(make_sample("```python\ndef f(", finish_reason="length"), "f", "entry_point")
    assert (known.extraction, known.complete, known.parses) == ("no_code:truncated", False, False)
    assert known.code is known.code_sha256 is known.normal_sha256 is None


def test_code_that_does_not_parse_has_a_hash_but_no_normal_hash(make_sample):
    known = facts(make_sample(fenced("def f(:")), "f", "entry_point")
    assert known.extraction == "ok" and known.code_sha256 is not None
    assert not known.parses and known.normal_sha256 is None


def test_white_space_is_empty(make_sample):
    assert not facts(make_sample(" \n\t"), "f", "entry_point").non_empty
