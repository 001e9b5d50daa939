"""What of a stage's log goes to Prefect, and as what."""

from __future__ import annotations

import logging
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.observe.logs import BURST_LINES, LINE_CHARACTERS, Allowance, LogTail, clean, level_of
from flows.observe.quiet import LOGGER


@pytest.fixture
def told(caplog):
    """The lines that were sent so far, each with its level."""
    LOGGER.addHandler(caplog.handler)
    LOGGER.setLevel(logging.INFO)
    yield lambda: [(record.levelname, record.getMessage()) for record in caplog.records]
    LOGGER.setLevel(logging.NOTSET)
    LOGGER.removeHandler(caplog.handler)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log.txt"


def add(log, text):
    with log.open("ab") as stream:
        stream.write(text.encode() if isinstance(text, str) else text)


def test_lines_go_when_they_are_whole_and_once(log, told):
    tail = LogTail(log)
    tail.forward()
    add(log, "one\ntw")
    tail.forward()
    tail.forward()
    assert told() == [("INFO", "one")]
    add(log, "o\nthree")
    tail.forward()
    assert told() == [("INFO", "one"), ("INFO", "two")]
    tail.close()
    assert told()[2:] == [("INFO", "three")]


def test_what_an_earlier_try_left_does_not_go_again(log, told):
    add(log, "of an earlier try\n")
    tail = LogTail(log)
    add(log, "new\n")
    tail.close()
    assert told() == [("INFO", "new")]


def test_a_flood_is_cut_short_and_said_to_be_but_its_warnings_go(log, told):
    tail = LogTail(log)
    add(log, "chat\n" * 5_000 + "WARNING: heed this\n")
    tail.close()
    lines = told()
    assert lines.count(("INFO", "chat")) == BURST_LINES
    assert ("WARNING", "WARNING: heed this") in lines
    assert any(f"{5_000 - BURST_LINES} more lines are in {log}" == text for _, text in lines)
    assert len(lines) == BURST_LINES + 2


def test_a_line_without_end_is_held_in_bounded_memory(log, told):
    tail = LogTail(log)
    for _ in range(4):
        add(log, b"x" * 1_000_000)
        tail.forward()
    tail.close()
    [(_, text)] = told()
    assert len(text) < LINE_CHARACTERS + 100


def test_a_log_that_cannot_be_read_is_no_lines(tmp_path, told):
    tail = LogTail(tmp_path / "nowhere" / "log.txt")
    tail.close()
    assert told() == []


@given(st.binary(max_size=400))
def test_no_control_character_goes(line):
    text = clean(line.replace(b"\n", b""))
    assert not any(unicodedata.category(character) == "Cc" for character in text.replace("\t", ""))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"\x1b[32mgreen\x1b[0m", "green"),
        (b" 10%|#\r 90%|###\r100%|#####|\r", "100%|#####|"),
        (b"a\x1b]0;title\x07b", "a␣001b]0;title␣0007b"),
        ("a\u202eb".encode(), "a␣202eb"),
        (b"\xff", "\ufffd"),
        (b"   \r", ""),
    ],
)
def test_a_line_is_what_a_terminal_would_leave_standing(line, shown):
    assert clean(line) == shown


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("(MainProcess pid=4485) INFO 11-26 04:18:31 [model.py:733] Resolved architecture", "INFO"),
        ("(MainProcess pid=4485) WARNING 11-26 04:18:31 [vllm.py:1703] Enforce eager set", "WARNING"),
        ("/lib/dispatcher.py:138: FutureWarning: `torch.distributed.reduce_op` is deprecated", "WARNING"),
        ("Traceback (most recent call last):", "ERROR"),
        ("torch.OutOfMemoryError: CUDA out of memory", "ERROR"),
        ("[rank0]: ERROR something", "ERROR"),
        ("2026-11-26 CRITICAL the end", "CRITICAL"),
        ("DEBUG nothing", "DEBUG"),
        ("no information, no warning: 0 errors", "INFO"),
    ],
)
def test_a_level_is_taken_from_the_line_where_it_is_obvious(line, level):
    assert logging.getLevelName(level_of(line)) == level


@given(st.lists(st.floats(0, 100), max_size=300))
def test_no_more_goes_than_the_allowance(steps):
    allowance, now, gone = Allowance(burst=5, per_second=0.5), 0.0, 0
    for step in steps:
        now += step
        gone += allowance.take(now)
        assert gone <= 5 + 0.5 * now
