"""Programs that would have a behaviour other than their answers make."""

from __future__ import annotations

import pytest

FORGER = """
def f(x):
    frame(@SENT)
    block()
"""
SPELLINGS = [
    (' [ "value" , 3 ]', "3"),
    ('["value", 0.30e1]', "3.0"),
    ('["value", "\\u0061\\/"]', "'a/'"),
    ('["value", {"v": [1, 1, 1], "t": "set"}]', "{1}"),
    ('["value", {"t": "dict", "v": [["a", 0], ["a", 1]], "w": 5}]', "{'a': 1}"),
    ('["value", {"t": "int", "v": "0x03"}]', "3"),
    ('["value", {"t": "bytes", "v": "61 "}]', "b'a'"),
    ('["value", {"t": "Fraction", "v": "2/4"}]', "__import__('fractions').Fraction(1, 2)"),
    ('["value", 99999999999999999999999]', "99999999999999999999999"),
    ('["raise", "exception", "Own: mine", "Own"]', "(_ for _ in ()).throw(Exception())"),
    ('["raise", "exception", "ValueError: mine", "ValueError"]', "int('x')"),
]


@pytest.mark.parametrize(("sent", "answer"), SPELLINGS)
def test_another_spelling_of_an_answer_is_no_behaviour_of_its_own(judge, sent, answer):
    forged = judge(FORGER.replace("@SENT", repr(sent)))
    assert forged.behaviour_sha256 == judge(f"def f(x): return {answer}").behaviour_sha256


def test_answers_sent_ahead_are_the_behaviour_of_whoever_gives_them(judge):
    ahead = judge("frame('[\"ready\"]')\nframe('[\"value\", 2]')\ndef f(x): return 9")
    assert ahead.behaviour_sha256 == judge("def f(x): return 2").behaviour_sha256


def test_what_a_program_says_of_its_own_failure_makes_no_behaviour(judge):
    told = [judge(f'frame(\'["fail", "exception", "{words}"]\')') for words in ("Mine", "Mine: 1", "Yours: 2")]
    honest = judge("class Own(Exception): pass\nraise Own")
    assert {result.behaviour_sha256 for result in told} == {honest.behaviour_sha256}


def test_what_a_program_does_beside_answering_makes_no_behaviour(judge):
    busy = "import os, sys\nprint(os.urandom(9))\ndef f(x):\n    print(x, file=sys.stderr)\n    return 3"
    assert judge(busy).behaviour_sha256 == judge("def f(x): return 3").behaviour_sha256


def test_numbers_too_long_to_be_written_do_not_stop_the_checker(hold):
    result = hold(FORGER.replace("@SENT", repr('["value", {"t": "Fraction", "v": "1E9999"}]')), "wrong")
    assert (result.attempts, len(result.behaviour_sha256)) == (1, 64)
