"""What one program may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one program, all its tests together; of each test, where `per_test` is set or it reads its input.

    A program starts warm: of the interpreter's own start only a fork counts (about 0.001 s, 15 MB).
    """

    cpu_seconds: float = 3.0
    memory_mb: int = 1024
    """Address space, in MiB."""
    output_mb: int = 16
    """Printed output, and each file written, in MiB."""
    answer_mb: int = 8
    """One answer as JSON, in MiB."""
    per_test: bool = False
    recursion_limit: int = 5000
    int_digits: int | None = None
    """Decimal digits an integer may be converted from and to; None: Python's default."""

    @property
    def wall_seconds(self) -> float:
        """Ends a program that sleeps or waits; long enough not to end one that shares its core with two others."""
        return 3 * self.cpu_seconds

    @property
    def limits_id(self) -> str:
        """The limits as a readable key, such as `cpu3-mem1024-out16-ans8`."""
        parts = [f"cpu{self.cpu_seconds:g}", f"mem{self.memory_mb}", f"out{self.output_mb}", f"ans{self.answer_mb}"]
        parts += [f"rec{self.recursion_limit}"] if self.recursion_limit != 5000 else []
        parts += [f"dig{self.int_digits}"] if self.int_digits is not None else []
        parts += ["each"] if self.per_test else []
        return "-".join(parts)


LIVECODEBENCH = Limits(cpu_seconds=6.0, memory_mb=4096, per_test=True, recursion_limit=50_000, int_digits=50_000)
"""What LiveCodeBench's own evaluation allows (its 6 s are of wall time)."""
