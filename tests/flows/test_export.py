"""`ssd-iter export`; what the files hold is in tests/stores/test_export.py."""

from __future__ import annotations

import pytest

from flows.cli import main
from ssd_iter.records import TABLES


@pytest.fixture
def told(written_run, capsys):
    """Exit code, stdout and stderr of `ssd-iter export RUN ...` on the run of tests/conftest.py."""

    def told(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["export", str(written_run.root), *map(str, arguments)])
        out, err = capsys.readouterr()
        return end.value.code, out, " ".join(err.split())

    return told


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_every_table_is_one_file_and_its_rows_are_counted(told, tmp_path, format):
    code, out, err = told(tmp_path / "out", "--format", format)
    assert code == 0 and {file.name for file in (tmp_path / "out").iterdir()} == {f"{t}.{format}" for t in TABLES}
    assert ["samples", "68"] in [line.split() for line in out.splitlines()] and "rows of written-1" in err


def test_the_licence_of_a_dataset_is_what_was_said(told, tmp_path):
    told(tmp_path / "out", "--format", "hf", "--license", "cc-by-4.0")
    assert 'license: "cc-by-4.0"' in (tmp_path / "out" / "README.md").read_text()


def test_a_folder_that_holds_something_is_refused_and_overwritten_when_told_to(told, tmp_path):
    (tmp_path / "samples.parquet").write_text("old")
    code, _, err = told(tmp_path)
    assert (code, "--overwrite" in err) == (2, True)
    assert (tmp_path / "samples.parquet").read_text() == "old"
    assert told(tmp_path, "--overwrite")[0] == 0
