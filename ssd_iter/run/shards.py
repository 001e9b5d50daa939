"""Immutable Parquet shards of row dataclasses: written whole or not at all, read back as the same rows."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from ssd_iter.exceptions import DataError
from ssd_iter.run.paths import replacing

Row = TypeVar("Row")

_WAY_OUT = "delete it with the done.json of the stage that wrote it, then resume the run"
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What Arrow raises for a file that is none of its own, or no longer."""

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
}
_LISTS: dict[Any, pa.DataType] = {int: pa.list_(pa.int32()), str: pa.list_(pa.string())}


def schema_of(row_type: type) -> pa.Schema:
    """The Parquet schema of a row dataclass: one column a field, in order; `X | None` is nullable."""
    hints = get_type_hints(row_type)
    return pa.schema([_column(field.name, hints[field.name]) for field in dataclasses.fields(row_type)])


def write_shard(path: Path, rows: Sequence[Any], row_type: type) -> None:
    """Write rows of one type as one zstd Parquet file; an empty list gives an empty, typed file."""
    names = [field.name for field in dataclasses.fields(row_type)]
    columns = {name: [_storable(getattr(row, name)) for row in rows] for name in names}
    table = pa.Table.from_pydict(columns, schema=schema_of(row_type))
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_shards(paths: Iterable[Path], row_type: type[Row]) -> list[Row]:
    """All rows of some shards, in file order."""
    rows: list[Row] = []
    lists = [field.name for field in schema_of(row_type) if pa.types.is_list(field.type)]
    for path in paths:
        for values in read_table(path, row_type).to_pylist():
            for name in lists:
                values[name] = tuple(values[name])
            rows.append(row_type(**values))
    return rows


def read_table(path: Path, row_type: type) -> pa.Table:
    """The rows of one shard as an Arrow table, in columns as `schema_of` has them; DataError where it is damaged."""
    schema = schema_of(row_type)
    try:
        footer = pq.read_metadata(path)  # which has no checksum
        lacking = set(schema.names) - set(footer.schema.to_arrow_schema().names)
        if lacking:
            raise pa.ArrowInvalid(f"it lacks {', '.join(sorted(lacking))}")
        table = pq.read_table(path, schema=schema, partitioning=None, page_checksum_verification=True)
        if table.num_rows != footer.num_rows:
            raise pa.ArrowInvalid(f"it has {table.num_rows} rows where its footer says {footer.num_rows}")
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    return table


def fault_of(path: Path, row_type: type) -> str | None:
    """What is wrong with a shard, read whole and checked against its checksums; None where its rows are as written."""
    try:
        read_shards([path], row_type)
    except DataError as error:
        return str(error).removesuffix(f"; {_WAY_OUT}").removeprefix(f"{path} is not a readable shard: ")
    return None


def count_rows(path: Path) -> int:
    """How many rows a shard holds, of its footer alone; DataError where it is none."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except UNREADABLE as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(f"{path} is not a readable shard: {error}; {_WAY_OUT}")


def _column(name: str, hint: Any) -> pa.Field:
    nullable = get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)
    if nullable:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal:
        hint = str
    if get_origin(hint) is tuple:
        return pa.field(name, _LISTS[get_args(hint)[0]], nullable=False)
    return pa.field(name, _SCALARS[hint], nullable=nullable)


def _storable(value: Any) -> Any:
    # Lone surrogates can be decoded from a model's bytes but not stored as UTF-8.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
