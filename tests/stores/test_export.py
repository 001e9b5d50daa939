"""Exports hold every row, as it is, and touch nothing that was there."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from markdown_it import MarkdownIt

from ssd_iter.exceptions import ConfigError, DataError
from ssd_iter.records import TABLES, Run, Sample
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards, write_shard
from stores.card import ProblemUse, dataset_card
from stores.export import export_run

HOSTILE = "</td>`` ` | **x** <script>alert(1)</script>\n---\nlicense: mit\n\u202e\x1b[31m"


def rows_of(paths: RunPaths, table: str) -> list:
    return read_shards(paths.shard_files(table), TABLES[table])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("table", TABLES)
def test_parquet_holds_the_rows_of_every_table(written_run, tmp_path, table):
    counts = export_run(written_run, tmp_path / "out", "parquet")
    assert read_shards([tmp_path / "out" / f"{table}.parquet"], TABLES[table]) == rows_of(written_run, table)
    assert counts[table] == len(rows_of(written_run, table))


def test_jsonl_reads_back_as_the_rows(written_run, tmp_path):
    export_run(written_run, tmp_path / "out", "jsonl")
    lines = (tmp_path / "out" / "samples.jsonl").read_text().splitlines()
    found = [
        Sample(**{k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(line).items()}) for line in lines
    ]
    expected = rows_of(written_run, "samples")
    assert [row.completion_token_ids for row in found] == [row.completion_token_ids for row in expected]
    assert datetime.fromisoformat(found[0].created_at) == expected[0].created_at
    assert (tmp_path / "out" / "events.jsonl").read_text() == ""


def test_a_line_of_jsonl_is_a_row_whatever_the_model_wrote(paths, make_sample, tmp_path):
    texts = ["a\u2028b\x85c\r\nd", "😀\u202e\x00", "x" * 1_000_000]
    rows = [make_sample(text, sample_idx=i) for i, text in enumerate(texts)]
    write_shard(paths.shard("samples", 1, "train-0000"), rows, Sample)
    export_run(paths, tmp_path / "out", "jsonl")
    lines = (tmp_path / "out" / "samples.jsonl").read_text().splitlines()
    assert [json.loads(line)["completion"] for line in lines] == texts


@pytest.mark.parametrize("table", ["samples", "executions", "rounds"])
def test_the_hugging_face_folder_is_loaded_by_datasets_offline(written_run, tmp_path, monkeypatch, table):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    export_run(written_run, tmp_path / "out", "hf")
    found = datasets.load_dataset(str(tmp_path / "out"), table, split="train", cache_dir=str(tmp_path / "cache"))
    assert found.num_rows == len(rows_of(written_run, table))
    assert found.column_names == pq.read_schema(written_run.shard_files(table)[0]).names


def test_the_card_explains_every_column_that_the_folder_holds(written_run, tmp_path):
    export_run(written_run, tmp_path / "out", "hf", licence="apache-2.0")
    card = (tmp_path / "out" / "README.md").read_text()
    assert '\nlicense: "apache-2.0"\n' in card
    for file in (tmp_path / "out" / "data").iterdir():
        assert f"- config_name: {file.stem}\n  data_files: data/{file.name}" in card
        described = card.partition(f"### {file.stem}\n")[2].partition("\n### ")[0]
        assert [line.split(" | ")[0].removeprefix("| ") for line in described.splitlines()[3:] if line] == (
            pq.read_schema(file).names
        )
    assert "config_name: events" not in card and not (tmp_path / "out" / "data" / "events.parquet").exists()


def test_what_others_wrote_cannot_leave_its_place_in_the_card(written_run):
    (run,) = rows_of(written_run, "runs")
    fields = {name: getattr(run, name) for name in Run.__dataclass_fields__}
    hostile = Run(**fields | {"name": HOSTILE, "model": HOSTILE, "run_id": HOSTILE})
    card = dataset_card(hostile, [ProblemUse(HOSTILE, "eval", HOSTILE)], dict.fromkeys(TABLES, 1), HOSTILE)
    assert "\u202e" not in card and "\x1b" not in card
    head, _, body = card.removeprefix("---\n").partition("\n---\n")
    assert yaml.safe_load(head)["license"] == HOSTILE
    parts = [part for token in MarkdownIt().enable("table").parse(body) for part in (token, *(token.children or []))]
    assert sum(part.type == "code_inline" and "script" in part.content for part in parts) == 5
    assert not [part for part in parts if part.type.startswith("html")]


def test_a_folder_that_holds_something_is_refused(written_run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="--overwrite"):
        export_run(written_run, tmp_path, "parquet")
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_overwriting_replaces_files_of_the_same_names_and_no_others(written_run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "samples.parquet").write_text("old")
    export_run(written_run, tmp_path, "parquet", overwrite=True)
    assert set(contents(tmp_path)) == {"mine.txt", *(f"{table}.parquet" for table in TABLES)}
    assert contents(tmp_path)["samples.parquet"] != b"old"


def test_a_broken_shard_is_named_and_the_folder_stays_as_it_was(written_run, tmp_path):
    paths = RunPaths(Path(shutil.copytree(written_run.root, tmp_path / written_run.run_id)))
    paths.shard_files("executions")[0].write_text("broken")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "samples.parquet").write_text("old")
    with pytest.raises(DataError, match=r"executions/round=000/written\.parquet"):
        export_run(paths, tmp_path / "out", "parquet", overwrite=True)
    assert contents(tmp_path / "out") == {"samples.parquet": b"old"}


def test_a_file_is_no_folder(written_run, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(ConfigError, match="is a file"):
        export_run(written_run, tmp_path / "out", "parquet")


def test_the_same_run_gives_the_same_card(written_run, tmp_path):
    for name in ("one", "two"):
        export_run(written_run, tmp_path / name, "hf")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
