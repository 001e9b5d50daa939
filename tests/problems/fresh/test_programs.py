"""The form that reads and prints: the same function, word for word as its tests have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.problems.fresh import Wanted, generate
from ssd_iter.problems.fresh.programs import _INPUT, _OUTPUT, _PRINTING, _READING, printed

LEVELS = (0, 3)


@pytest.fixture(scope="module")
def pairs():
    """Each problem in both styles."""
    both = (generate(4, Wanted("train", LEVELS, style), 60) for style in ("function", "stdin"))
    return list(zip(*both, strict=True))


def test_both_styles_are_of_one_function_in_one_order(pairs):
    for function, program in pairs:
        assert program.semantic_key == function.semantic_key
        assert program.problem_id == f"{function.problem_id}-stdin"
        assert (program.style, program.starter_code, program.split) == ("stdin", "", function.split)


def test_the_program_that_the_reference_becomes_passes_the_tests_as_text(pairs, prints):
    for _, program in pairs:
        for case in program.cases:
            assert prints(program.reference, case.args[0]).split() == case.expected.split(), program.problem_id


def test_the_statement_asks_for_printing_and_shows_the_examples(pairs):
    for _, program in pairs:
        assert "Return" not in program.statement and " return " not in program.statement
        for case in program.cases:
            shown = f"Example input:\n{case.args[0]}\nExample output:\n{case.expected}".rstrip()
            assert (shown in program.statement) == case.visible


def test_every_type_can_be_read_and_printed():
    assert _INPUT.keys() == _READING.keys()
    assert _OUTPUT.keys() == _PRINTING.keys()


@given(st.integers() | st.booleans() | st.lists(st.integers()) | st.lists(st.lists(st.integers(), min_size=1)))
def test_what_is_printed_has_the_same_words_as_the_answer(answer):
    def words(value):
        return [word for item in value for word in words(item)] if isinstance(value, list) else [str(value)]

    assert printed(answer).split() == words(answer)
