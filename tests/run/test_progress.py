from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.run.progress import Progress, ProgressFile, read_progress

TIMES = st.floats(0, 2e9)


def at_work(done: int, total: int, tokens: int, seconds: float) -> Progress:
    return Progress(done, total, "samples", tokens, 1000.0, 1000.0 + seconds, "")


def test_rate_and_time_left_follow_from_what_is_done():
    progress = at_work(done=25, total=100, tokens=500, seconds=10)
    assert (progress.seconds, progress.tokens_per_second, progress.seconds_left) == (10, 50, 30)


def test_nothing_done_tells_nothing():
    progress = at_work(done=0, total=100, tokens=0, seconds=10)
    assert progress.tokens_per_second is None and progress.seconds_left is None


def test_all_done_leaves_no_time():
    assert at_work(done=7, total=7, tokens=0, seconds=3).seconds_left == 0


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 10**9), TIMES, TIMES)
def test_rates_are_never_negative_whatever_the_clock_does(done, more, tokens, since, updated):
    progress = Progress(done, done + more, "samples", tokens, since, updated, "")
    assert (progress.tokens_per_second or 0) >= 0 and (progress.seconds_left or 0) >= 0


def test_a_stage_at_work_can_be_read(tmp_path):
    writer = ProgressFile(tmp_path / "progress.json")
    assert read_progress(tmp_path / "progress.json").note == "starting"
    writer.begin(3, "samples", "vllm")
    for _ in range(3):
        writer.advance(1, tokens=10)
    latest = read_progress(tmp_path / "progress.json")
    assert (latest.done, latest.total, latest.unit, latest.tokens, latest.note) == (3, 3, "samples", 30, "vllm")
    assert list(tmp_path.iterdir()) == [tmp_path / "progress.json"]


def test_what_was_done_before_is_forgotten_where_new_work_begins(tmp_path):
    writer = ProgressFile(tmp_path / "progress.json")
    writer.begin(1, "samples")
    writer.advance(1, tokens=5)
    writer.begin(2, "programs")
    latest = read_progress(tmp_path / "progress.json")
    assert (latest.done, latest.total, latest.tokens, latest.seconds_left) == (0, 2, 0, None)


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"3", b'{"done": 1}', b'{"other": 1}', b"\xff\xfe"])
def test_a_file_that_holds_no_progress_is_none(tmp_path, content):
    (tmp_path / "progress.json").write_bytes(content)
    assert read_progress(tmp_path / "progress.json") is None


def test_a_missing_or_torn_file_is_none(tmp_path):
    path = tmp_path / "progress.json"
    assert read_progress(path) is None
    ProgressFile(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert read_progress(path) is None
