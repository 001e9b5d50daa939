"""What a detector says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ssd_iter.records import Severity


@dataclass(frozen=True, slots=True)
class Detected:
    """Something a reader must know about a round; becomes a row of `findings`."""

    name: str
    severity: Severity
    message: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """The numbers it rests on, as a JSON document."""
