"""What is done after a round's verdict: a pure function of it and the config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ssd_iter.config.watch import PolicyConfig
from ssd_iter.records import RoundVerdict

COLLAPSED: tuple[RoundVerdict, ...] = ("COLLAPSE", "DIVERSITY_COLLAPSE")
"""Verdicts that the policy acts on; such a round is never gone back to."""

Action = Literal["continue", "stop", "rollback"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why, in words for the record."""

    action: Action
    to: int | None
    """The round that the next one follows, for `rollback`."""
    why: str


def decide(round: int, verdict: RoundVerdict, policy: PolicyConfig, best: int) -> Decision | None:
    """What to do after a round; None where it has not collapsed. `best` is the round to go back to."""
    if verdict not in COLLAPSED:
        return None
    knob = "on_collapse" if verdict == "COLLAPSE" else "on_diversity_collapse"
    action: Action = getattr(policy, knob)
    said = f"round {round} is {verdict} and policy.{knob} is {action!r}"
    if action == "rollback":
        return Decision(action, best, f"{said}: the next round follows round {best}, the best by its lower bound")
    return Decision(action, None, f"{said}: " + ("the run goes on" if action == "continue" else "the run ends here"))
