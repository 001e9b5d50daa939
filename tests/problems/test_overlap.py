from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.problems.overlap import MOST_PROMPTS, NUM_WORDS, Overlap, overlap_text, overlaps, sequences

WORDS = [f"w{i}" for i in range(40)]
LONG = " ".join(WORDS)


def test_thirteen_words_in_common_are_found_and_twelve_are_not():
    assert overlaps([("p", LONG)], [" ".join(WORDS[5:18])]) == [Overlap("p", 1, 28)]
    assert overlaps([("p", LONG)], [" ".join(WORDS[5:17])]) == []


def test_case_and_what_stands_between_words_do_not_matter():
    assert overlaps([("p", LONG)], ["(" + ",\n".join(WORDS[:13]).upper() + ")"]) == [Overlap("p", 1, 28)]


def test_what_many_prompts_share_is_a_template():
    assert overlaps([("p", LONG)], [LONG] * MOST_PROMPTS) == [Overlap("p", 28, 28)]
    assert overlaps([("p", LONG)], [LONG] * (MOST_PROMPTS + 1)) == []


def test_those_that_share_most_come_first():
    found = overlaps([("a", LONG), ("b", " ".join(WORDS[:14]))], [" ".join(WORDS[:14])])
    assert [(overlap.problem_id, overlap.share) for overlap in found] == [("b", 1.0), ("a", 2 / 28)]


@given(st.lists(st.sampled_from(["a", "b"]), max_size=30))
def test_a_text_has_a_sequence_for_each_place_one_fits(words):
    assert len(list(sequences(" ".join(words)))) == max(0, len(words) - NUM_WORDS + 1)


@pytest.mark.parametrize(
    ("most", "text"),
    [
        ([], "None of 7 evaluation problems shares 13 words in a row with training prompts."),
        ([{"problem_id": "p", "share": 0.25}], "1 of 7 evaluation problems share 13 words in a row .* p, 25% of its"),
    ],
)
def test_the_summary_says_how_many_of_how_many(most, text):
    assert re.match(text, overlap_text({"words": 13, "problems": 7, "sharing": len(most), "most": most}))
