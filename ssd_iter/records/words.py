"""The words that stand in rows: each a closed list."""

from __future__ import annotations

from typing import Literal

Purpose = Literal["train", "tune", "eval", "resample"]
"""Why a sample was drawn: to train the next model, to evaluate this one, or to look again at a round that a detector
warned of."""

FinishReason = Literal["stop", "length"]
"""Why a completion ended: the model drew an end token, or `max_tokens` were used up."""

ExtractionStatus = Literal["ok", "no_code:none", "no_code:truncated"]
"""Whether a completion holds a closed code fence; `truncated` means that one was opened and never closed."""

Verdict = Literal[
    "pass", "wrong", "exception", "timeout:cpu", "timeout:wall", "memory", "output_limit",
    "crash", "exit", "protocol", "syntax", "no_code", "sandbox_error",
]  # fmt: skip
"""How running a candidate ended. Everything but `sandbox_error` is the candidate's own doing."""

Severity = Literal["info", "warning", "error"]
"""How much a finding matters: `error` where the round has collapsed, ended or is incomplete, `warning` where something
fell, `info` for what is to be read with the numbers."""

RoundStatus = Literal["finished", "ended"]
"""`ended`: a finding stopped the round before a model came out of it."""

RoundVerdict = Literal["OK", "NOT_ENOUGH_DATA", "WARN", "DIVERSITY_COLLAPSE", "COLLAPSE"]
"""What the detectors say of a round (`ssd_iter.detectors`). `OK`: no decline was found, not that there is none."""
