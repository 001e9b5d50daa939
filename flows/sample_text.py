"""Samples as text for a terminal: a header line each, what is asked for indented below it.

The texts are a model's. Nothing of them starts at a line's beginning, so that none passes for a header, and their
control and invisible characters are spelt out.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any, Literal, get_args

from reports.samples import tests_of
from stores.visible import clipped, visible

Part = Literal["prompt", "completion", "code", "tests"]
PARTS: tuple[Part, ...] = get_args(Part)

TEST_LIMIT = 2_000
"""Characters of one test's call or answer that are shown."""
_COLUMNS: dict[str, Part] = {
    "prompt": "prompt", "completion": "completion", "code": "code",
    "detail": "tests", "entry_point": "tests", "tests_json": "tests", "test_results": "tests",
}  # fmt: skip
"""Columns of a page that belong to a part; all others are always told."""


def sample_text(sample: dict[str, Any], number: int, total: int, parts: Sequence[Part]) -> str:
    """One sample, the `number`-th of `total`."""
    sections = [f"  {part}\n{textwrap.indent(_part(sample, part), '    ')}\n" for part in parts]
    return f"[{number} of {total}] {header(sample)}\n{''.join(sections)}"


def sample_document(sample: dict[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    """One sample without the columns that were not asked for."""
    return {name: value for name, value in sample.items() if _COLUMNS.get(name) in (None, *parts)}


def header(sample: dict[str, Any]) -> str:
    """Key, verdict, length and end of a sample, on one line."""
    key = f"round {sample['round']} {sample['purpose']} {sample['problem_id']} #{sample['sample_idx']}"
    length = f"{sample['num_completion_tokens']} tokens, {sample['finish_reason']}"
    return _line(f"{key}  {_verdict(sample)}, {length}  {sample['decode_id']}")


def _verdict(sample: dict[str, Any]) -> str:
    if sample["keep"] is not None:
        return "kept" if sample["keep"] else f"dropped: {sample['reason']}"
    return sample["verdict"] or "not judged yet"


def _part(sample: dict[str, Any], part: Part) -> str:
    if part == "tests":
        return "\n".join(_tests(sample))
    text: str | None = sample[part]
    return f"(none: {sample['extraction'] or 'not judged yet'})" if text is None else visible(text).rstrip("\n")


def _tests(sample: dict[str, Any]) -> list[str]:
    cases, check = tests_of(sample["tests_json"] or "")
    lines = [line for result in sample["test_results"] or [] for line in _test(sample, cases, result)]
    if check is not None:
        lines += ["check:", *visible(check).splitlines()]
    # Where no test ran, only the execution says why.
    return lines or [f"(none ran{': ' if sample['detail'] else ''}{_line(sample['detail'] or '')})"]


def _test(sample: dict[str, Any], cases: list[dict[str, Any]], result: dict[str, Any]) -> list[str]:
    index = result["test_idx"]
    name = sample["entry_point"] or "program"
    call = f"check({name})"
    if index < len(cases):
        arguments = ", ".join(json.dumps(value, ensure_ascii=False) for value in cases[index]["args"])
        expected = json.dumps(cases[index]["expected"], ensure_ascii=False)
        arguments, expected = (clipped(text, TEST_LIMIT, "--json has them") for text in (arguments, expected))
        call = f"{name}({arguments}) -> {expected}"
    details = visible(result["detail"]).splitlines()
    return [_line(f"{index}: {result['verdict']}: {call}"), *(f"   {line}" for line in details)]


def _line(text: str) -> str:
    """Text that stays on its line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")
