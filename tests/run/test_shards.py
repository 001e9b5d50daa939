from __future__ import annotations

import types
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ssd_iter.exceptions import DataError
from ssd_iter.records import TABLES, Event, Finding, TrainStep
from ssd_iter.run.shards import read_shards, schema_of, write_shard

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    tuple[int, ...]: st.lists(st.integers(0, 2**31 - 1)).map(tuple),
    tuple[str, ...]: st.lists(st.text(st.characters(codec="utf-8"))).map(tuple),
}
EVENT = Event(
    run_id="run", round=0, stage="train", kind="note", message="m", payload_json="{}", created_at=datetime.now(UTC)
)


def rows_of(row_type: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(row_type)
    return st.builds(row_type, **{field.name: values_of(hints[field.name]) for field in fields(row_type)})


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(values_of(part) for part in get_args(hint))
    return st.none() if hint is type(None) else SCALARS[hint]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A folder's name must not be taken for a column.
    return tmp_path_factory.mktemp("run_id=x") / "round=007" / "shard.parquet"


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=20)
@given(data=st.data())
def test_rows_come_back_as_they_were(path, table, data):
    rows = data.draw(st.lists(rows_of(TABLES[table]), max_size=3))
    write_shard(path, rows, TABLES[table])
    assert read_shards([path], TABLES[table]) == rows


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_shard_is_typed(path, table):
    write_shard(path, [], TABLES[table])
    assert pq.read_schema(path).equals(schema_of(TABLES[table]))
    assert read_shards([path], TABLES[table]) == []


@given(st.text(st.characters(categories=["Cs", "Lu"])))
def test_lone_surrogates_become_question_marks(path, text):
    write_shard(path, [replace(EVENT, message=text)], Event)
    (row,) = read_shards([path], Event)
    assert row.message == "".join("?" if "\ud800" <= char <= "\udfff" else char for char in text)


def test_a_number_that_is_not_finite_comes_back(path):
    loss = {"loss": float("nan"), "grad_norm": float("inf")}
    step = TrainStep(run_id="r", round=1, step=1, epoch=1, learning_rate=0, num_tokens=1, tokens_per_second=1, **loss)
    write_shard(path, [step], TrainStep)
    (row,) = read_shards([path], TrainStep)
    assert row.loss != row.loss and row.grad_norm == float("inf")


@given(st.data())
def test_a_truncated_shard_is_named(path, data):
    write_shard(path, [EVENT] * 3, Event)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DataError, match=r"round=007/shard\.parquet is not a readable shard"):
        read_shards([path], Event)


def test_a_shard_that_lacks_columns_is_named(path):
    write_shard(path, [EVENT], Event)
    with pytest.raises(DataError, match=r"shard\.parquet"):
        read_shards([path], Finding)


def test_none_where_a_value_is_due_leaves_no_shard(tmp_path):
    with pytest.raises(pa.ArrowException, match="message"):
        write_shard(tmp_path / "shard.parquet", [replace(EVENT, message=None)], Event)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_rows_of_several_shards_come_in_the_order_of_the_files(tmp_path):
    files = [tmp_path / f"{name}.parquet" for name in "ba"]
    for round, file in enumerate(files):
        write_shard(file, [replace(EVENT, round=round), replace(EVENT, round=round)], Event)
    assert [row.round for row in read_shards(files, Event)] == [0, 0, 1, 1]


@pytest.fixture(scope="module")
def steps_shard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TrainStep], bytes]:
    path = tmp_path_factory.mktemp("shard") / "train.parquet"
    rows = [
        TrainStep(
            run_id="run", round=1, step=i, epoch=i / 9, loss=2.0 - i / 7, grad_norm=0.1 * i, learning_rate=1e-3,
            num_tokens=40 + i, tokens_per_second=99.5,
        )
        for i in range(9)
    ]  # fmt: skip
    write_shard(path, rows, TrainStep)
    return path, rows, path.read_bytes()


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@example(place=0.40625, flip=128)  # no UTF-8 any more
@example(place=0.7319, flip=2)  # the row group's own number of rows
def test_a_changed_byte_is_found_or_changes_no_row(steps_shard, place, flip):
    path, rows, content = steps_shard
    changed = bytearray(content)
    changed[int(place * len(content))] ^= flip
    path.write_bytes(changed)
    try:
        found = read_shards([path], TrainStep)
    except DataError:
        return
    assert found == rows
