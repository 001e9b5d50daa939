"""The head of a run's report: which round one would go on from, what to do now, and what of the run is left."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.changes import Kind
from reports.facts import Facts
from reports.trend import round_seconds
from reports.wording import duration_text, name_round, number, plural, size_text
from ssd_iter.config.watch import DetectConfig
from ssd_iter.decline.best_round import best_round
from ssd_iter.decline.panel import panel_of
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.decline.settings import Settings
from ssd_iter.records import ProblemCounts
from ssd_iter.run.paths import RunPaths

ALARMS: tuple[Kind, ...] = ("warn", "diversity_collapse", "collapse", "ended", "invalid", "worse")
"""Verdicts of the latest round that colour the head, whatever the best round is."""

RULE = (
    "Best is the round whose gain of pass@1 over the base model has the highest lower bound (simultaneous over all "
    "rounds); of those within a standard error of it the earliest, and never one that collapsed or is invalid. Where "
    "no bound is above 0 it is the base model. A round that was chosen for its score likely has a lower true one: "
    "fresh samples tell it."
)

GO_BACK = "Go back to {best}, or end here and keep that model."
MEND = "Mend what made the latest round invalid first: nothing can be concluded from it."
KEEP_BEST = "Keep {best}'s model, in {folder}."
KEEP_BASE = "Keep the base model: no round is surely better. More problems or samples would show smaller gains."
WATCH = "Go on, and look closely at the next round: after a second warning in a row a large fall counts as a collapse."
TOO_FEW = "Go on, but trust no number much: so few problems and samples cannot tell a fall from noise."
GO_ON = "Go on."
WARNED = " It was itself warned of: its page says what fell."


def head(
    facts: Facts, counts: Sequence[ProblemCounts], verdicts: dict[int, dict[str, Any]], decided: str
) -> dict[str, Any] | None:
    """Best round, advice and budget; None where no round has ended, or none is to follow the base.

    `counts` are `stores.queries.read_compared_counts`, `verdicts` those of the rounds (`reports.verdict.verdict_of`),
    `decided` is what the policy made of the latest one, empty where nothing.
    """
    if not (facts.rounds and facts.run.rounds):
        return None
    invalid, warned = (
        [round for round, verdict in verdicts.items() if verdict["kind"] == kind] for kind in ("invalid", "warn")
    )
    best, last = find_best(facts, counts, invalid), facts.rounds[-1].round
    kind = verdicts[last]["kind"]
    gains = {round: gain for round, verdict in verdicts.items() if (gain := _gain(verdict))}
    return {
        "round": best,
        "title": f"Best round: {best}" if best else "Best: the base model",
        "kind": kind if kind in ALARMS else "improved" if best else "unclear",
        "sentence": _sentence(facts, best, gains) + (WARNED if best in warned else ""),
        **_advice(facts, best, kind, decided),
        "budget": _budget(facts),
        "rule": RULE,
    }


def find_best(facts: Facts, counts: Sequence[ProblemCounts], invalid: Sequence[int] = ()) -> int:
    """The best round of the line that leads to the latest one, the base where none is surely better.

    It is none of `invalid`, and none that collapsed or left no model.
    """
    last = facts.rounds[-1].round
    never = [row.round for row in facts.rounds if row.verdict in COLLAPSED or row.status == "ended"] + list(invalid)
    detect = DetectConfig(**json.loads(facts.run.config_json).get("detect", {}))
    return best_round(panel_of(counts, facts.line(last)), Settings(detect.alpha, seed=facts.run.seed), never)


def _gain(verdict: dict[str, Any]) -> dict[str, Any] | None:
    """A round's paired change of pass@1 since the base; None where there is none to tell."""
    return next((change for change in verdict["changes"] if change["against"] == name_round(0)), None)


def _sentence(facts: Facts, best: int, gains: dict[int, dict[str, Any]]) -> str:
    found = number(facts.metric(best, "pass_at_1", "eval"), "fraction")
    if found["value"] is None:
        return f"{name_round(best).capitalize()} has no evaluation yet."
    within = f"95% interval {found['interval']}; " if found["interval"] else ""
    solves = f"{name_round(best).capitalize()} solves {found['text']} at pass@1"
    sentence = f"{solves} ({within}{size_text(facts.graded(best))})"
    if best not in gains:
        return f"{sentence}.{_runner_up(gains)}"
    gain = gains[best]
    certainty = f" (95% interval {gain['interval']})" if gain["interval"] else ""
    return f"{sentence}: {gain['text']} against the base model{certainty}, paired over {gain['n']:,} problems."


def _runner_up(gains: dict[int, dict[str, Any]]) -> str:
    """Where the base is best: the round that gained most on it, and how sure that is."""
    if not gains:
        return ""
    round = max(gains, key=lambda round: gains[round]["value"])
    if gains[round]["value"] <= 0:
        return " No round solves more."
    gain = gains[round]["text"]
    if gains[round]["interval"]:
        gain += f" (95% interval of this round alone {gains[round]['interval']})"
    among = f"Of {len(gains)} rounds {name_round(round)} gained most" if len(gains) > 1 else f"Round {round} gained"
    return f" {among}: {gain}, which may be chance."


def _advice(facts: Facts, best: int, kind: Kind, decided: str) -> dict[str, str]:
    """What to do after a latest round of this kind, and the command for it; empty where nothing is left to run."""
    last, left = facts.rounds[-1], facts.run.rounds - facts.rounds[-1].round
    if left <= 0:
        folder = RunPaths(Path()).checkpoint(best).as_posix()
        return {"advice": KEEP_BEST.format(best=name_round(best), folder=folder) if best else KEEP_BASE, "command": ""}
    resume = f"ssd-iter resume {shlex.quote(facts.run.run_id)}"
    if (last.verdict in COLLAPSED or last.status == "ended") and decided != "rollback":
        return {"advice": GO_BACK.format(best=name_round(best)), "command": f"{resume} --rollback-to {best}"}
    if kind == "invalid":
        return {"advice": MEND, "command": resume}
    return {"advice": {"WARN": WATCH, "NOT_ENOUGH_DATA": TOO_FEW}.get(last.verdict, GO_ON), "command": resume}


def _budget(facts: Facts) -> str:
    """`1 of 4 rounds is left, about 46 min 10 s at the pace so far.`"""
    asked = facts.run.rounds
    left = asked - facts.rounds[-1].round
    if left <= 0:
        return f"{plural(asked, 'planned round')} {'has' if asked == 1 else 'have'} run."
    took = [seconds for row in facts.rounds if row.round and (seconds := round_seconds(facts, row.round)) is not None]
    pace = f", about {duration_text(left * sum(took) / len(took))} at the pace so far" if took else ""
    return f"{left} of {plural(asked, 'round')} {'is' if left == 1 else 'are'} left{pace}."
