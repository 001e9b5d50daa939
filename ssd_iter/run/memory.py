"""Whether an error means that memory ran out, on any device. Training and sampling halve their batches on it.

The kernel's own way of ending a process that takes too much (SIGKILL) is no error that can be met here.
"""

from __future__ import annotations

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
