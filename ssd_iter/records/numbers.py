"""What was measured, found, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ssd_iter.records.words import Purpose, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainStep:
    """One optimizer step."""

    run_id: str
    round: int
    step: int
    """Optimizer steps of this round so far, from 1."""
    epoch: float
    """Passes over the training set so far, a fraction in the midst of one."""
    loss: float
    """Nats per trained token, averaged over the step's tokens."""
    grad_norm: float
    """L2 norm of the gradient before clipping."""
    learning_rate: float
    """Of this step, after warm-up and decay."""
    num_tokens: int
    """Trained (completion) tokens of the step."""
    tokens_per_second: float
    """Tokens of prompts and completions, over the step's elapsed seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of one round; `ssd_iter.metrics.registry` says what each name means."""

    run_id: str
    round: int
    name: str
    """A name of the registry, such as `pass_at_1`."""
    purpose: str
    """`train`, `eval`, or empty where neither applies."""
    problem_set: str
    """A problem set's name, or `all`."""
    value: float | None
    """In the unit of its name; None where it is not defined, such as pass@k with fewer than k samples."""
    low: float | None
    """Lower end of the 95 % interval over problems; None where there is none."""
    high: float | None
    """Its upper end."""
    n: int
    """How many things the value was computed from (problems, samples or steps)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCounts:
    """What one problem's evaluation samples came to in one round: all that the detectors compare."""

    run_id: str
    round: int
    purpose: Purpose
    """`eval`, or `resample` for the fresh samples that stand for a round that was looked at again."""
    decode_id: str
    problem_set: str
    """The problem set's name, such as `humaneval`."""
    problem_id: str
    n: int
    """Graded samples: `no_code` counts, `sandbox_error` does not."""
    c: int
    """Those that passed."""
    extracted: int
    """Those that hold code."""
    classes: tuple[int, ...]
    """How many samples wrote each different program (`ssd_iter.filtering.normalise`), falling; together `extracted`."""
    correct_classes: tuple[int, ...]
    """The same among the samples that passed; together `c`."""
    behaviour_classes: tuple[int, ...]
    """How many samples gave each different row of answers to the tests, falling; together less than `extracted` where
    what some answered is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader must know about a round. The fields from `metric` on are None where no test was made."""

    run_id: str
    round: int
    name: str
    """The detector's word for it, such as `warn`, `collapse`, `empty_training_set`."""
    severity: Severity
    """How much it matters."""
    message: str
    """One sentence for a reader."""
    metric: str | None
    """The metric that fell."""
    reference: str | None
    """What it fell against: `round 2`, `rounds 0 to 3`, `trend`."""
    effect: float | None
    """By how much it fell, mean over problems, in the metric's unit."""
    low: float | None
    """Simultaneous interval of the effect: `low` holds for all metrics, references and rounds of the run together."""
    high: float | None
    """The interval's upper end."""
    p: float | None
    """Adjusted over all metrics and references of the round; to be compared with the round's own alpha."""
    problems: tuple[str, ...]
    """The problems that drove it, the largest fall first."""
    evidence_json: str
    """What else it rests on: an object, its keys the detector's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, when it happened."""

    run_id: str
    round: int
    stage: str
    """The stage it happened in; empty where it was between stages."""
    kind: str
    """What kind of thing, such as `looked_again`, `rolled_back`, `policy`."""
    message: str
    """One sentence for a reader."""
    payload_json: str
    """What a program would want to know of it: an object, its keys the kind's own."""
    created_at: datetime
    """When it happened, UTC."""
