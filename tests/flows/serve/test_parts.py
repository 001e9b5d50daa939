"""A part of a serve comes back when it dies, but not for ever."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from watch import alive, below, wait_for

from flows.serve.parts import Part
from ssd_iter.exceptions import SsdIterError


def test_a_part_that_died_is_started_again_and_ended_in_the_end(tmp_path: Path) -> None:
    with Part("worker", ["-c", "import time; time.sleep(600)"], os.environ, tmp_path / "worker" / "log.txt") as part:
        first = part.process.pid
        wait_for(lambda: below(first))
        os.kill(below(first)[0].pid, signal.SIGKILL)
        wait_for(lambda: part.has_ended)
        part.start_again()
        assert not part.has_ended and part.process.pid != first
        wait_for(lambda: below(part.process.pid))
        left = below(part.process.pid)
    assert not alive(left)


def test_a_part_that_dies_again_and_again_is_given_up_with_what_it_said(tmp_path: Path) -> None:
    log = tmp_path / "server" / "log.txt"
    given_up = pytest.raises(SsdIterError, match=r"(?s)the server ended .* times .* code 1; .*no room")
    with Part("server", ["-c", "raise SystemExit('no room')"], os.environ, log) as part, given_up:
        while True:
            wait_for(lambda: part.has_ended)
            part.start_again()
