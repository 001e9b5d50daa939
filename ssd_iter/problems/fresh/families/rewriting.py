"""Family 32: texts rewritten by rules, until none applies or for some rounds. Level 3, held out for test.

Rules that run until none applies shorten the text, or sort two of its letters: so they come to an end.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

LETTERS = "abc"
Rule = tuple[str, str]
"""What is replaced, and by what."""
ARGUMENT_NAMES = (("text",), ("s",), ("string",), ("line",), ("word",))


@dataclass(frozen=True, kw_only=True)
class Method:
    """How the rules are applied, and what is asked."""

    body: str
    names: tuple[str, ...]
    statements: tuple[str, ...]
    returns: Result = "str"


RULE_FIRST = Method(
    body="""
rules = {rules}
current = text
while True:
    for old, new in rules:
        if old in current:
            current = current.replace(old, new, 1)
            break
    else:
        return current
""",
    names=("rewrite", "rewrite_fully", "reduce_text", "normalize", "apply_rules"),
    statements=(
        "Return {text} rewritten by the following rules until no rule applies. In each step, take the first rule in "
        "this order whose left part occurs in the text, and replace only the leftmost occurrence.{numbered}\n"
        "{text} contains only the letters a, b and c, and may be empty.",
        "Apply rewriting rules to {text}, a possibly empty text of the letters a, b and c, and return what is left "
        "when none of them can be applied any more. An earlier rule goes before a later one: a step uses the first "
        "rule that occurs anywhere in the text, once, at its first occurrence.{numbered}",
        "{text} consists of letters a, b and c (possibly none). These rules are ordered by priority:{numbered}\n"
        "Again and again, use the applicable rule of the highest priority, each time for its leftmost occurrence only, "
        "until the text contains nothing that a rule replaces. Return the final text.",
        "Write a small rewriting system for texts of a, b and c such as {text}, which may be empty. Its numbered rules:"
        "{numbered}\nOne step goes through the rules in order, picks the first one that fits somewhere, and rewrites "
        "the leftmost place where it fits. Steps are made as long as some rule fits. Return the result.",
    ),
)
LEFTMOST = Method(
    body="""
import re

rules = {rules_by_text}
current, changed = text, True
while changed:
    current, changed = re.subn({pattern!r}, lambda match: rules[match[0]], current, count=1)
return current
""",
    names=("rewrite_leftmost", "rewrite_from_left", "reduce_from_left", "contract", "collapse"),
    statements=(
        "Return {text} rewritten by the following rules until no rule applies. In each step, replace the leftmost "
        "pair of letters in the text for which there is a rule; then start again from the left.{listed}\n"
        "{text} contains only the letters a, b and c, and may be empty.",
        "Apply rewriting rules to {text}, a possibly empty text of the letters a, b and c, and return what is left "
        "when none of them can be applied any more. A step looks for the first place in the text where any of the "
        "rules fits, and applies it there, once.{listed}",
        "{text} consists of letters a, b and c (possibly none). There are rules for some pairs of letters:{listed}\n"
        "Again and again, find the pair with a rule that begins furthest to the left, and apply its rule there, until "
        "no pair with a rule is left. Return the final text.",
        "Write a small rewriting system for texts of a, b and c such as {text}, which may be empty. Its "
        "rules:{listed}\nOne step scans the text from its beginning and rewrites the first two neighbouring letters "
        "that have a rule; the next step scans the new text from its beginning. Steps are made as long as possible. "
        "Return the result.",
    ),
)
STEPS = Method(
    body=RULE_FIRST.body.replace("current = text\n", "current = text\nsteps = 0\n")
    .replace("            break", "            steps += 1\n            break")
    .replace("return current", "return steps"),
    names=("rewrites_needed", "rewriting_steps", "steps_to_finish", "num_rewrites", "steps_until_done"),
    statements=(
        "Return how many steps it takes until no rule applies to {text} any more. In each step, take the first of "
        "these rules whose left part occurs in the text, and replace only its leftmost occurrence.{numbered}\n"
        "{text} contains only the letters a, b and c, and may be empty.",
        "Rewrite {text}, a possibly empty text of the letters a, b and c, as long as one of the rules below can be "
        "applied, and return the number of replacements made. Each replacement uses the first rule that occurs "
        "anywhere in the text, once, at its first occurrence.{numbered}",
        "{text} consists of letters a, b and c (possibly none). These rules are ordered by priority:{numbered}\n"
        "Again and again, use the applicable rule of the highest priority, each time for its leftmost occurrence only. "
        "Return after how many such steps the text contains nothing that a rule replaces.",
        "Let a rewriting system run on {text}, which is made of a, b and c and may be empty. Its numbered rules:"
        "{numbered}\nOne step goes through the rules in order, picks the first one that fits somewhere, and rewrites "
        "the leftmost place where it fits. Return the number of steps until no rule fits.",
    ),
    returns="int",
)
LIMITED = Method(
    body="""
