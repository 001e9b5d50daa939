"""Anybody's samples, as they write them."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.grading.samples_file import names_of, read_samples
from ssd_iter.problems import humaneval
from ssd_iter.problems.base import TestCase

TEXT = "Use it so:\n```python\ndef {name}(*a): return 1\n```\nand then\n```python\nprint({name}(1))\n```\n"


@pytest.fixture(scope="session")
def problems():
    return humaneval.load()[:12]


@pytest.fixture
def read(tmp_path, problems):
    """Samples of a file with these lines: text as it is, anything else as JSON."""

    def read_lines(*lines, rule="entry_point", name="samples.jsonl", of=problems):
        data = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read_samples(tmp_path / name, of, rule)

    return read_lines


def row(task_id="HumanEval/0", **more):
    return {"task_id": task_id, "text": "", **more}


def keys(samples):
    return [(sample.problem.problem_id.rpartition("/")[2], sample.sample_idx) for sample in samples]


def test_text_is_what_a_model_said_and_code_is_taken_from_it(read, problems):
    name = problems[0].entry_point
    [sample] = read(row(text=TEXT.format(name=name)))
    assert (sample.code.strip(), sample.status) == (f"def {name}(*a): return 1", "ok")
    assert (sample.task_id, sample.sample_idx, sample.problem) == ("HumanEval/0", 0, problems[0])


def test_a_number_may_name_a_problem(read, problems):
    assert [sample.problem for sample in read(row(3), row("4"))] == [problems[3], problems[4]]


def test_a_name_of_two_problems_is_refused_with_both(read, problems):
    twins = [problems[0], replace(problems[1], problem_id="mine/all/0", problem_set="mine")]
    with pytest.raises(DataError, match="'0' may be humaneval/test/0 or mine/all/0: name one of them"):
        read(row("0"), of=twins)
    assert [sample.problem for sample in read(row("HumanEval/0"), row("mine/0"), of=twins)] == twins


def test_the_rule_decides_which_block_of_a_text_counts(read, problems):
    name = problems[0].entry_point
    [sample] = read(row(text=TEXT.format(name=name)), rule="last")
    assert sample.code.strip() == f"print({name}(1))"


def test_a_text_without_code_says_why_there_is_none(read):
    [without, torn] = read(row(text="I cannot."), row(text="```python\ndef"))
    assert (without.code, torn.code) == (None, None)
    assert without.status.startswith("no_code:") and torn.status == "no_code:truncated"


@pytest.mark.parametrize("rule", ["entry_point", "last"])
def test_a_completion_goes_on_where_the_prompt_ends(read, problems, rule):
    [sample] = read({"task_id": "HumanEval/0", "completion": "    return True\n```"}, rule=rule)
    assert sample.code == problems[0].starter_code + "    return True\n```"
    assert sample.status == "ok"


def test_a_completion_of_a_program_that_reads_and_prints_is_all_of_it(read, problems):
    asks = replace(problems[0], style="stdin", check=None, cases=(TestCase(("1",), "1"),))
    [sample] = read({"task_id": "HumanEval/0", "completion": "print(input())"}, of=[asks])
    assert sample.code == "print(input())"


@pytest.mark.parametrize("task_id", ["HumanEval/3", "humaneval/3", "HUMANEVAL/3", "humaneval/test/3", "3"])
def test_a_problem_goes_by_its_sources_name_and_by_ours(read, problems, task_id):
    [sample] = read(row(task_id))
    assert (sample.problem, sample.task_id) == (problems[3], task_id)


def test_a_files_own_names_are_known(problems):
    mine = replace(problems[0], problem_id="mine/all/Sum/of two", problem_set="mine", split="all")
    assert set(names_of([mine])) == {"mine/all/Sum/of two", "Sum/of two", "mine/sum/of two"}


def test_samples_without_an_index_are_numbered_in_their_order_task_by_task(read):
    rows = [row(f"HumanEval/{n}", text=f"{i}") for i, n in enumerate([1, 0, 1, 1, 0])]
    assert keys(read(*rows)) == [("0", 0), ("0", 1), ("1", 0), ("1", 1), ("1", 2)]


def test_numbers_that_are_given_stay_and_the_others_fill_the_gaps(read):
    rows = [row(), row(sample_idx=1), row("humaneval/test/0"), row(sample_idx=0), row("0", sample_idx=7), row()]
    assert keys(read(*rows)) == [("0", index) for index in (0, 1, 2, 3, 4, 7)]


@given(st.lists(st.none() | st.integers(0, 6), max_size=8))
def test_every_sample_has_an_index_of_its_own(tmp_path_factory, problems, indices):
    given_ones = [index for index in indices if index is not None]
    rows = [row() if index is None else row(sample_idx=index) for index in [*indices, None]]
    path = tmp_path_factory.getbasetemp() / "given.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    if len(set(given_ones)) < len(given_ones):
        with pytest.raises(DataError, match="twice"):
            read_samples(path, problems, "last")
    else:
        found = [sample.sample_idx for sample in read_samples(path, problems, "last")]
        assert found == sorted(set(found)) and len(found) == len(rows) and set(given_ones) <= set(found)


def test_samples_come_in_the_order_of_the_problems(read):
    rows = [row(f"HumanEval/{n}") for n in (10, 9, 0, 11)]
    assert [key for key, _ in keys(read(*rows))] == ["0", "9", "10", "11"]


def test_a_sample_that_is_there_twice_is_named(read):
    with pytest.raises(DataError, match="sample 4 of humaneval/test/0 is there twice"):
        read(row(sample_idx=4), row("humaneval/test/0", sample_idx=4))


@pytest.mark.parametrize(
    ("task_id", "words"),
    [
        ("HumanEvil/1", "did you mean 'humaneval/1"),
        ("humaneval/test/999", "did you mean 'humaneval/test/"),
        ("MBPP/900", "there are ids such as 'humaneval/test/0'"),
        ("", "there are ids such as"),
    ],
)
def test_an_unknown_problem_is_named_with_the_likely_one(read, task_id, words):
    with pytest.raises(DataError, match=r"samples\.jsonl, line 2: no problem") as refused:
        read(row(), row(task_id))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"task_id": ', "line 3 is not JSON"),
        ("[" * 10**5, "line 3 is not JSON"),
        ('{"task_id": "\udcff"}'.encode("utf-8", "surrogateescape").decode("latin-1"), "line 3"),
        ([1], "line 3: expected an object, found list"),
        ("null", "line 3: expected an object, found NoneType"),
        ({"text": "x"}, "line 3: task_id should be text, found None"),
        (row(3.5), "line 3: task_id should be text, found 3.5"),
        (row(sample_idx=-1), "sample_idx should be a whole number from 0, found -1"),
        (row(sample_idx=1.0), "sample_idx should be a whole number from 0, found 1.0"),
        (row(sample_idx="1"), "sample_idx should be a whole number from 0, found '1'"),
        (row(sample_idx=True), "sample_idx should be a whole number from 0, found True"),
        (row(sample_idx=None), "sample_idx should be a whole number from 0, found None"),
        ({"task_id": "0"}, "a sample needs `text`"),
        (row(completion="x"), "a sample needs `text`"),
        (row(text=None), "a sample needs `text`"),
        ({"task_id": "0", "completion": ["x"]}, "a sample needs `text`"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_is_no_sample_is_named_with_its_number(read, line, words):
    with pytest.raises(DataError, match=r"samples\.jsonl, line 3") as refused:
        read(row(), "  ", line, row())
    assert words in str(refused.value)


def test_other_keys_and_empty_lines_are_left_alone(read):
    assert len(read("", row(temperature=0.2, passed=True), "\r", row(model=None), "")) == 2


def test_a_packed_file_is_unpacked(read):
    assert keys(read(row(), row(), name="samples.jsonl.gz")) == [("0", 0), ("0", 1)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"no gzip",
        lambda data: data[:-9],
        lambda data: data[:20] + bytes(8) + data[28:],
        lambda data: data[:-6] + b"xx" + data[-4:],
    ],
    ids=["other", "cut", "changed inside", "changed sum"],
)
def test_a_packed_file_that_is_spoilt_is_named(tmp_path, problems, spoil):
    path = tmp_path / "samples.jsonl.gz"
    path.write_bytes(spoil(gzip.compress(b"\n".join(json.dumps(row(text=f"{i}")).encode() for i in range(99)))))
    with pytest.raises(DataError, match=r"samples\.jsonl\.gz"):
        read_samples(path, problems, "last")


@pytest.mark.parametrize("lines", [[], [""], ["", "  ", "\t"]])
def test_a_file_without_samples_is_refused(read, lines):
    with pytest.raises(DataError, match="holds no samples"):
        read(*lines)


def test_a_file_that_is_not_there_is_said_so(tmp_path, problems):
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(NotFoundError, match="no file of samples at"):
            read_samples(path, problems, "last")
