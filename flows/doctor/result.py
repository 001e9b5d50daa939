"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]
"""`warn`: something is missing that can be done without; `fail`: runs will not work."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found and, unless all is well, what to do."""

    status: Status
    found: str
    advice: str = ""
