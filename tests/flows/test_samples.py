"""`ssd-iter samples`: what the model wrote, readable, and harmless to a terminal."""

from __future__ import annotations

import json
import pty
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import main
from flows.commands.samples import parse_parts
from flows.sample_text import PARTS, TEST_LIMIT, sample_document, sample_text
from ssd_iter.exceptions import ConfigError
from ssd_iter.records import Round, Sample
from ssd_iter.run.paths import RunPaths, write_json
from ssd_iter.run.shards import write_shard

CASES = [{"args": [1, [2]], "expected": "x"}, {"args": [3], "expected": None}]


def sample(**changes: Any) -> dict[str, Any]:
    """A row of a page, as the store hands it over."""
    row = {
        "round": 3, "purpose": "eval", "decode_id": "T1", "problem_id": "toy/1", "sample_idx": 2, "keep": None,
        "reason": None, "verdict": "wrong", "num_completion_tokens": 40, "finish_reason": "stop", "extraction": "ok",
        "prompt": "Write f.", "completion": "Here.", "code": "def f(x): ...", "detail": "", "entry_point": "f",
        "tests_json": json.dumps(CASES), "test_results": [{"test_idx": 0, "verdict": "wrong", "detail": "got 'y'"}],
    }  # fmt: skip
    return row | changes


@pytest.fixture
def told(written_run, capsys):
    """Exit code, stdout and stderr of `ssd-iter samples` on the run of tests/conftest.py."""

    def told(*options: str, paths: RunPaths = written_run) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["samples", str(paths.root), *options])
        out, err = capsys.readouterr()
        return end.value.code, out, err

    return told


def test_a_header_says_which_sample_and_how_it_ended():
    assert sample_text(sample(), 1, 9, ()) == "[1 of 9] round 3 eval toy/1 #2  wrong, 40 tokens, stop  T1\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"keep": False, "reason": "stub", "verdict": None}, "dropped: stub,"),
        ({"keep": True, "verdict": None}, "kept,"),
        ({"verdict": None}, "not judged yet,"),
    ],
)
def test_a_header_tells_a_training_sample_and_one_not_judged_yet(row, said):
    assert said in sample_text(sample(**row), 1, 1, ())


def test_a_test_shows_its_call_what_was_expected_and_what_came():
    assert sample_text(sample(), 1, 1, ("tests",)).splitlines()[1:] == [
        "  tests",
        '    0: wrong: f(1, [2]) -> "x"',
        "       got 'y'",
    ]


def test_where_no_test_ran_the_execution_says_why():
    text = sample_text(sample(test_results=None, detail="it took 3 s"), 1, 1, ("tests",))
    assert "(none ran: it took 3 s)" in text


def test_a_check_program_is_shown_below_its_result():
    text = sample_text(sample(tests_json=json.dumps({"check": "assert f(1)\n"})), 1, 1, ("tests",))
    assert "0: wrong: check(f)" in text and "    assert f(1)" in text


def test_where_there_is_no_code_the_extraction_says_why():
    assert "(none: no_code:truncated)" in sample_text(
        sample(code=None, extraction="no_code:truncated"), 1, 1, ("code",)
    )


def test_a_test_of_a_megabyte_is_cut_and_says_so():
    cases = [{"args": ["x" * 1_000_000], "expected": 1}]
    text = sample_text(sample(tests_json=json.dumps(cases)), 1, 1, ("tests",))
    assert len(text) < 2 * TEST_LIMIT and "more characters; --json has them" in text


@given(st.text())
def test_no_text_passes_for_a_header_or_reaches_the_terminal_as_a_command(text):
    hostile = f"{text}\n[1 of 1] round 0 eval toy/1 #0  pass\r\x1b[2J\u202e"
    row = sample(
        problem_id=hostile, prompt=hostile, completion=hostile, code=hostile, detail=hostile, entry_point=hostile,
        test_results=[{"test_idx": 0, "verdict": "wrong", "detail": hostile}],
    )  # fmt: skip
    shown = sample_text(row, 1, 1, PARTS)
    assert sum(line.startswith("[") for line in shown.split("\n")) == 1
    assert not {"\r", "\x1b", "\u202e"} & set(shown)


