from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.config.schema import FilterConfig
from ssd_iter.filtering.apply import apply_rules
from ssd_iter.filtering.extraction import facts

GOOD = "```python\ndef f(x):\n    return x\n```"
STUB = "```python\n\ndef f(x): return x\n\n```"
BROKEN = "```python\ndef f(x):\nreturn x\n```"
CUT_OFF = "```python\ndef f(x):\n    return x"
BARE = "def f(x):\n    return x"
REFUSAL = "I cannot help."
BLANK = " \n\t"


@pytest.fixture(scope="session")
def judge(make_sample):
    def judge_texts(texts, *rules, drop_shortest=0.0):
        samples = [make_sample(text, sample_idx=i) for i, text in enumerate(texts)]
        known = [(facts(sample, "f", "entry_point"), sample.completion) for sample in samples]
        return apply_rules(known, FilterConfig(rules=rules, drop_shortest=drop_shortest))

    return judge_texts


@pytest.mark.parametrize(
    ("rule", "dropped"),
    [
        ("empty", {BLANK}),
        ("stub", {BLANK, STUB, REFUSAL, "```\n```"}),
        ("syntax", {BLANK, BROKEN, CUT_OFF, BARE, REFUSAL}),
    ],
)
def test_each_rule_drops_its_kind_and_no_other(judge, rule, dropped):
    texts = [BLANK, GOOD, STUB, BROKEN, CUT_OFF, BARE, REFUSAL, "```\n```"]
    verdicts = judge(texts, rule)
    assert {text for text, verdict in zip(texts, verdicts, strict=True) if not verdict.keep} == dropped
    assert {verdict.reason for verdict in verdicts} == {rule, None}


def test_with_all_rules_off_everything_is_kept(judge):
    assert all(verdict.keep and verdict.reason is None for verdict in judge([BLANK, GOOD, STUB, BROKEN, BARE]))


def test_the_first_matching_rule_gives_the_reason(judge):
    verdicts = judge([BLANK, REFUSAL, BARE, GOOD], "empty", "stub", "syntax")
    assert [verdict.reason for verdict in verdicts] == ["empty", "stub", "syntax", None]


def test_the_order_of_the_rules_is_the_order_of_the_reasons(judge):
    assert [verdict.reason for verdict in judge([BLANK, REFUSAL], "syntax", "stub", "empty")] == ["syntax", "syntax"]


def test_the_shortest_are_dropped_among_those_the_other_rules_keep(judge):
    verdicts = judge([BLANK, "three", "oh", "seven", "twelve"], "empty", drop_shortest=0.5)
    assert [verdict.reason for verdict in verdicts] == ["empty", "shortest", "shortest", None, None]


@pytest.mark.parametrize(("fraction", "count"), [(0.1, 0), (0.24, 0), (0.25, 1), (0.99, 3)])
def test_the_number_of_shortest_is_rounded_down(judge, fraction, count):
    assert sum(verdict.reason == "shortest" for verdict in judge(["a", "b", "c", "d"], drop_shortest=fraction)) == count


def test_equal_lengths_are_dropped_in_the_order_of_their_keys(make_sample):
    samples = [make_sample("same", "b", 0), make_sample("same", "a", 1), make_sample("same", "a", 0)]
    known = [(facts(sample, "f", "last"), sample.completion) for sample in samples]
    verdicts = apply_rules(known, FilterConfig(rules=("empty",), drop_shortest=0.7))
    assert [verdict.keep for verdict in verdicts] == [True, False, False]


@settings(deadline=None)
@given(texts=st.lists(st.sampled_from([BLANK, GOOD, STUB, BROKEN, BARE])), fraction=st.floats(0, 0.99))
def test_every_sample_gets_its_own_verdict(judge, texts, fraction):
    verdicts = judge(texts, "empty", "stub", "syntax", drop_shortest=fraction)
    assert [verdict.sample_idx for verdict in verdicts] == list(range(len(texts)))
    assert all(verdict.keep == (verdict.reason is None) for verdict in verdicts)
