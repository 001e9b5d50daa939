"""`ssd-iter sql`: its options; what a query may do is in tests/stores/test_sql_console.py."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.commands.sql import parse_parameters
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import write_json

SQL = "SELECT round, count(*) AS n FROM samples GROUP BY ALL ORDER BY ALL"
ROWS = [{"round": 0, "n": 20}, {"round": 1, "n": 24}, {"round": 2, "n": 24}]


@pytest.fixture
def told(written_run, capsys):
    """Exit code, stdout and stderr of `ssd-iter sql RUN ...` on the run of tests/conftest.py."""

    def told(*arguments, run=written_run.root):
        with pytest.raises(SystemExit) as end:
            main(["sql", *([] if run is None else [str(run)]), *map(str, arguments)])
        out, err = capsys.readouterr()
        return end.value.code, out, " ".join(err.split())

    return told


def test_rows_come_as_a_table_unless_said_otherwise(told):
    code, out, err = told(SQL)
    assert (code, err) == (0, "") and [line.split() for line in out.splitlines() if "24" in line] == [
        ["1", "24"],
        ["2", "24"],
    ]


@pytest.mark.parametrize(("format", "start"), [("csv", "round,n\n0,20\n"), ("latex", "% needs"), ("json", "[\n  {")])
def test_rows_come_in_the_format_asked_for(told, format, start):
    assert told(SQL, "--format", format)[1].startswith(start)


@pytest.mark.parametrize(
    ("name", "read"), [("a.json", json.loads), ("a.parquet", lambda data: pq.read_table(io.BytesIO(data)).to_pylist())]
)
def test_a_file_holds_what_its_name_says(told, tmp_path, name, read):
    assert told(SQL, "--out", tmp_path / name)[:2] == (0, "")
    assert read((tmp_path / name).read_bytes()) == ROWS


def test_a_named_format_wins_over_the_files_name(told, tmp_path):
    told(SQL, "--out", tmp_path / "a.json", "--format", "csv")
    assert (tmp_path / "a.json").read_text().startswith("round,n\n")


def test_a_query_that_fails_leaves_the_file_as_it_was(told, tmp_path):
    (tmp_path / "a.csv").write_text("old")
    assert told("SELEC", "--out", tmp_path / "a.csv", "--force")[0] == 2
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.csv", "old")]


def test_a_file_that_is_there_is_only_replaced_by_force(told, tmp_path):
    (tmp_path / "a.csv").write_text("old")
    code, out, err = told(SQL, "--out", tmp_path / "a.csv")
    assert (code, out) == (2, "") and "is there already; --force replaces it" in err
    assert (tmp_path / "a.csv").read_text() == "old"
    assert told(SQL, "--out", tmp_path / "a.csv", "--force")[0] == 0
    assert (tmp_path / "a.csv").read_text() == "round,n\n0,20\n1,24\n2,24\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is a folder; name a file in it"),
        ("absent/a.csv", "there is no folder"),
        ("a.xlsx", "a name in .csv, .json, .tex, .parquet, .txt says what the file holds"),
        ("a", "name a --format"),
    ],
)
def test_a_file_that_will_not_do_is_refused_and_nothing_is_made(told, tmp_path, name, said):
    code, out, err = told(SQL, "--out", tmp_path / name)
    assert (code, out) == (2, "") and said in err and not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_said_so(told):
    code, _, err = told(SQL, "--out", "/dev/full", "--format", "csv")
    assert code == 2 and "--out /dev/full cannot be written: No space left" in err


def test_what_is_no_file_is_written_to_and_not_replaced(told, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    told(SQL, "--out", tmp_path / "pipe", "--format", "csv")
    assert os.read(reader, 100).startswith(b"round,n\n") and stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    os.close(reader)


def test_parquet_goes_into_a_pipe(written_run):
    command = [sys.executable, "-m", "flows.cli", "sql", str(written_run.root), SQL, "--format", "parquet"]
    out = subprocess.run(command, capture_output=True, check=True).stdout
    assert pq.read_table(io.BytesIO(out)).to_pylist() == ROWS


def test_named_lists_what_may_be_asked_without_a_run(told):
    code, out, _ = told("--named", "--format", "json", run=None)
    questions = {row["name"]: row["parameters"] for row in json.loads(out)}
    assert code == 0 and questions["flips"] == "round=all, limit=40"


def test_named_asks_with_parameters(told):
    _, out, _ = told("--named", "flips", "--param", "round=2", "--param", "limit=1", "--format", "json")
    assert [row["problem_id"] for row in json.loads(out)] == ["toy/eval/forgotten"]


def test_what_show_prints_is_a_query_that_may_be_asked(told):
    _, query, _ = told("--show", "scores", run=None)
    answers = [told(text, *options, "--format", "json")[1] for text, options in (
        ("scores", ["--named"]), (query, ["--param", "problem_set=all"]))]  # fmt: skip
    assert json.loads(answers[0]) and answers[0] == answers[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--named", "drfit"], "did you mean 'drift'"),
        (["--named", "flips", "--param", "rond=2"], "did you mean 'round'"),
        (["--named", "flips", "--param", "round"], "NAME=VALUE such as round=3, not 'round' flips takes: round=all"),
        (["--named", "flips", "--param", "rond=2"], "flips takes: round=all, limit=40"),
        (["--named", "flips", "--param", "round=two"], "'two' to INT64 flips takes: round=all, limit=40"),
        (["--named", "cost", "--param", "round=2"], "cost takes: no parameters"),
        (["--show", "flips", "--out", "a.sql"], "--show prints a query"),
        (["SELECT 1", "--format", "xlsx"], 'Choose from: "table", "csv", "json", "latex", "parquet"'),
        ([], "name the run and then what to ask it"),
        (["SELECT $a"], "has the parameters $a"),
        (["--nmaed"], "sql has no option --nmaed"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(told, arguments, said):
    code, out, err = told(*arguments)
    assert code in (1, 2) and said in " ".join((out + err).replace("│", " ").split())


def test_a_named_query_without_a_run_is_not_taken_for_the_list(told):
    code, out, err = told("--named", "drift", run=None)
    assert (code, out) == (2, "") and "ssd-iter sql @latest --named drift" in err


def test_a_query_that_takes_too_long_is_stopped_and_says_so(told):
    code, _, err = told("SELECT count(*) FROM range(1000000000000) a WHERE hash(a) = 3", "--timeout", "0.2")
    assert code == 2 and "longer than 0.2 s" in err and "--timeout" in err


def test_where_no_round_has_ended_an_empty_answer_says_so(told, tmp_path):
    write_json(tmp_path / "new-1" / "resolved.json", {})
    code, _, err = told("SELECT * FROM v_rounds", run=tmp_path / "new-1")
    assert code == 0 and "no round of new-1 has ended yet" in err and "ssd-iter status new-1" in err


@pytest.mark.parametrize("text", ["round", "=3", "a.b=3", "a b=1", ""])
def test_what_is_no_pair_is_no_parameter(text):
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        parse_parameters([text])


def test_parameters_are_read_as_toml_else_as_text():
    texts = ["round=3", "name=fresh", "$rate=0.5", 'ids=["a"]', "text=a=b", "empty="]
    assert parse_parameters(texts) == {
        "round": 3, "name": "fresh", "rate": 0.5, "ids": ["a"], "text": "a=b", "empty": "",
    }  # fmt: skip


@pytest.mark.parametrize("query", ["SELECT 1", "FROM range(1000000)"])
def test_a_reader_who_has_gone_away_ends_a_command_quietly(written_run, query):
    """Also one who is gone before little is written: the last of it goes out at the very end."""
    command = [sys.executable, "-m", "flows.cli", "sql", str(written_run.root), query, "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 141)


def test_a_pipe_broken_elsewhere_is_no_quiet_end(monkeypatch):
    def broken(_):
        raise BrokenPipeError("of a child")

    monkeypatch.setattr("flows.cli.app", broken)
    with open(os.devnull, "w") as out, pytest.raises(BrokenPipeError, match="of a child"):
        monkeypatch.setattr(sys, "stdout", out)
        main([])
