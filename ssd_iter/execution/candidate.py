"""One running program seen from the trusted side: calls and answers, under the limits' clocks."""

from __future__ import annotations

import contextlib
import json
import math
import select
import signal
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from ssd_iter.execution.behaviour import Behaviour
from ssd_iter.execution.box import Box, Ended
from ssd_iter.execution.faults import Died, SandboxFault, builtin_error
from ssd_iter.execution.inside.encoding import encode_exactly, revived
from ssd_iter.execution.programs import Isolation, Program, detail_line
from ssd_iter.records import Verdict

FAILURES: tuple[Verdict, ...] = ("wrong", "exception", "memory", "exit", "output_limit", "syntax")
"""What a program may say of its own failure: none of them is a pass, so a lie gains nothing."""

_PIECE = 2**16
_FRAME_BYTES = 1024
"""What a frame holds beside an answer."""
_SET_UP_SECONDS = 10.0
_STARVED_SHARE = 0.2
"""Of a program's wall time spent waiting for a core: more makes a time-out doubtful."""


class Candidate:
    """A program's process. Made, asked, and ended once; `ended` says what it used.

    Methods raise Died where the program ends or breaks a limit, and SandboxFault where the sandbox does.
    """

    def __init__(
        self, box: Box, program: Program, level: Isolation, behaviour: Behaviour, stdio: Sequence[int] = ()
    ) -> None:
        """Start it; `load` waits for it. What it answers is taken down in `behaviour`."""
        self.ended: Ended | None = None
        self.answered = 0
        self._box = box
        self._limits = program.limits
        self._renews = program.limits.per_test and program.check is None
        self._level = level
        self._behaviour = behaviour
        self._buffer = bytearray()
        self._socket, theirs = socket.socketpair()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        with theirs:
            box.fork([theirs.fileno(), *stdio])
        self._deadline = time.monotonic() + _SET_UP_SECONDS
        self._death: Died | SandboxFault | None = None
        self.last_answer: Any = None
        self._cpu_clock: int | None = None
        self._cpu_end = math.inf
        self._look_at = math.inf
        self._poller = select.poll()
        self._polled = select.POLLIN
        self._poller.register(self._socket, self._polled)
        self._send(json.dumps(_job(program)).encode())

    def load(self) -> None:
        """Wait until its limits hold and the program's code has run; where it reads and prints, that is all of it."""
        self._await_armed()
        self._expect("ready")

    def check(self) -> None:
        """Wait until tests that run in the program's own process have passed."""
        self._expect("checked")
        self.answered += 1

    def call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """What the function asked for returns, as plain data. What it raises is raised here as the builtin exception
        it is or descends from, with its own words in the attribute `raised`. NotDataError for arguments that are not
        plain data."""
        self.raise_if_dead()
        message = b"[" + encode_exactly(list(args)) + b", " + encode_exactly(kwargs) + b"]"
        if self._renews:
            self._renew_limits()
        self._behaviour.asked(message)
        self._send(message)
        kind, *values = self._receive(("value", "raise"))
        if kind == "value" and len(values) == 1:
            try:
                value = revived(values[0])
            except ValueError as error:
                raise self._died("protocol", f"an answer that is {error}") from None
            self.answered += 1
            self.last_answer = value
            self._behaviour.answered(value)
            return value
        verdict, detail, name = _texts(values, 3) or ("", "", "")
        if kind != "raise" or verdict not in FAILURES:
            raise self._died("protocol", "an answer that the worker does not send")
        if verdict != "exception":
            raise self._died(verdict, detail)
        self.answered += 1
        raised = builtin_error(name, detail)
        self._behaviour.raised(raised)
        raise raised

    def raise_if_dead(self) -> None:
        """Raise why it died, if it did."""
        if self._death is not None:
            raise self._death

    def cpu_seconds(self) -> float:
        """CPU time so far."""
        if self.ended is not None:
            return self.ended.cpu_seconds
        return 0.0 if self._cpu_clock is None else time.clock_gettime(self._cpu_clock)

    def end(self) -> Ended:
        """End it, if it has not ended."""
        if self.ended is None:
            self._end(silent=False)
        assert self.ended is not None
        return self.ended

    def _end(self, *, silent: bool) -> None:
        self._socket.close()
        try:
            self.ended = self._box.end(silent=silent)
        except SandboxFault as fault:
            self._death = fault
            raise

    def _died(self, verdict: Verdict, detail: str, *, starved: bool = False) -> Died:
        death = Died(verdict, detail_line(detail), starved=starved)
        self._death = death
        self.end()
        return death

    def _failed(self, detail: str) -> SandboxFault:
        """Our fault, remembered as deaths are: tests may swallow what is raised to them."""
        fault = SandboxFault(detail)
        self._death = fault
        self.end()
        return fault

    def _await_armed(self) -> None:
        """The first frame, with which the kernel tells the process's id; before it, nothing is the program's fault."""
        self._wait()
        try:
            data, messages, _, _ = self._socket.recvmsg(_PIECE, socket.CMSG_SPACE(12))
        except ConnectionResetError:
            data = b""
        if not data:
            raise self._gone()
        self._buffer += data
        message = self._receive(("armed", "setup"))
        if message[0] != "armed":
            reason = (_texts(message[1:], 1) or ("",))[0]
            raise self._failed(f"the limits or the problem's own helpers (standard library alone) failed: {reason}")
        [(_, _, credentials)] = messages
        pid = struct.unpack("iII", credentials)[0]
        self._pid = pid
        self._cpu_clock = (~pid << 3) | 2  # Linux's clock id for the CPU time of another process
        self._renew_limits()

    def _renew_limits(self) -> None:
        assert self._cpu_clock is not None
        self._started = time.monotonic()
        self._deadline = self._started + self._limits.wall_seconds
        self._cpu_end = self._limits.cpu_seconds + (self.cpu_seconds() if self._renews else 0.0)
        # One core cannot use the time up before; several can, and are caught when it is over, or by RLIMIT_CPU.
        self._look_at = self._started + self._limits.cpu_seconds

    def _expect(self, word: str) -> None:
        message = self._receive((word, "fail"))
        if message == [word]:
            return
        verdict, detail = _texts(message[1:], 2) or ("", "")
        if message[0] != "fail" or verdict not in FAILURES:
            raise self._died("protocol", "a report that the worker does not send")
        self._behaviour.raised(builtin_error(detail.partition(":")[0], detail))
        raise self._died(verdict, detail)

    def _send(self, payload: bytes) -> None:
        """A frame to the program, which may never read it."""
        data = memoryview(struct.pack("<I", len(payload)) + payload)
        while data:
            try:
                data = data[self._socket.send(data, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                self._wait(select.POLLOUT)
            except OSError:
                return  # it is gone, as the next answer will tell

    def _receive(self, words: tuple[str, ...]) -> list[Any]:
        """The next frame, a list led by one of `words`."""
        size = struct.unpack("<I", self._exactly(4))[0]
        if size > self._limits.answer_mb * 2**20 + _FRAME_BYTES:
            raise self._died("protocol", f"it announces a frame of {size} bytes, which the worker does not send")
        try:
            message = json.loads(self._exactly(size).decode("ascii"))
        except (ValueError, RecursionError):
            message = None
        if type(message) is not list or not message or message[0] not in words:
            if self._cpu_clock is None:
                raise self._failed("the first frame is not the worker's")
            raise self._died("protocol", "an answer that the worker does not send")
        return message

    def _exactly(self, size: int) -> bytearray:
        while len(self._buffer) < size:
            self._wait()
            try:
                piece = self._socket.recv(max(_PIECE, size - len(self._buffer)), socket.MSG_DONTWAIT)
            except ConnectionResetError:
                piece = b""
            except BlockingIOError:
                raise self._died("protocol", "its channel looks readable and is not") from None
            if not piece:
                raise self._gone()
            self._buffer += piece
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _wait(self, event: int = select.POLLIN) -> None:
        """Wait until the channel is ready; a limit that is crossed meanwhile ends the program."""
        if event != self._polled:
            self._poller.modify(self._socket, event)
            self._polled = event
        while not self._poller.poll(1000 * max(0.0, min(self._look_at, self._deadline) - time.monotonic())):
            now = time.monotonic()
            if self._cpu_clock is None:
                if now >= self._deadline:
                    raise self._failed(f"the program's process did not start within {_SET_UP_SECONDS:g} s")
                continue
            used = self.cpu_seconds()
            self._look_at = now + self._cpu_end - used
            if used >= self._cpu_end:
                raise self._died("timeout:cpu", f"over {self._limits.cpu_seconds:g} s of CPU time")
            if now >= self._deadline:
                wall = self._limits.wall_seconds
                starved = _waited_for_a_core(self._pid) > _STARVED_SHARE * wall
                detail = f"over {wall:g} s of wall time, {used:.2f} s of CPU time"
                raise self._died("timeout:wall", detail, starved=starved)

    def _gone(self) -> BaseException:
        """Why a channel closed; `ended` is set by it."""
        self._end(silent=True)
        assert self.ended is not None
        code, used = self.ended.exit_code, self.ended.cpu_seconds
        if self._cpu_clock is None:
            return self._failed(f"the program's process ended before it was set up, with status {code}")
        if self.ended.lingered:
            self._death = Died("protocol", "it closed the channel to its tests")
        elif code < 0 and used >= self._limits.cpu_seconds:
            self._death = Died("timeout:cpu", f"over {self._limits.cpu_seconds:g} s of CPU time")
        elif code == -signal.SIGKILL and self._level != "process":
            return self._failed("the program's process was killed from outside, perhaps for lack of memory")
        elif code < 0:
            self._death = Died("crash", f"ended by signal {-code} ({signal.strsignal(-code)})")
        else:
            self._death = Died("exit", f"left with status {code} before its tests were done")
        return self._death


def _job(program: Program) -> dict[str, Any]:
    limits = program.limits
    return {
        "code": program.code,
        "entry_point": program.entry_point,
        "preamble": program.preamble,
        "style": program.style,
        "inproc": program.inproc,
        "check": program.check if program.inproc else None,
        "like_livecodebench": program.comparison == "livecodebench",
        "cpu_seconds": limits.cpu_seconds * (program.num_tests if limits.per_test else 1),
        "memory_mb": limits.memory_mb,
        "output_mb": limits.output_mb,
        "answer_mb": limits.answer_mb,
        "recursion_limit": limits.recursion_limit,
        "int_digits": limits.int_digits,
    }


def _texts(values: list[Any], count: int) -> tuple[str, ...] | None:
    """The values, where they are that many texts."""
    return tuple(values) if len(values) == count and all(type(value) is str for value in values) else None


def _waited_for_a_core(pid: int) -> float:
    """Seconds a process was ready to run and did not; infinity where the kernel does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1]) / 1e9
    return math.inf
