"""What one program may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one program, all its tests together; the interpreter's start (about 0.02 s, 20 MB) counts too."""

    cpu_seconds: float = 3.0
    memory_mb: int = 1024
    """Address space, in MiB."""
    output_mb: int = 16
    """Printed output, and each file written, in MiB."""

    @property
    def wall_seconds(self) -> float:
        """Ends a program that sleeps or waits; long enough not to end one that shares its core with two others."""
        return 3 * self.cpu_seconds