def test_a_completion_of_a_megabyte_is_shown_whole():
    assert sample_text(sample(completion="x" * 1_000_000), 1, 1, ("completion",)).count("x") == 1_000_000


def test_a_document_holds_the_parts_asked_for_and_all_facts():
    document = sample_document(sample(), ("code",))
    assert "code" in document and "verdict" in document
    assert not {"prompt", "completion", "tests_json", "test_results"} & set(document)


def test_parts_are_listed_where_one_is_unknown():
    assert parse_parts("code, prompt") == ("code", "prompt")
    with pytest.raises(ConfigError, match=r"prompt, completion, code, tests.*not 'text'"):
        parse_parts("text")


def test_a_page_says_where_it_is_and_how_to_go_on(told):
    code, out, err = told("--round", "1", "--verdict", "fail", "--limit", "2", "--offset", "3")
    assert (code, out.count("\n[") + 1) == (0, 2)
    assert out.startswith("[4 of 15] round 1 eval ")
    assert "samples 4 to 5 of 15; --offset 5 goes on" in err


def test_json_is_one_document_of_the_same_samples(told):
    _, out, _ = told("--filter", "verdict = 'pass' AND round = 2", "--json", "--show", "code,tests", "--limit", "2")
    document = json.loads(out)
    assert (document["run"], document["total"], len(document["samples"])) == ("written-1", 7, 2)
    assert "completion" not in document["samples"][0] and document["samples"][0]["code"]


def test_no_match_is_no_failure_and_says_how_to_see_what_there_is(told):
    code, out, err = told("--filter", "verdict = 'fail'")
    assert (code, out) == (0, "") and "ssd-iter sql written-1" in " ".join(err.split())


@pytest.mark.parametrize("options", [("--filter", "foo"), ("--show", "foo"), ("--verdict", "foo"), ("--limit", "0")])
def test_what_cannot_be_asked_for_is_refused(told, options):
    code, out, _ = told(*options)
    assert code in (1, 2) and "round 0" not in out


def test_a_filter_says_what_is_wrong_with_it(told):
    code, out, err = told("--round", "1", "--filter", "1=1) OR (1=1")
    assert (code, out) == (2, "") and 'syntax error at or near ")"' in err and "LINE 2: 1=1) OR (1=1" in err
    code, out, err = told("--filter", "")
    assert (code, out) == (2, "") and "the filter '' is no condition: it is empty; leave it away" in err


def test_the_verdicts_there_are_are_listed_where_one_is_unknown(told):
    _, out, err = told("--verdict", "foo")
    said = " ".join((out + err).replace("│", " ").split())
    assert 'Choose from: "pass", "wrong",' in said and '"fail"' in said


def test_a_run_without_samples_says_how_to_have_some(told, tmp_path):
    write_json(tmp_path / "new-1" / "resolved.json", {})
    code, _, err = told(paths=RunPaths(tmp_path / "new-1"))
    assert code == 3 and "has drawn no samples yet" in err


def test_on_a_terminal_the_persons_pager_shows_it(written_run, tmp_path):
    """The pager is one that writes down what it was given."""
    shown = tmp_path / "shown"
    _, theirs = pty.openpty()
    process = subprocess.run(
        [sys.executable, "-m", "flows.cli", "samples", str(written_run.root), "--limit", "1"],
        stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "PAGER": f"cat > {shown}", "TERM": "xterm"},
        check=True,
    )  # fmt: skip
    assert process.returncode == 0 and shown.read_text().startswith("[1 of 68] round 0 eval ")


def test_missing_shards_are_said_before_what_is_left(told, tmp_path, make_sample):
    paths = RunPaths(tmp_path / "gone-1")
    write_json(paths.resolved, {})
    write_shard(paths.shard("samples", 1, "train-0000"), [make_sample("x")], Sample)
    write_shard(paths.shard("rounds", 1, "round"), [], Round)
    write_json(paths.stage(1, "filter").plan, {})
    write_json(paths.stage(1, "filter").done, {})
    code, out, err = told(paths=paths)
    said = " ".join(err.split())
    assert code == 0 and out.startswith("[1 of 1]")
    assert (
        "1 shard is missing of rounds that have ended, such as shards/filter_verdicts/round=001/filter.parquet" in said
    )
    assert "delete rounds/001/filter/done.json and `ssd-iter resume gone-1`" in said