rules = {rules}
current = text
for _ in range(rounds):
    for old, new in rules:
        if old in current:
            current = current.replace(old, new, 1)
            break
return current
""",
    names=("rewrite_steps", "rewrite_a_while", "run_rules", "limited_rewrite", "few_steps"),
    statements=(
        "Return {text} after {rounds} rewriting steps. In each step, take the first rule in this order whose left part "
        "occurs in the text, and replace only the leftmost occurrence; if no rule applies, the text stays as it is."
        "{numbered}\n{text} contains only the letters a, b and c, and may be empty.",
        "Apply rewriting rules to {text}, a possibly empty text of the letters a, b and c, at most {rounds} times, and "
        "return the text that this gives. Each time it is the first rule that occurs anywhere in the text which is "
        "used, once, at its first occurrence. Stop early when no rule occurs.{numbered}",
        "{text} consists of letters a, b and c (possibly none). These rules are ordered by priority:{numbered}\n"
        "Use the applicable rule of the highest priority, for its leftmost occurrence only; do this {rounds} times, or "
        "until no rule is applicable. Return the final text.",
        "Let a rewriting system run on {text}, which is made of a, b and c and may be empty. Its numbered rules:"
        "{numbered}\nOne step goes through the rules in order, picks the first one that fits somewhere, and rewrites "
        "the leftmost place where it fits. Return the text after {rounds} steps, or after fewer if no rule fits.",
    ),
)
PASSES = Method(
    body="""
rules = {rules}
current = text
for _ in range(rounds):
    for old, new in rules:
        current = current.replace(old, new)
return current
""",
    names=("rewrite_rounds", "rewrite_in_rounds", "replace_in_rounds", "rounds_of_rules", "repeat_rules"),
    statements=(
        "Return {text} after {rounds} rounds of replacements. In each round, the rules are applied one after the other "
        "in this order, each to the result of the one before, and each replaces all its occurrences at once (found "
        "from left to right, without overlaps).{numbered}\n{text} contains only the letters a, b and c, and may be "
        "empty.",
        "Go through these rules in order, {rounds} times over, starting with {text}, a possibly empty text of the "
        "letters a, b and c. Each rule changes the current text by replacing every non-overlapping occurrence of its "
        "left part from left to right; what it inserts is not searched again by the same rule. Return the last text."
        "{numbered}",
        "{text} consists of letters a, b and c (possibly none). A round applies each rule once, in this order:"
        "{numbered}\nTo apply a rule is to replace all occurrences that one finds by going through the text from left "
        "to right once, skipping what was matched. Return the text after {rounds} rounds.",
        "A text made of a, b and c, at first {text} (perhaps empty), is changed in {rounds} rounds. Each round uses "
        "all of the following rules, the first one first, each on the text that the previous one left. A rule "
        "replaces all non-overlapping occurrences in one pass from the left.{numbered}\nReturn the text in the end.",
    ),
)
LETTERWISE = Method(
    body="""
rules = {rules_by_text}
current = text
for _ in range(rounds):
    current = "".join(rules[letter] for letter in current)
