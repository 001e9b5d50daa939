"""From a completion to the code it answers with.

Only closed code fences count: a line of three or more backticks or tildes (indented by three spaces at most, with
an info string or without) up to a line of the same character, at least as long, that holds nothing else. A block
that is never closed was cut off, so it is no code. A thinking model's reasoning, up to `</think>`, is not looked at;
where the closing mark never comes, all of the completion is reasoning if it, or the prompt's end, opened one with
`<think>`.

The text inside a fence is taken as it stands: no repair, no guess at which lines are code.
"""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from ssd_iter.filtering.normalise import normal_sha256, parse
from ssd_iter.records import ExtractionFacts, ExtractionStatus, Sample

ExtractionRule = Literal["entry_point", "last"]
"""Which closed block counts: the last that defines the entry point (else the last), or always the last."""

_OPENING = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*$")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found; `code` is None unless `status` is `ok`."""

    status: ExtractionStatus
    code: str | None
    closed_fence: bool
    """At least one code fence of the answer is closed."""


def extract(
    completion: str, entry_point: str, rule: ExtractionRule = "entry_point", *, thinking: bool = False
) -> Extraction:
    """The code in a completion. Any text will do; nothing is raised. `thinking`: the prompt opened a reasoning part."""
    before, thought, after = completion.partition("</think>")
    if not thought and (thinking or before.lstrip().startswith("<think>")):
        return Extraction("no_code:truncated", None, closed_fence=False)
    blocks, cut_off = _blocks(after if thought else before)
    if not blocks:
        return Extraction("no_code:truncated" if cut_off else "no_code:none", None, closed_fence=False)
    code = blocks[-1]
    if rule == "entry_point":
        code = next((block for block in reversed(blocks) if _defines(block, entry_point)), code)
    return Extraction("ok", code, closed_fence=True)


def facts(sample: Sample, entry_point: str, rule: ExtractionRule) -> ExtractionFacts:
    """What the form of a sample's completion tells; nothing is run."""
    thinking = sample.prompt.rstrip().endswith("<think>")
    extraction = extract(sample.completion, entry_point, rule, thinking=thinking)
    code = extraction.code
    return ExtractionFacts(
        run_id=sample.run_id,
        round=sample.round,
        purpose=sample.purpose,
        decode_id=sample.decode_id,
        problem_id=sample.problem_id,
        sample_idx=sample.sample_idx,
        problem_set=sample.problem_set,
        non_empty=sample.completion.strip() != "",
        closed_fence=extraction.closed_fence,
        extraction=extraction.status,
        parses=code is not None and parse(code) is not None,
        complete=sample.finish_reason == "stop",
        code=code,
        code_sha256=None if code is None else hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest(),
        normal_sha256=None if code is None else normal_sha256(code),
    )


def _blocks(text: str) -> tuple[list[str], bool]:
    """The contents of all closed fences, in order, and whether one is still open at the end."""
    blocks: list[str] = []
    lines: list[str] = []
    fence = ""
    indent = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        if not fence:
            if opening := _OPENING.match(line):
                indent, fence, lines = len(opening[1]), opening[2], []
        elif (closing := _CLOSING.match(line)) and closing[1].startswith(fence):
            blocks.append("\n".join(lines))
            fence = ""
        else:
            # A fence's own indent is not part of the code.
            lines.append(line[min(indent, len(line) - len(line.lstrip(" "))) :])
    return blocks, bool(fence)


def _defines(code: str, name: str) -> bool:
    """Whether the code defines a function of this name or assigns to it, at any level."""
    tree = parse(code)
    if tree is None:
        word = re.escape(name)
        definition = rf"^[ \t]*((async[ \t]+)?def[ \t]+{word}\b|{word}[ \t]*(:[^=\n]*)?=(?!=))"
        return re.search(definition, code, re.MULTILINE) is not None
    return any(
        (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name)
        for node in ast.walk(tree)
    )
