"""Faults set inside a process: at the n-th call of some function something happens. Armed before the process works."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from typing import Any


def arm(spec: dict[str, Any]) -> None:
    """`spec`: `act` is one of ACTS, `at` one of PLACES, `nth` counts its calls from 1, `after`: let it happen first."""
    owner, name = PLACES[spec["at"]]()
    act, real, calls = ACTS[spec["act"]], getattr(owner, name), 0

    def trapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != spec["nth"]:
            return real(*args, **kwargs)
        result = real(*args, **kwargs) if spec.get("after") else None
        act()
        return result

    setattr(owner, name, trapped)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _fill_memory() -> None:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB (injected)")


def _fill_machine() -> None:
    """Take memory until the kernel kills us: in a group of its own that may have but little."""
    group = os.environ["SSD_ITER_TEST_CGROUP"]
    with open(f"{group}/cgroup.procs", "w") as stream:
        stream.write(str(os.getpid()))
    taken = []
    while True:
        taken.append(bytearray(b"x" * 2**24))


def _generate() -> tuple[Any, str]:
    from transformers import GenerationMixin

    return GenerationMixin, "generate"


def _training_step() -> tuple[Any, str]:
    from transformers import Trainer

    return Trainer, "training_step"


ACTS: dict[str, Callable[[], None]] = {
    "hang": lambda: time.sleep(600),
    "kill": _kill, "fill disk": _fill_disk, "fill memory": _fill_memory, "fill machine": _fill_machine,
}  # fmt: skip
PLACES: dict[str, Callable[[], tuple[Any, str]]] = {
    "os.replace": lambda: (os, "replace"),
    "os.fsync": lambda: (os, "fsync"),
    "generate": _generate,
    "training_step": _training_step,
}