return current
""",
    names=("grow", "expand_letters", "substitute_letters", "evolve", "grow_text"),
    statements=(
        "Return {text} after {rounds} rounds. In each round all letters are replaced at the same time:{listed}\n"
        "{text} contains only the letters a, b and c, and may be empty.",
        "Start with {text}, a possibly empty text of the letters a, b and c, and return the text after {rounds} rounds "
        "of substitution. A round substitutes each letter of the current text at once:{listed}",
        "{text} consists of letters a, b and c (possibly none). In a round, every letter turns into what the table "
        "says, all simultaneously:{listed}\nReturn what {rounds} rounds make of it.",
        "A text, at first {text} (made of a, b and c, perhaps empty), develops in {rounds} rounds. In each of them "
        "every letter develops by itself, independently of its neighbours:{listed}\nReturn the text in the end.",
    ),
)


def kinds() -> list[Kind]:
    """About 5.2 million points: (method, rounds, rules)."""
    pairs = ["".join(pair) for pair in product(LETTERS, repeat=2)]
    short = ["", *LETTERS]
    shrinking = [*product(pairs, short), ("ba", "ab"), ("cb", "bc")]
    any_pair = [(old, new) for old, new in product(pairs, [*short, *pairs]) if old != new]
    return [
        Kind(name="rule-first", level=3, points=Product([RULE_FIRST], [0], shrinking, shrinking, shrinking)),
        Kind(name="leftmost", level=3, points=Product([LEFTMOST], [0], shrinking, shrinking, shrinking)),
        Kind(name="steps", level=3, points=Product([STEPS], [0], shrinking, shrinking, shrinking)),
        Kind(name="limited", level=3, points=Product([LIMITED], range(2, 6), any_pair, any_pair, any_pair)),
        Kind(name="passes", level=3, points=Product([PASSES], (2, 3), any_pair, any_pair)),
        Kind(
            name="letterwise",
            level=3,
            points=Product([LETTERWISE], (2, 3), *([(letter, new) for new in [*short, *pairs]] for letter in LETTERS)),
        ),
    ]


def task(method: Method, rounds: int, *rules: Rule) -> Task | None:
    """None where two rules replace the same, or nothing would change."""
    if len({old for old, _ in rules}) < len(rules) or (method is LETTERWISE and all(old == new for old, new in rules)):
        return None
    return Task(
        operation=_operation(method, rules),
        constants={"rounds": rounds} if rounds else {},
        arguments={"text": "str"},
        returns=method.returns,
        edges=_edges(rules),
        draw=functools.partial(_draw, 6 if method is LETTERWISE else 12),
        oracle=functools.partial(_rewritten, method, rules, rounds or 100),
        argument_names=ARGUMENT_NAMES,
        battery=_battery(),
    )


def _operation(method: Method, rules: Sequence[Rule]) -> Operation:
    phrases = [f'"{old}" becomes "{new}"' if new else f'"{old}" is deleted' for old, new in rules]
    parts = {
        "listed": "".join(f"\n- {phrase}" for phrase in phrases),
        "numbered": "".join(f"\n{place}. {phrase}" for place, phrase in enumerate(phrases, start=1)),
        "text": "{text}",
        "rounds": "{rounds}",
    }
    code = {
        "rules": list(rules),
        "rules_by_text": dict(rules),
        "pattern": "|".join(old for old, _ in rules),
    }
    return Operation(
        body=method.body.format(**code),
        names=method.names,
        statements=tuple(statement.format(**parts) for statement in method.statements),
    )


def _edges(rules: Sequence[Rule]) -> tuple[Arguments, ...]:
    """Nothing, one letter, and each rule's own text: alone, twice, and with one letter more."""
    texts = ["", "a", *(old for old, _ in rules), rules[0][0] * 2, rules[-1][0] + rules[0][0][0]]
    return tuple((text,) for text in dict.fromkeys(texts))


def _draw(longest: int, stream: RandomStream) -> Arguments:
    return ("".join(stream.choice(LETTERS) for _ in range(stream.integer(3, longest))),)


@functools.cache
def _battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "rewriting")
    return tuple(_draw(10, stream) for _ in range(64))


def _rewritten(method: Method, rules: Sequence[Rule], rounds: int, text: str) -> Any:
    """The oracle: looks for all places first."""
    steps = 0
    for _ in range(rounds):
        if method is LETTERWISE:
            text = "".join(map(dict(rules).__getitem__, text))
        elif method is PASSES:
            for old, new in rules:
                text = new.join(text.split(old))
        else:
            found = [(rank, place) for rank, rule in enumerate(rules) for place in _places(text, rule[0])]
            if not found:
                break
            rank, place = min(found, key=lambda pair: pair[1] if method is LEFTMOST else pair)
            text = text[:place] + rules[rank][1] + text[place + 2 :]
            steps += 1
    return steps if method is STEPS else text


def _places(text: str, part: str) -> list[int]:
    return [place for place in range(len(text)) if text[place : place + len(part)] == part]


FAMILY = Family(name="rewriting", kinds=kinds, task=task, held_out="test")
