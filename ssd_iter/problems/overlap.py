"""Word sequences that training prompts and evaluation problems have in common: a hint of leaked problems.

Thirteen words, as in the contamination study of GPT-3 (Brown et al. 2020, appendix C), and as there, sequences found in
more than ten training prompts are taken for templates and do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ssd_iter.problems.base import Problem

NUM_WORDS = 13
MOST_PROMPTS = 10


@dataclass(frozen=True, slots=True)
class Overlap:
    """What one problem shares with some texts."""

    problem_id: str
    shared: int
    """Different sequences of 13 words of the problem that are in the texts."""
    total: int
    """Different sequences of 13 words of the problem."""

    @property
    def share(self) -> float:
        """In (0, 1]."""
        return self.shared / self.total


def overlaps(problems: Iterable[tuple[str, str]], texts: Iterable[str]) -> list[Overlap]:
    """The problems, given as (id, text), that share a sequence with the texts; those that share most come first.

    A sequence ignores case and everything between words; one of a shorter text is never found. Linear in all words.
    """
    known = {problem_id: set(sequences(text)) for problem_id, text in problems}
    wanted = set().union(*known.values())
    counts = Counter(found for text in texts for found in wanted.intersection(sequences(text)))
    common = {sequence for sequence, count in counts.items() if count <= MOST_PROMPTS}
    found = [Overlap(name, len(own & common), len(own)) for name, own in known.items() if own & common]
    return sorted(found, key=lambda overlap: (-overlap.share, overlap.problem_id))


def sequences(text: str) -> Iterator[str]:
    """Every run of 13 words, lower-cased, in order; none for a shorter text."""
    words = re.findall(r"\w+", text.lower())
    return (" ".join(words[start : start + NUM_WORDS]) for start in range(len(words) - NUM_WORDS + 1))


def overlap_summary(evaluate: Sequence[Problem], train: Sequence[Problem]) -> dict[str, Any]:
    """What evaluation problems share with training prompts, as a JSON-able dict: how many, and the worst ten."""
    texts = (problem.statement for problem in train)
    found = overlaps([(problem.problem_id, problem.statement) for problem in evaluate], texts)
    return {
        "words": NUM_WORDS,
        "problems": len(evaluate),
        "sharing": len(found),
        "most": [{"problem_id": overlap.problem_id, "share": round(overlap.share, 4)} for overlap in found[:10]],
    }


def overlap_text(summary: Mapping[str, Any]) -> str:
    """The summary in a sentence."""
    words, sharing, total = summary["words"], summary["sharing"], summary["problems"]
    if not sharing:
        return f"None of {total} evaluation problems shares {words} words in a row with training prompts."
    worst = summary["most"][0]
    return (
        f"{sharing} of {total} evaluation problems share {words} words in a row with training prompts; most does "
        f"{worst['problem_id']}, {worst['share']:.0%} of its sequences."
    )
