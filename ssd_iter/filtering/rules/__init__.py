"""The rules a training sample can be dropped by: a file each, a line each.

A rule looks at the form of one completion, never at whether it is correct. Its name is what `filter.rules` in the
config and `reason` in the table `filter_verdicts` say.
"""

from __future__ import annotations

from collections.abc import Callable

from ssd_iter.filtering.rules import empty, stub, syntax
from ssd_iter.records import ExtractionFacts

Rule = Callable[[ExtractionFacts, str], bool]
"""Whether to drop a sample, from the facts of its form and the whole text of its completion."""

RULES: dict[str, Rule] = {
    "empty": empty.drops,
    "stub": stub.drops,
    "syntax": syntax.drops,
}
