"""The levels of isolation, and which of them holds here.

    ns         namespaces of its own (processes, network, files, IPC), system calls filtered, no privileges
    lsm        Landlock and the filter, where a machine does not allow namespaces (a default Docker, Ubuntu 24.04)
    container  you run ssd-iter inside a container or VM that may be lost: of `lsm` what there is, nothing demanded
    process    a process of its own, with limits. Stops accidents, not malice

`auto` is `ns` or else `lsm`, found out once and then kept. There is no silent step down: where neither holds, that is
an error that names the next choice.
"""

from __future__ import annotations

from typing import Literal

from ssd_iter.exceptions import IsolationError
from ssd_iter.execution.programs import Isolation
from ssd_iter.execution.selftest import self_test

AUTO: tuple[Isolation, ...] = ("ns", "lsm")
"""What `auto` tries, the strongest first."""

LEVELS: tuple[Isolation, ...] = ("ns", "lsm", "container", "process")
Wanted = Isolation | Literal["auto"]

_CAUTIONS = {
    "container": ", which relies on the container or VM around it",
    "process": ", which stops accidents and not malice",
}

_NEXT: dict[Isolation, str] = {
    "ns": "`lsm` needs no namespaces",
    "lsm": "inside a container or VM that may be lost, choose `container`; `process` stops accidents only",
    "container": "`process` stops accidents only",
    "process": "grading needs Linux on x86-64 or aarch64",
}


def described(level: str) -> str:
    """The level for the person who chose it: what it does not hold is said with its name."""
    return level + _CAUTIONS.get(level, "")


def resolve_isolation(wanted: Wanted) -> Isolation:
    """The level that `wanted` means here, after its self-test. IsolationError, naming the next choice, if it fails."""
    levels = AUTO if wanted == "auto" else (wanted,)
    reasons = []
    for level in levels:
        reason = why_not(level)
        if not reason:
            return level
        reasons.append(reason)
    raise IsolationError(f"{'; '.join(reasons)}; {_NEXT[levels[-1]]} (execution.isolation, --isolation)")


def why_not(level: Isolation) -> str:
    """Why a level does not hold here; empty where it does."""
    try:
        broken = [trial for trial in self_test(level) if not trial.held]
    except IsolationError as error:
        return str(error)
    said = [f"{trial.name} ended as {trial.result.verdict} ({trial.result.detail})" for trial in broken]
    return f"isolation level {level} does not hold: {'; '.join(said)}" if said else ""
