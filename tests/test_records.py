from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.records import TABLES, ExtractionFacts, SampleKey, TestResult, sample_key

TYPES = pytest.mark.parametrize("row_type", TABLES.values(), ids=TABLES)
KEYS = st.builds(
    SampleKey, run_id=st.text(), round=st.integers(), purpose=st.sampled_from(["train", "eval"]), decode_id=st.text(),
    problem_id=st.text(), sample_idx=st.integers(),
)  # fmt: skip


@TYPES
def test_a_row_is_a_value(row_type):
    assert is_dataclass(row_type) and row_type.__dataclass_params__.frozen
    assert "__dict__" not in dir(row_type)
    assert all(field.kw_only for field in fields(row_type))


@TYPES
def test_every_row_says_which_run_it_is_of(row_type):
    assert next(field.name for field in fields(row_type)) == "run_id"


@TYPES
def test_rows_about_a_sample_begin_with_its_key(row_type):
    names = [field.name for field in fields(row_type)]
    key = [field.name for field in fields(SampleKey)]
    assert (names[: len(key)] == key) == issubclass(row_type, SampleKey) == ("sample_idx" in names)


@TYPES
def test_json_documents_are_text(row_type):
    hints = get_type_hints(row_type)
    assert all(hints[field.name] is str for field in fields(row_type) if field.name.endswith("_json"))


def test_no_two_tables_hold_the_same_rows():
    assert len(set(TABLES.values())) == len(TABLES)
    assert ExtractionFacts not in TABLES.values()


@given(KEYS)
def test_rows_about_the_same_sample_have_the_same_key(key):
    known = {field.name: getattr(key, field.name) for field in fields(key)}
    assert sample_key(key) == tuple(known.values())
    assert sample_key(TestResult(**known, test_idx=3, verdict="pass", detail="", cpu_seconds=0.1)) == sample_key(key)


@given(KEYS, st.sampled_from(["round", "sample_idx"]))
def test_another_sample_has_another_key(key, name):
    assert sample_key(replace(key, **{name: getattr(key, name) + 1})) > sample_key(key)
