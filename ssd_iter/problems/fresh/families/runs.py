"""Family 16: runs, of equal characters in a text and of related neighbours in a list. Level 2."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.arguments import LIST_EDGES, distinct
from ssd_iter.problems.fresh.families.run_questions import COUNTS, LISTS, RELATIONS, TEXTS, Answer, Relation
from ssd_iter.problems.fresh.families.wording import Wordings, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

TEXT_EDGES: tuple[Arguments, ...] = (("",), ("a",), ("aaaaa",), ("abc",), ("aabbaa",), ("abbcccdddd",))

OF_TEXT: Wordings = (
    ("{noun}_of_runs", "A run is a longest possible stretch of equal characters in {s}. Return {answer}."),
    ("run_{noun}", "Split {s} into runs, longest possible stretches of equal characters. Return {answer}."),
    (
        "get_run_{noun}",
        "The text {s} consists of runs: each is one character repeated as often as it follows itself. Return {answer}.",
    ),
    (
        "find_{noun}_of_runs",
        "Group equal neighbouring characters of {s} into runs, as long as possible. Find {answer}.",
    ),
    (
        "compute_run_{noun}",
        "Equal characters that stand side by side in {s}, as many as there are, make a run. Compute {answer}.",
    ),
)
OF_LIST: Wordings = (
    (
        "{noun}_of_{which}_runs",
        "A run is a longest possible stretch of neighbouring numbers in {xs} that {relation}; a single number may be a"
        " run. Return {answer}.",
    ),
    (
        "{which}_run_{noun}",
        "Split {xs} into runs: longest possible stretches of numbers that {relation}, maybe of one number only. Return"
        " {answer}.",
    ),
    (
        "get_{which}_run_{noun}",
        "Go through {xs} from left to right and cut it into runs, as few as possible, of numbers that {relation}."
        " Return {answer}.",
    ),
    (
        "find_{noun}_of_{which}_runs",
        "The list {xs} consists of runs: the numbers of a run {relation}, and each run, be it of one number, is as long"
        " as possible. Find {answer}.",
    ),
    (
        "compute_{which}_run_{noun}",
        "Numbers that stand side by side in {xs} are a run if they {relation} and there is no longer run around them;"
        " one number can be a run. Compute {answer}.",
    ),
)
ENCODE: Wordings = (
    ("encode_runs", "Replace each run of equal characters in {s} by {form}{short}. Return the results {joined}."),
    (
        "run_length_code",
        "Encode {s}: for each longest possible stretch of equal characters, write {form}{short}. Return what you wrote,"
        " {joined}.",
    ),
    (
        "compress_runs",
        "Compress {s}. A group of equal neighbouring characters, as long as possible, becomes {form}{short}. Return the"
        " groups {joined}.",
    ),
    (
        "shorten_runs",
        "Go through {s} from left to right. Of every run of the same character, make {form}{short}. Return these pieces"
        " {joined}.",
    ),
    ("write_run_lengths", "Write every run of {s} (equal neighbours) as {form}{short}. Return the runs {joined}."),
)
SEPARATORS = ("", "-", ",", " ", "/", "|", "+", ".")


def kinds() -> list[Kind]:
    """384 points: (what makes the task, its values)."""
    forms = [*product(("", "*", ":", "="), (False, True))]
    return [
        Kind(name="text", level=2, points=Product([_text_task], _with_lengths((*COUNTS, *TEXTS), (2, 3, 4)), [None])),
        Kind(name="list", level=2, points=Product([_list_task], _with_lengths((*COUNTS, *LISTS), (2, 3)), RELATIONS)),
        Kind(name="encode", level=2, points=Product([_encode_task], forms, [*product((1, 2, 3), SEPARATORS)])),
    ]


def task(make: Callable[[Any, Any], Task], one: Any, other: Any) -> Task:
    """Everything is a run of its own where nothing continues it; an empty text or list has none."""
    return make(one, other)


def _with_lengths(answers: Sequence[Answer], lengths: Sequence[int]) -> list[tuple[Answer, int]]:
    return [(answer, k) for answer in answers for k in (lengths if "{k}" in answer.phrase else (0,))]


def _text(stream: RandomStream) -> str:
    """2 to 6 runs of length 1 to 5, of few different letters."""
    return "".join(stream.choice("aabcdx") * stream.integer(1, 5) for _ in range(stream.integer(2, 6)))


def _list(stream: RandomStream) -> list[int]:
    """2 to 5 stretches of up to 5 numbers, each going up or down in equal steps, or not at all."""
    numbers: list[int] = []
    for _ in range(stream.integer(2, 5)):
        first, step = stream.integer(0, 9), stream.choice((0, 0, 1, 1, -1, 2, -2, 3))
        numbers += [max(0, first + step * i) for i in range(stream.integer(1, 5))]
    return numbers


@functools.cache
def _texts() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "runs", "text")
    return tuple(distinct([*TEXT_EDGES, *((_text(stream),) for _ in range(64))]))


@functools.cache
def _lists() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "runs", "list")
    return tuple(distinct([([],), *LIST_EDGES, *((_list(stream),) for _ in range(64))]))


def _of_text(operation: Operation, constants: dict[str, Any], answer: Answer) -> Task:
    return Task(
        operation=operation,
        constants=constants,
        arguments={"s": "str"},
        returns=answer.returns,
        edges=TEXT_EDGES,
        draw=lambda stream: (_text(stream),),
        oracle=lambda text: answer.same([match[0] for match in re.finditer(r"(.)\1*", text)], constants.get("k", 0)),
        battery=_texts(),
    )


def _text_task(question: tuple[Answer, int], _: None) -> Task:
    answer, k = question
    body = f"""
        from itertools import groupby

        runs = ["".join(group) for _, group in groupby(s)]
        return {answer.body}
    """
    operation = worded(body, OF_TEXT, noun=answer.noun, answer=answer.phrase)
    return _of_text(operation, {"k": k} if k else {}, answer)


def _encode_task(form: tuple[str, bool], values: tuple[int, str]) -> Task:
    (mark, length_first), (k, separator) = form, values
    parts = ["run[0]", "mark", "str(len(run))"] if mark else ["run[0]", "str(len(run))"]
    words = (
        ["the character", '"{mark}"', "the length of the run"] if mark else ["the character", "the length of the run"]
    )
    code = " + ".join(reversed(parts) if length_first else parts)
    body = f"""
        from itertools import groupby

        runs = ["".join(group) for _, group in groupby(s)]
        return separator.join({code}{" if len(run) >= k else run" if k > 1 else ""} for run in runs)
    """

    def same(runs: list[str], _: int) -> str:
        pieces = [f"{len(run)}{mark}{run[0]}" if length_first else f"{run[0]}{mark}{len(run)}" for run in runs]
        return separator.join(run if len(run) < k else piece for run, piece in zip(runs, pieces, strict=True))

    operation = worded(
        body,
        ENCODE,
        form=", then ".join(reversed(words) if length_first else words),
        short=", but copy runs shorter than {k} as they are" if k > 1 else "",
        joined='joined with "{separator}"' if separator else "joined without anything between them",
    )
    constants = {"separator": separator} | ({"mark": mark} if mark else {}) | ({"k": k} if k > 1 else {})
    return _of_text(operation, constants, Answer(body="", noun="", phrase="", same=same, returns="str"))


def _list_task(question: tuple[Answer, int], relation: Relation) -> Task:
    answer, k = question
    body = f"""
        runs = [[xs[0]]] if xs else []
        for left, right in zip(xs, xs[1:]):
            if {relation.body}:
                runs[-1].append(right)
            else:
                runs.append([right])
        return {answer.body}
    """

    def oracle(numbers: list[int]) -> Any:
        cuts = [i for i in range(1, len(numbers)) if not relation.same(numbers[i - 1], numbers[i])]
        ends = [*cuts, len(numbers)] if numbers else []
        return answer.same([numbers[start:end] for start, end in zip([0, *cuts], ends, strict=False)], k)

    return Task(
        operation=worded(
            body, OF_LIST, noun=answer.noun, which=relation.noun, answer=answer.phrase, relation=relation.phrase
        ),
        constants={"k": k} if k else {},
        arguments={"xs": "list[int]"},
        returns=answer.returns,
        edges=(([],), *LIST_EDGES),
        draw=lambda stream: (_list(stream),),
        oracle=oracle,
        battery=_lists(),
    )


FAMILY = Family(name="runs", kinds=kinds, task=task)
