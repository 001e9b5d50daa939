"""What stages print, line by line in Prefect's log of the task that waits for them; and what the run says itself.

A chatty engine is kept short: so many lines at once, then so many a minute, warnings counted apart. All lines are in
the stage's log.txt.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.logging.handlers import APILogHandler

from flows.observe.quiet import LOGGER
from stores.visible import clipped, visible

LINE_CHARACTERS = 1_000
BURST_LINES = 100
LINES_A_SECOND = 0.2

_CHUNK_BYTES = 1 << 16
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LEVEL = re.compile(
    r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL|FATAL)\b|\b(\w*Warning|\w*Error|\w*Exception):|^(Traceback)\b"
)
_LEVEL_CHARACTERS = 200


class _ToRunLog(APILogHandler):
    """Prefect's way of a line to the log of the run at work; a line that cannot go it is dropped."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


@contextmanager
def lines_forwarded() -> Iterator[None]:
    """While it lasts, what is said to `LOGGER` goes to Prefect."""
    handler, level, raising = _ToRunLog(), LOGGER.level, logging.raiseExceptions
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    # Else Prefect writes on the run's terminal, for each batch of lines, that its server is away.
    logging.raiseExceptions = False
    try:
        yield
    finally:
        logging.raiseExceptions = raising
        LOGGER.setLevel(level)
        LOGGER.removeHandler(handler)


class Allowance:
    """So many lines at once, and then no more than so many a second."""

    def __init__(self, burst: int = BURST_LINES, per_second: float = LINES_A_SECOND) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._since = float(burst), 0.0

    def take(self, now: float) -> bool:
        """Whether one more line may go at a time, in seconds, that never goes back."""
        self._left = min(self._burst, self._left + (now - self._since) * self._per_second)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class LogTail:
    """Sends the lines that are added to a file to the log of the task at work, from now on. Call it in that task."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = path.stat().st_size if path.exists() else 0
        self._rest = b""
        self._allowances = {False: Allowance(), True: Allowance()}
        self._left_out = 0

    def forward(self) -> None:
        """Send what was added since the last time, as far as its lines are whole."""
        if not self._path.exists() or self._path.stat().st_size <= self._at:
            return
        with self._path.open("rb") as stream:
            stream.seek(self._at)
            while chunk := stream.read(_CHUNK_BYTES):
                self._at += len(chunk)
                *lines, rest = (self._rest + chunk).split(b"\n")
                self._rest = rest[:_CHUNK_BYTES]
                for line in lines:
                    self._send(line)

    def close(self) -> None:
        """Send what is left, and say how much was left out."""
        self.forward()
        self._send(self._rest)
        self._rest = b""
        self._say_left_out()

    def _send(self, line: bytes) -> None:
        text = clean(line)
        if not text:
            return
        level = level_of(text)
        if not self._allowances[level > logging.INFO].take(time.monotonic()):
            self._left_out += 1
            return
        self._say_left_out()
        LOGGER.log(level, "%s", text)

    def _say_left_out(self) -> None:
        if self._left_out:
            LOGGER.info("%d more lines are in %s", self._left_out, visible(str(self._path)))
            self._left_out = 0


def clean(line: bytes) -> str:
    """A line as a reader may see it: what a progress bar left standing, colours gone, controls spelt out, clipped."""
    text = line.decode("utf-8", errors="replace").rstrip().rpartition("\r")[2]
    shown = visible(_COLOURS.sub("", text)).rstrip()
    return clipped(shown, LINE_CHARACTERS, "all in log.txt")


def level_of(line: str) -> int:
    """The level that a line names near its beginning, or an error's or warning's name stands for; else INFO."""
    found = _LEVEL.search(line[:_LEVEL_CHARACTERS])
    if found is None:
        return logging.INFO
    word = (found[1] or found[2] or found[3]).upper()
    if word.endswith("WARNING"):
        return logging.WARNING
    named = {"INFO": logging.INFO, "DEBUG": logging.DEBUG, "CRITICAL": logging.CRITICAL, "FATAL": logging.CRITICAL}
    return named.get(word, logging.ERROR)
