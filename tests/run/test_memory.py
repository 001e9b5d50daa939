"""Memory errors told from all others, with the real ones."""

from __future__ import annotations

import pytest

from ssd_iter.run.memory import is_out_of_memory, out_of_memory_kills


def test_torchs_error_is_recognised_and_so_are_its_children() -> None:
    import torch

    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."))
    assert is_out_of_memory(type("Special", (torch.cuda.OutOfMemoryError,), {})())


def test_a_tensor_too_large_for_the_cpu_is_recognised() -> None:
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)
    assert is_out_of_memory(caught.value)


def test_pythons_own_error_is_recognised() -> None:
    with pytest.raises(MemoryError) as caught:
        bytearray(2**62)
    assert is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    "words", ["std::bad_alloc", "CUDA error: out of memory", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling x"]
)
def test_the_other_ways_torch_says_it_are_recognised(words: str) -> None:
    assert is_out_of_memory(RuntimeError(words))
    assert not is_out_of_memory(ValueError(words))


def test_other_errors_are_not_about_memory() -> None:
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.zeros(2) @ torch.zeros(3)
    assert not is_out_of_memory(caught.value)
    assert not is_out_of_memory(RuntimeError("CUDA error: an illegal memory access was encountered"))
    assert not is_out_of_memory(KeyboardInterrupt())


def test_the_kernels_kills_are_counted_and_never_fewer() -> None:
    before = out_of_memory_kills()
    assert 0 <= before <= out_of_memory_kills()
