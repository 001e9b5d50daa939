from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.decline.counts_file import FileCounts, read_counts
from ssd_iter.exceptions import DataError, NotFoundError

ROW = {"round": 3, "problem_id": "p7", "n": 10, "c": 4, "extracted": 9, "classes": [5, 3, 1]}
EXAMPLE = json.dumps(ROW)


@pytest.fixture(scope="session")
def read(tmp_path_factory):
    """Reads text, or bytes, as a file of counts."""
    path = tmp_path_factory.mktemp("counts") / "counts.jsonl"

    def read(content: str | bytes) -> list[FileCounts]:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_counts(path)

    return read


@st.composite
def rows(draw):
    n = draw(st.integers(0, 50))
    sizes = draw(st.lists(st.integers(1, 9), max_size=6).filter(lambda sizes: sum(sizes) <= n))
    return {
        "round": draw(st.integers(0, 20)),
        "problem_id": draw(st.text(st.characters(exclude_categories=["Cs"]))),
        "n": n,
        "c": draw(st.integers(0, n)),
        "extracted": draw(st.none() | st.integers(0, n)),
        "classes": draw(st.none() | st.just(sizes)),
    }


@settings(max_examples=40)
@given(
    written=st.lists(rows(), min_size=1, unique_by=lambda row: (row["round"], row["problem_id"])), ascii=st.booleans()
)
def test_what_was_written_is_read_in_its_order(read, written, ascii):
    text = "\n".join(json.dumps(row, ensure_ascii=ascii) for row in written)
    assert [json.loads(row.model_dump_json()) for row in read(text)] == written


def test_what_may_be_left_out_may_be_null_too(read):
    short = {key: ROW[key] for key in ("round", "problem_id", "n", "c")}
    for row in (short, short | {"extracted": None, "classes": None}):
        (found,) = read(json.dumps(row))
        assert (found.n, found.c, found.extracted, found.classes) == (10, 4, None, None)


@pytest.mark.parametrize("missing", [{"n": None}, {"c": None}, {"n": float("nan")}, {"c": float("nan")}])
def test_a_row_without_n_or_c_is_a_problem_without_samples(read, missing):
    (found,) = read(json.dumps(ROW | missing))
    assert (found.n, found.c, found.extracted, found.classes) == (0, 0, None, None)


def test_whole_numbers_may_be_written_as_floats(read):
    (found,) = read(json.dumps(ROW | {"round": 3.0, "n": 10.0, "c": 4.0}))
    assert (found.round, found.n, found.c) == (3, 10, 4)


def test_nan_stands_for_what_was_not_counted(read):
    (found,) = read(json.dumps(ROW | {"extracted": float("nan"), "classes": float("nan")}))
    assert (found.n, found.extracted, found.classes) == (10, None, None)


def test_blank_lines_and_windows_line_ends_are_no_rows(read):
    assert len(read(f"\n{EXAMPLE}\r\n\r\n{json.dumps(ROW | {'round': 4})}\r\n\n")) == 2


def test_other_keys_are_not_looked_at(read):
    assert read(json.dumps(ROW | {"model": "m"})) == read(EXAMPLE)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps(ROW | {"c": 11}), "c is 11, more than the 10 samples of n"),
        (json.dumps(ROW | {"extracted": 11}), "extracted is 11, more than the 10 samples of n"),
        (json.dumps(ROW | {"classes": [5, 6]}), "classes hold 11 samples, more than the 10 of n"),
        (json.dumps(ROW | {"classes": [5, 0]}), "classes.1: "),
        (json.dumps(ROW | {"n": -1}), "n: "),
        (json.dumps(ROW | {"round": -1}), "round: "),
        (json.dumps(ROW | {"c": "four"}), "c: "),
        (json.dumps(ROW | {"c": True}), "c: "),
        (json.dumps(ROW | {"n": 10.5}), "n: "),
        (json.dumps(ROW | {"n": float("inf")}), "n: "),
        (json.dumps(ROW | {"problem_id": 7}), "problem_id: "),
        (json.dumps({"problem_id": "p7", "n": 10, "c": 4}), "round: Field required"),
        ("[3, 4]", "dictionary"),
        ("null", "dictionary"),
        (EXAMPLE[:-1], "is no JSON"),
        (EXAMPLE * 2, "is no JSON"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_fault_and_what_a_row_looks_like(read, line, said):
    with pytest.raises(DataError) as refused:
        read(f"{json.dumps(ROW | {'round': 0})}\n\n{line}\n")
    message = str(refused.value)
    assert "counts.jsonl, line 3" in message and said in message and message.endswith(EXAMPLE)


def test_a_problem_counted_twice_in_a_round_is_named_with_both_lines(read):
    with pytest.raises(DataError, match="line 4: round 3 has 'p7' already, in line 2; add the counts up"):
        read("\n".join([json.dumps(ROW | {"round": 2}), EXAMPLE, json.dumps(ROW | {"problem_id": "p8"}), EXAMPLE]))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_rows_is_refused_with_an_example(read, content):
    with pytest.raises(DataError, match="holds no counts") as refused:
        read(content)
    assert str(refused.value).endswith(EXAMPLE)


def test_text_that_is_not_utf8_is_refused(read):
    with pytest.raises(DataError, match=r"cannot be read as UTF-8 text.*0xff"):
        read(b"\xff" + EXAMPLE.encode())


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(NotFoundError, match=r"nowhere\.jsonl is not there; it should hold counts"):
        read_counts(tmp_path / "nowhere.jsonl")


def test_a_folder_is_no_file_of_counts(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_counts(tmp_path)
