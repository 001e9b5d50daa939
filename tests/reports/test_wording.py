from __future__ import annotations

import math

import pytest

from reports.wording import MINUS, NOTHING, change_text, flatten, interval_text, name_rounds, number, value_text
from ssd_iter.records import Metric


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0612, "fraction", "6.1%"),
        (1640.0, "count", "1,640"),
        (7.314, "count", "7.31"),
        (184.25, "tokens", "184.2 tokens"),
        (0.41234, "nats per token", "0.412"),
        (3.45678, "ratio", "3.457"),
        (4.24, "seconds", "4.2 s"),
        (200.0, "seconds", "3 min 20 s"),
        (7500.0, "seconds", "2 h 05 min"),
        (59.97, "seconds", "1 min 00 s"),
        (None, "fraction", NOTHING),
        (math.nan, "nats per token", "not finite"),
    ],
)
def test_a_value_reads_in_its_unit(value, unit, text):
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("change", "unit", "text"),
    [
        (0.0112, "fraction", "+1.1 points"),
        (-0.0112, "fraction", f"{MINUS}1.1 points"),
        (0.0001, "fraction", "±0.0 points"),
        (-11.0, "tokens", f"{MINUS}11.0 tokens"),
        (0.0, "count", "±0"),
    ],
)
def test_a_change_is_signed(change, unit, text):
    assert change_text(change, unit) == text


def test_an_interval_names_its_unit_once():
    assert interval_text(148.0, 173.5, "tokens") == "148.0 to 173.5 tokens"
    assert interval_text(None, None, "fraction") == ""


def test_an_interval_without_width_is_not_shown():
    assert interval_text(1.0, 1.0, "fraction") == ""


def test_a_number_that_json_has_no_word_for_is_null_and_said_in_words():
    row = {"run_id": "r", "round": 1, "name": "train_loss", "purpose": "train", "problem_set": "all"}
    shown = number(Metric(**row, value=math.inf, low=None, high=None, n=3), "nats per token")
    assert (shown["value"], shown["text"]) == (None, "not finite")


def test_nested_documents_become_dotted_keys():
    rows = flatten({"git": {"dirty": False, "tags": ["a", 1]}, "notes": "", "lora": {}})
    assert [(row["key"], row["value"]) for row in rows] == [
        ("git.dirty", "no"), ("git.tags", "a, 1"), ("notes", NOTHING), ("lora", NOTHING),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rounds", "text"),
    [
        ((3,), "round 3"),
        ((1, 4), "rounds 1 and 4"),
        ((1, 2), "rounds 1 and 2"),
        ((1, 2, 3), "rounds 1 to 3"),
        ((1, 2, 3, 7, 9, 10), "rounds 1 to 3, 7, 9 and 10"),
        ((1, 2, 4, 5, 6), "rounds 1, 2 and 4 to 6"),
    ],
)
def test_rounds_are_named_by_their_spans(rounds, text):
    assert name_rounds(rounds) == text
