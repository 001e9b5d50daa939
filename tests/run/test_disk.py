"""Full disks told from other errors, whichever library says so; the disk is a real one where one may be mounted."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError, DiskFullError
from ssd_iter.run.disk import disk_full_said, is_disk_full


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a disk to fill needs the right to mount one")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def write_parquet(path: Path) -> None:
    pq.write_table(pa.table({"x": [str(i) * 50 for i in range(20_000)]}), path, compression="none")


def write_weights(path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(2**16)}, path)


def write_state(path: Path) -> None:
    import torch

    torch.save({"x": torch.zeros(2**16)}, path)


def write_database(path: Path) -> None:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT range AS x, hash(range) AS y FROM range(200000)")


@pytest.mark.parametrize("write", [write_parquet, write_weights, write_state, write_database])
def test_what_each_library_says_of_a_full_disk_is_understood(full_disk: Path, write: Callable[[Path], None]) -> None:
    with pytest.raises(Exception) as met:
        write(full_disk / "file")
    assert is_disk_full(met.value), repr(met.value)


@pytest.mark.parametrize(
    "error", [DataError("no"), FileNotFoundError(errno.ENOENT, "gone"), RuntimeError("CUDA"), None]
)
def test_other_errors_are_not_about_a_disk(error: Exception | None) -> None:
    assert not is_disk_full(error)


def test_the_error_names_the_disk_and_the_way_out_and_keeps_where_it_came_from(tmp_path: Path) -> None:
    run = tmp_path / "demo-1"
    run.mkdir()
    with (
        pytest.raises(DiskFullError, match=rf"the disk of {run} is full .* `ssd-iter resume demo-1` goes on") as met,
        disk_full_said(run),
    ):
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise DataError("the database cannot be used") from error
    assert isinstance(met.value.__cause__, DataError)


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), disk_full_said(tmp_path):
        _ = 1 / 0
