"""What a round's verdict rests on: each check with what was found and the threshold it was held against."""

from __future__ import annotations

import json
from typing import Any, Literal

from reports.facts import Facts
from reports.wording import NOTHING, name_round, value_text
from ssd_iter.records import Finding

LARGEST_FAULT = 0.01
"""The share of evaluation samples that may be lost before a round is called invalid."""

NO_LOSS = "loss_not_finite"
"""The finding of the train stage that ends a round."""

Result = Literal["ok", "fault", "warn", "unknown"]


def faults_of(facts: Facts, round: int) -> list[str]:
    """Why a round's numbers cannot be trusted, a sentence each; none where they can."""
    found = (_sandbox_fault(facts, round), _unequal_fault(facts, round), _loss_fault(facts, round))
    return [fault for fault in found if fault]


def checks_of(facts: Facts, round: int, changes: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Every check in the order in which they decide: `check`, `found`, `rule`, `result`."""
    checks = [_sandbox_check(facts, round)]
    if round:
        checks += [_samples_check(facts, round), _loss_check(facts, round), _detectors_check(facts, round)]
        checks += [_change_check(change) for change in changes[:1]]
    return checks


def _check(check: str, found: str, rule: str, result: Result) -> dict[str, str]:
    return {"check": check, "found": found, "rule": rule, "result": result}


def sandbox_errors(facts: Facts, round: int) -> tuple[int, int]:
    """Evaluation samples that the sandbox failed on, and all that were executed."""
    tallies = {tally.label: tally.num_samples for tally in facts.verdict_tallies if tally.round == round}
    return tallies.get("sandbox_error", 0), sum(tallies.values())


def _sandbox_fault(facts: Facts, round: int) -> str:
    lost, total = sandbox_errors(facts, round)
    if lost <= LARGEST_FAULT * total:
        return ""
    return f"The sandbox failed on {lost:,} of {total:,} evaluation samples ({value_text(lost / total, 'fraction')})."


def _sandbox_check(facts: Facts, round: int) -> dict[str, str]:
    lost, total = sandbox_errors(facts, round)
    found = f"{lost:,} of {total:,} evaluation samples" if total else NOTHING
    result: Result = "fault" if _sandbox_fault(facts, round) else "ok" if total else "unknown"
    return _check("sandbox errors", found, f"Invalid above {LARGEST_FAULT:.0%}", result)


def sample_counts(facts: Facts, now: int, before: int) -> tuple[int, int]:
    """Graded samples of the problems that two rounds have in common, in each of them."""
    sizes, earlier = (
        {(o.decode_id, o.problem_id): o.num_samples for o in facts.graded(round)} for round in (now, before)
    )
    common = sizes.keys() & earlier.keys()
    return sum(sizes[key] for key in common), sum(earlier[key] for key in common)


def _unequal_fault(facts: Facts, round: int) -> str:
    previous = facts.previous(round)
    if previous is None:
        return ""
    now, before = sample_counts(facts, round, previous)
    if abs(now - before) <= LARGEST_FAULT * max(now, before):
        return ""
    return (
        f"Of the problems it shares with {name_round(previous)}, {now:,} samples were graded here and {before:,} there."
    )


def _samples_check(facts: Facts, round: int) -> dict[str, str]:
    previous = facts.previous(round)
    rule = f"Invalid where they differ by more than {LARGEST_FAULT:.0%}"
    if previous is None or not facts.graded(round):
        return _check("as many samples as before", NOTHING, rule, "unknown")
    now, before = sample_counts(facts, round, previous)
    found = f"{now:,}, and {before:,} in {name_round(previous)}, of common problems"
    return _check("as many samples as before", found, rule, "fault" if _unequal_fault(facts, round) else "ok")


def _loss_fault(facts: Facts, round: int) -> str:
    return " ".join(finding.message for finding in _findings(facts, round) if finding.name == NO_LOSS)


def _loss_check(facts: Facts, round: int) -> dict[str, str]:
    loss = facts.value(round, "train_loss", "train")
    found = NOTHING if loss is None else f"{value_text(loss, 'nats per token')} nats per token"
    result: Result = "fault" if _loss_fault(facts, round) else "unknown" if loss is None else "ok"
    return _check("training loss", found, "Invalid where it is not finite", result)


def _detectors_check(facts: Facts, round: int) -> dict[str, str]:
    """The detectors' verdict, with the numbers that they hold a fall against."""
    verdict = facts.row(round).verdict
    documents = [json.loads(finding.evidence_json) for finding in _findings(facts, round)]
    evidence: dict[str, Any] = next((document for document in documents if document.get("critical_t") is not None), {})
    rule = "any fall that they find is the verdict"
    if evidence:
        rule += f": t above {evidence['critical_t']:.2f}, at this round's share {evidence['alpha']:.3g} of alpha"
    result: Result = "ok" if verdict == "OK" else "unknown" if verdict in (None, "NOT_ENOUGH_DATA") else "warn"
    return _check("detectors", verdict or NOTHING, rule, result)


def _change_check(change: dict[str, Any]) -> dict[str, str]:
    interval = f" ({change['interval']})" if change["interval"] else ""
    found = f"{change['text']}{interval} against {change['against']}, {change['n']:,} problems"
    rule = "Improved where the 95% interval is above 0, Worse where it is below"
    if change["detectable"] is not None:
        rule += f"; ±{100 * change['detectable']:.1f} points would have been clear nine times in ten"
    result: Result = "warn" if change["kind"] == "worse" else "ok"
    return _check("change of pass@1, paired by problem", found, rule, result)


def _findings(facts: Facts, round: int) -> list[Finding]:
    return [finding for finding in facts.findings if finding.round == round]
