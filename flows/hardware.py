"""What this machine has: cores, memory, GPUs, and the limits a container sets on them. Linux only; loads no torch."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    total: int
    available: int
    """What new processes can have without swapping."""
    limit: int | None
    """The control group's limit, where it is below the total."""


def gigabytes(num_bytes: float) -> str:
    """`54.9 GB`, of a billion bytes each."""
    return f"{num_bytes / 1e9:.1f} GB"


def cpu_name() -> str:
    """The processor as it calls itself."""
    found = re.search(r"^model name\s*:\s*(.+)$", _text(_PROC / "cpuinfo"), re.MULTILINE)
    return found[1] if found else platform.machine()


def computes_bfloat16() -> bool:
    """Whether bfloat16 is arithmetic here, on a GPU or the processor; elsewhere it is emulated, a hundred times slower.

    On x86 oneDNN takes AVX-512 for it, natively or not.
    """
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", _text(_PROC / "cpuinfo"), re.MULTILINE)
    known = set(flags[1].split()) if flags else set()
    return {"avx512bw", "avx512vl", "avx512dq"} <= known or "bf16" in known or bool(list_gpus())


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0))


def read_memory() -> Memory:
    """The machine's memory as it is now."""
    sizes = {key: int(size) * 1024 for key, size in re.findall(r"^(\w+):\s*(\d+) kB", _text(_PROC / "meminfo"), re.M)}
    limit = memory_limit()
    total = sizes["MemTotal"]
    return Memory(total, sizes["MemAvailable"], limit if limit is not None and limit < total else None)


def list_gpus() -> list[str]:
    """NVIDIA's GPUs as `name, memory, driver`, asked of the driver; none where there is no driver."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return answer.stdout.splitlines()


def memory_limit(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> int | None:
    """Bytes that the control groups of this process allow, both versions; None where none of them sets a limit."""
    found = _smallest("memory", _memory_of, proc, cgroups)
    return None if found is None else int(found)


def cpu_quota(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> float | None:
    """Cores' worth of time that the control groups of this process allow; None where none of them sets a quota."""
    return _smallest("cpu", _quota_of, proc, cgroups)


def _smallest(controller: str, read: Callable[[Path], float | None], proc: Path, cgroups: Path) -> float | None:
    """The least that any group on the way up allows; a line of /proc/self/cgroup is `number:controllers:path`."""
    values = []
    for line in _text(proc / "self" / "cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        base = cgroups / controller if controllers else cgroups  # version 2 names no controllers
        group = base / path.lstrip("/")
        values += [read(folder) for folder in (group, *group.parents) if folder.is_relative_to(base)]
    return min((value for value in values if value is not None), default=None)


def _memory_of(group: Path) -> float | None:
    text = _text(group / "memory.max") or _text(group / "memory.limit_in_bytes")
    return int(text) if text.strip().isdigit() else None


def _quota_of(group: Path) -> float | None:
    text = _text(group / "cpu.max") or f"{_text(group / 'cpu.cfs_quota_us')} {_text(group / 'cpu.cfs_period_us')}"
    numbers = text.split()
    return int(numbers[0]) / int(numbers[1]) if len(numbers) == 2 and all(map(str.isdigit, numbers)) else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
