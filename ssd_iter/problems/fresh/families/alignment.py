"""A kind of the edit-distance family: the best score of an alignment; and texts to compare, for all its kinds."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from functools import partial
from typing import Any

from ssd_iter.problems.fresh.family import Arguments, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

TEXT_EDGES: tuple[Arguments, ...] = (
    ("", ""),
    ("", "ab"),
    ("ab", ""),
    ("abc", "abc"),
    ("ab", "ba"),
    ("ae", "ea"),
    ("a", "aaa"),
)
TEXT_NAMES = (("source", "target"), ("old", "new"), ("first", "second"), ("given", "wanted"), ("s", "t"))
BODY = """
row = {first_row}{start}
for a in source:
    above, row = row, [{first}]
    for j, b in enumerate(target):
        pair = above[j] + ({equal} if a == b else -unequal)
        row.append(max({floor}pair, row[-1] - gap, above[j + 1] - gap)){follow}
return {result}
"""
WHOLE = {
    "first_row": "[-gap * j for j in range(len(target) + 1)]",
    "start": "",
    "first": "row[0] - gap",
    "floor": "",
    "follow": "",
    "result": "row[-1]",
}
BEST = {"start": "\nbest = 0", "follow": "\n    best = max(best, *row)", "result": "best"}
PARTS: dict[str, tuple[dict[str, str], str]] = {
    "whole": (WHOLE, ""),
    "parts": (
        {**BEST, "first_row": "[0 for _ in target] + [0]", "first": "0", "floor": "0, "},
        " Not the whole texts have to be aligned: take the contiguous part of each text, empty parts included (score "
        "0), for which the score is highest.",
    ),
    "beginnings": (
        {**WHOLE, **BEST},
        " Not the whole texts have to be aligned: take the beginning of each text, the empty ones included (score 0), "
        "for which the score is highest.",
    ),
}
STATEMENTS = (
    "Return the highest score of an alignment of {source} and {target}, texts of the letters a to e that may be empty. "
    "An alignment writes them below each other, with gaps put in anywhere so that they get equally long; no two gaps "
    "are below each other. Each column of two equal letters adds {equal} to the score{vowels}, each column of two "
    "different letters subtracts {unequal}, and each column with a gap subtracts {gap}.{part}",
    "Align {source} with {target} (letters a to e, either may be empty) and return the best score possible. In an "
    "alignment, letters of the two texts are paired in order, without crossings, and letters may stay without a "
    "partner. A pair of equal letters is worth {equal} points{vowels}, a pair of different ones costs {unequal}, and "
    "each letter without a partner costs {gap}.{part}",
    "How similar are {source} and {target}, two possibly empty texts of the letters a to e? Walk through both from "
    "left to right: each step takes the next letter of both, or of one only. Taking equal letters earns "
    "{equal}{vowels}; taking different letters loses {unequal}; taking a single letter loses {gap}. Return the highest "
    "total.{part}",
    "Return the largest total that pairing up the letters of {source} and {target} can give. Both texts have letters "
    "from a to e, or none. Pairs keep the order of both texts, and a letter is in one pair at most. Each pair of equal "
    "letters counts {equal}{vowels}, each pair of unequal letters counts minus {unequal}, and each letter that is in "
    "no pair counts minus {gap}.{part}",
)


def similarity_points() -> Sequence[Sequence[Any]]:
    """Dimensions of `similarity`."""
    return range(1, 6), range(1, 6), range(1, 6), range(6), list(PARTS)


def similarity(equal: int, unequal: int, gap: int, bonus: int, part: str) -> Task | None:
    """The best alignment; None where a pair of different letters is never better than two gaps."""
    if unequal >= 2 * gap:
        return None
    code, phrase = PARTS[part]
    parts = {"part": phrase, "vowels": ", or {vowel} if they are a or e" if bonus else ""}
    return Task(
        operation=Operation(
            body=BODY.format(**code, equal="(vowel if a in 'ae' else equal)" if bonus else "equal"),
            names=("alignment_score", "best_alignment", "similarity", "align", "best_pairing"),
            statements=tuple(filled(statement, parts) for statement in STATEMENTS),
        ),
        constants={"equal": equal, "unequal": unequal, "gap": gap} | ({"vowel": equal + bonus} if bonus else {}),
        arguments={"source": "str", "target": "str"},
        returns="int",
        edges=TEXT_EDGES,
        draw=draw_texts,
        oracle=partial(_similarity, (equal, unequal, gap, bonus), part),
        argument_names=TEXT_NAMES,
        battery=text_battery(),
    )


def filled(statement: str, parts: dict[str, str]) -> str:
    """The parts are put in; costs and arguments stay open."""
    for name, text in parts.items():
        statement = statement.replace(f"{{{name}}}", text)
    return statement


def draw_texts(stream: RandomStream) -> Arguments:
    """The second text is often the first with a few letters changed."""
    source = [stream.choice("abcde") for _ in range(stream.integer(2, 5))]
    target = list(source)
    for _ in range(stream.integer(1, 3)):
        place = stream.integer(0, len(target))
        target[place : place + stream.integer(0, 2)] = [stream.choice("abcde") for _ in range(stream.integer(0, 2))]
    if stream.integer(0, 2) == 0:
        target.reverse()
    return "".join(source), "".join(target[:6])


@functools.cache
def text_battery() -> tuple[Arguments, ...]:
    """64 pairs of texts by which distances and scores of texts are told apart."""
    stream = RandomStream("battery", "edit-distance", "texts")
    return tuple(draw_texts(stream) for _ in range(64))


def _similarity(scores: tuple[int, int, int, int], part: str, source: str, target: str) -> int:
    """The oracle: scores of what is left of both texts, from the front."""
    equal, unequal, gap, bonus = scores
    found: dict[tuple[int, int], int] = {}
    for i in range(len(source), -1, -1):
        for j in range(len(target), -1, -1):
            steps = [] if part == "whole" and len(source) + len(target) > i + j else [0]
            steps += [found[i + 1, j] - gap] if i < len(source) else []
            steps += [found[i, j + 1] - gap] if j < len(target) else []
            if i < len(source) and j < len(target):
                worth = equal + bonus * (source[i] in "ae")
                steps.append(found[i + 1, j + 1] + (worth if source[i] == target[j] else -unequal))
            found[i, j] = max(steps)
    return max(found.values()) if part == "parts" else found[0, 0]
