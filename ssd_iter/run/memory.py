"""Whether an error means that memory ran out, on any device. Training and sampling halve their batches on it.

The kernel's own way of ending a process that takes too much (SIGKILL) is no error that can be met where it happens: who
started the process asks how often the kernel has done so.
"""

from __future__ import annotations

from pathlib import Path

_WORDS = (
    "DefaultCPUAllocator: can't allocate memory",
    "std::bad_alloc",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)
"""What torch says where it raises a RuntimeError instead of its own OutOfMemoryError."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, the CPU's or an accelerator's.

    torch's OutOfMemoryError is known by its name, so that asking never loads torch.
    """
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS)


def out_of_memory_kills() -> int:
    """How many processes the kernel has killed since it started because memory ran out, the machine's or a container's;
    0 where it doesn't say (it is Linux that does)."""
    try:
        counters = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in counters if line.startswith("oom_kill ")), 0)
