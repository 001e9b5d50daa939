from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import TestCase
from ssd_iter.problems.public.rstar_coder import parse

SFT = {"question_id": "seed_1", "question": "Say hello.", "starter_code": "", "response": "...", "verified": "True",
       "is_passed": "True"}  # fmt: skip
TESTED = {"question_id": "seed_1", "question": "Add one.", "starter_code": "", "inputs": '["1\\n", "2\\n"]',
          "outputs": '["2\\n", "3\\n"]', "is_synthesized": "False", "test_case_type": "official", "func_name": "",
          "class_name": ""}  # fmt: skip
CALLED = TESTED | {"starter_code": "class Solution:\n    def inc(self, x):\n        ", "inputs": '[[1], ["a", null]]',
                   "outputs": "[2, [null]]", "func_name": "inc", "class_name": "Solution"}  # fmt: skip


def shard(*rows):
    names = rows[0].keys()
    columns = {name: [row[name] for row in rows] for name in names}
    schema = pa.schema([(name, pa.int64() if isinstance(columns[name][0], int) else pa.string()) for name in names])
    file = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), file)
    file.seek(0)
    return file


def problems(split, *rows):
    return list(parse(shard(*rows), split, "0" * 64))


def test_a_seed_has_no_tests():
    (problem,) = problems("seed_sft", SFT)
    assert problem.problem_id == "rstar-coder/seed_sft/seed_1"
    assert (problem.style, problem.statement, problem.has_tests) == ("stdin", "Say hello.", False)


def test_a_seed_with_starter_code_asks_for_its_function():
    (problem,) = problems("seed_sft", SFT | {"starter_code": CALLED["starter_code"]})
    assert (problem.style, problem.entry_point, problem.statement_in_code) == ("function", "inc", False)


def test_of_statements_that_differ_in_white_space_the_first_is_kept():
    rows = [SFT, SFT | {"response": "x"}, SFT | {"question_id": "seed_2", "question": " Say\n\thello. "},
            SFT | {"question_id": "seed_3", "question": "Sayhello."}]  # fmt: skip
    found = problems("seed_sft", *rows)
    assert [problem.problem_id for problem in found] == ["rstar-coder/seed_sft/seed_1", "rstar-coder/seed_sft/seed_3"]
    assert len({problem.semantic_key for problem in found}) == 2


def test_a_statement_names_its_problem_in_every_split():
    (seed,), (tested,) = problems("seed_sft", SFT | {"question": "Add  one."}), problems("seed_testcase", TESTED)
    assert seed.semantic_key == tested.semantic_key


def test_a_program_is_tested_with_what_it_reads_and_should_print():
    (problem,) = problems("seed_testcase", TESTED)
    assert (problem.style, problem.comparison, problem.entry_point) == ("stdin", "tokens", "")
    assert problem.cases == (TestCase(("1\n",), "2\n"), TestCase(("2\n",), "3\n"))


@pytest.mark.parametrize("class_name", ["Solution", "", None])
def test_a_function_is_tested_with_calls(class_name):
    (problem,) = problems("seed_testcase", CALLED | {"class_name": class_name})
    assert (problem.style, problem.comparison, problem.entry_point) == ("function", "exact", "inc")
    assert problem.cases == (TestCase((1,), 2), TestCase(("a", None), [None]))


@pytest.mark.parametrize(
    "changes", [{"inputs": "[]", "outputs": "[]"}, {"inputs": "", "outputs": ""}, {"inputs": "null", "outputs": None}]
)
def test_a_row_without_tests_can_only_be_trained_on(changes):
    found = problems("seed_testcase", TESTED | {"question": "?"}, TESTED | changes)
    assert [problem.has_tests for problem in found] == [True, False]


def test_a_method_of_another_class_can_only_be_trained_on():
    (problem,) = problems("seed_testcase", CALLED | {"class_name": "Codec"})
    assert (problem.has_tests, problem.style) == (False, "function")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"inputs": "["}, "column 'inputs': no JSON"),
        ({"outputs": "{}"}, "column 'outputs': should be a JSON list, found dict"),
        ({"outputs": '["2"]'}, "2 inputs and 1 outputs"),
        ({"inputs": '["1", 2]'}, "column 'inputs': input 2 should be text, and its output too, found int"),
        ({"outputs": '["1", 2]'}, "column 'inputs': input 2 should be text, and its output too"),
        ({"func_name": "inc"}, "column 'inputs': input 1 should be a list of arguments, found str"),
        ({"question": None}, "column 'question' should be str, found NoneType"),
        ({"question_id": None}, "column 'question_id' should be str, found NoneType"),
        ({"inputs": "[" * 100_000}, "column 'inputs': no JSON"),
    ],
)
def test_a_row_of_another_form_is_named(changes, named):
    with pytest.raises(DataError, match="row 2") as error:
        problems("seed_testcase", TESTED, TESTED | {"question": "Another."} | changes)
    assert named in str(error.value)


@pytest.mark.parametrize("split", ["seed_sft", "seed_testcase"])
def test_a_missing_column_is_named(split):
    row = {key: value for key, value in (SFT if split == "seed_sft" else TESTED).items() if key != "starter_code"}
    with pytest.raises(DataError, match="'starter_code' is missing"):
        problems(split, row)


def test_a_column_of_another_type_is_named():
    with pytest.raises(DataError, match="'question_id' should be text, found int64"):
        problems("seed_sft", SFT | {"question_id": 1})


def test_a_file_that_is_no_parquet_is_refused():
    with pytest.raises(DataError, match="no Parquet file"):
        list(parse(io.BytesIO(json.dumps(SFT).encode()), "seed_sft", "0" * 64))


def test_responses_are_never_read():
    """Bytes of the column are overwritten in the file: reading it would fail or give other text."""
    data = bytearray(shard(SFT | {"response": "RESPONSE" * 1000}).getvalue())
    place = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(0)
    chunk = next(place.column(i) for i in range(place.num_columns) if place.column(i).path_in_schema == "response")
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    data[start : start + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
    (problem,) = parse(io.BytesIO(bytes(data)), "seed_sft", "0" * 64)
    assert problem.statement == "Say hello."
