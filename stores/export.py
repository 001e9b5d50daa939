"""A run's tables as files that anybody can read: Parquet, JSON lines, or a Hugging Face dataset folder.

Made from the shards, a table at a time and never whole in memory; the run's database is not opened. The files take
their places when all of them are written.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ssd_iter.exceptions import ConfigError, DataError
from ssd_iter.records import TABLES, Run
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import count_rows, read_shards, read_table, schema_of
from stores.card import ProblemUse, dataset_card
from stores.formats import plain

ExportFormat = Literal["parquet", "jsonl", "hf"]

_GROUP_BYTES = 64 << 20
"""About how much of a table is held in memory, and becomes a row group."""

Writer = Callable[[Path, pa.Schema, Iterator[pa.Table]], None]


def export_run(
    paths: RunPaths, folder: Path, format: ExportFormat, *, licence: str = "unknown", overwrite: bool = False
) -> dict[str, int]:
    """Write every table as one file into a folder, `hf` with a card; returns how many rows each table has.

    `hf` leaves out tables without rows: a data set cannot have them. With `overwrite`, files of the same names are
    replaced and others stay. ConfigError where the folder holds something and `overwrite` is not set, or where it
    cannot be written; DataError names a shard that cannot be read.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise ConfigError(f"{folder} is not empty; name another folder, or replace what it holds with --overwrite")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
            counts = _write(paths, Path(made), format, licence)
            for file in [path for path in Path(made).rglob("*") if path.is_file()]:
                target = folder / file.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(file, target)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror or error}; name another folder") from None
    return counts


def _write(paths: RunPaths, folder: Path, format: ExportFormat, licence: str) -> dict[str, int]:
    write: Writer = _write_jsonl if format == "jsonl" else _write_parquet
    home = folder / "data" if format == "hf" else folder
    home.mkdir(exist_ok=True)
    counts = {}
    # Later tables first: a row listed has the rows it refers to listed too, whatever is being written meanwhile.
    for table in reversed(TABLES):
        file = home / f"{table}.{'jsonl' if format == 'jsonl' else 'parquet'}"
        shards = paths.shard_files(table)
        counts[table] = sum(map(count_rows, shards))
        if counts[table] or format != "hf":
            write(file, schema_of(TABLES[table]), (read_table(shard, TABLES[table]) for shard in shards))
    counts = {table: counts[table] for table in TABLES}
    if format == "hf":
        (folder / "README.md").write_text(_card(paths, counts, licence), encoding="utf-8")
    return counts


def _card(paths: RunPaths, counts: dict[str, int], licence: str) -> str:
    runs = read_shards(paths.shard_files("runs"), Run)
    if not runs:
        raise DataError(f"{paths.shards / 'runs'} holds no shard, and a card says of which run it is: bring it back")
    return dataset_card(runs[-1], read_shards(paths.shard_files("problems"), ProblemUse), counts, licence)


def _write_parquet(file: Path, schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        group, size = [schema.empty_table()], 0
        for table in tables:
            group.append(table)
            size += table.nbytes
            if size >= _GROUP_BYTES:
                writer.write_table(pa.concat_tables(group))
                group, size = [schema.empty_table()], 0
        writer.write_table(pa.concat_tables(group))


def _write_jsonl(file: Path, schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    """A line a row, in ASCII: no reader takes a character inside a text for a line's end."""
    with file.open("w", encoding="ascii") as lines:
        for table in tables:
            for row in table.to_pylist():
                lines.write(json.dumps(plain(row), allow_nan=False) + "\n")
