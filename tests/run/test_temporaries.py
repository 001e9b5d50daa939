from __future__ import annotations

import os
from pathlib import Path

from ssd_iter.run.temporaries import remove_temporaries

GONE = 2**22 - 3
"""No process has this number."""


def test_what_the_dead_left_goes_and_all_else_stays(tmp_path: Path) -> None:
    left = [
        tmp_path / f".eval-0000.parquet.{GONE}.tmp",
        tmp_path / f".ssd.duckdb.{GONE}.tmp.wal",
        tmp_path / ".progress.json.tmp",
    ]
    folder = tmp_path / "round" / f".checkpoint.old.{GONE}.tmp"
    folder.mkdir(parents=True)
    (folder / f".inner.{GONE}.tmp").touch()
    kept = [tmp_path / "eval-0000.parquet", tmp_path / f".index.html.{os.getpid()}.tmp"]
    for file in left + kept:
        file.touch()
    assert {*left, folder} <= set(remove_temporaries(tmp_path))
    assert all(file.exists() for file in kept)
    assert not any(each.exists() for each in [*left, folder])
    assert remove_temporaries(tmp_path) == []
