"""Which training samples are dropped: by their form alone, never by whether they are correct.

The first rule that matches, in the config's order, gives the reason. `shortest` looks only at what the rules kept,
so its count does not depend on what they dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import floor

from ssd_iter.config.schema import FilterConfig
from ssd_iter.filtering.rules import RULES
from ssd_iter.records import ExtractionFacts, FilterVerdict


def apply_rules(facts_and_texts: Sequence[tuple[ExtractionFacts, str]], config: FilterConfig) -> list[FilterVerdict]:
    """One verdict a sample, in the order given; each text is the sample's whole completion.

    `config.drop_shortest` drops floor(fraction * n) of the n samples that the rules keep, those with the
    fewest characters first, ties by (problem_id, sample_idx).
    """
    reasons = [_reason(facts, text, config.rules) for facts, text in facts_and_texts]
    kept = [i for i, reason in enumerate(reasons) if reason is None]

    def by_length(i: int) -> tuple[int, str, int]:
        facts, text = facts_and_texts[i]
        return len(text), facts.problem_id, facts.sample_idx

    for i in sorted(kept, key=by_length)[: floor(config.drop_shortest * len(kept))]:
        reasons[i] = "shortest"
    return [_verdict(facts, reason) for (facts, _), reason in zip(facts_and_texts, reasons, strict=True)]


def _reason(facts: ExtractionFacts, text: str, rules: Sequence[str]) -> str | None:
    return next((rule for rule in rules if RULES[rule](facts, text)), None)


def _verdict(facts: ExtractionFacts, reason: str | None) -> FilterVerdict:
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return FilterVerdict(**known, keep=reason is None, reason=reason)
