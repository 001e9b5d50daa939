"""Family 18: the words of a text are chosen, ordered, changed and joined. One of these at level 1, all at level 2."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ssd_iter.problems.fresh.arguments import WORDS, distinct
from ssd_iter.problems.fresh.families.wording import Wordings, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

LONG = tuple(word.lower() for word in WORDS)
SHORT = ("a", "an", "the", "of", "to", "in", "on", "is", "we", "at", "my", "up", "and", "old", "ten", "it")
EDGES: tuple[Arguments, ...] = (("",), ("a",), ("tree",), ("tree tree",), ("a bb ccc dddd eeeee",))


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done with a list of words."""

    body: str
    """Over `words`, or over one `word`; and over the constant of its kind of step: k, letter or size."""
    noun: str
    phrase: str
    """What is done, as a command about `them`."""
    same: Callable[..., Any]
    """The body in other words; its constant is the second argument."""
    constant: str = ""
    values: tuple[Any, ...] = (None,)
    """What the constant can be."""


def _by(words: list[str], key: Callable[[str], Any]) -> list[str]:
    """The words in order of their keys, by insertion."""
    ordered: list[str] = []
    for word in words:
        place = sum(key(other) <= key(word) for other in ordered)
        ordered.insert(place, word)
    return ordered


LETTERS = tuple("aeiorstln")
CHOICES = (
    Step(
        body="len(word) > k",
        noun="long_words",
        phrase="leave out those of {k} letters or fewer",
        same=lambda word, k: word[k:] != "",
        constant="k",
        values=(3, 4, 5),
    ),
    Step(
        body="len(word) < k",
        noun="short_words",
        phrase="leave out those of {k} letters or more",
        same=lambda word, k: word[k - 1 :] == "",
        constant="k",
        values=(5, 6, 7),
    ),
    Step(
        body="len(word) % 2 == 0",
        noun="even_words",
        phrase="leave out those with an odd number of letters",
        same=lambda word, _: len(word) in range(0, 30, 2),
    ),
    Step(
        body="letter in word",
        noun="words_with_letter",
        phrase='leave out those without the letter "{letter}"',
        same=lambda word, letter: word.count(letter) > 0,
        constant="letter",
        values=LETTERS,
    ),
    Step(
        body="letter not in word",
        noun="words_without_letter",
        phrase='leave out those with the letter "{letter}"',
        same=lambda word, letter: word.find(letter) < 0,
        constant="letter",
        values=LETTERS,
    ),
    Step(
        body="word[0] in 'aeiou'",
        noun="vowel_words",
        phrase="leave out those that do not start with a vowel (a, e, i, o, u)",
        same=lambda word, _: word.startswith(tuple("aeiou")),
    ),
    Step(
        body="word[0] not in 'aeiou'",
        noun="consonant_words",
        phrase="leave out those that start with a vowel (a, e, i, o, u)",
        same=lambda word, _: not word.startswith(tuple("aeiou")),
    ),
)
ORDERS = (
    Step(body="words[::-1]", noun="reversed", phrase="reverse their order", same=lambda words: list(reversed(words))),
    Step(body="sorted(words)", noun="sorted", phrase="sort them alphabetically", same=lambda words: _by(words, str)),
    Step(
        body="sorted(words, reverse=True)",
        noun="sorted_down",
        phrase="sort them in reverse alphabetical order",
        same=lambda words: _by(words, str)[::-1],
    ),
    Step(
        body="sorted(words, key=len)",
        noun="by_length",
        phrase="sort them from short to long, keeping the order of words of equal length",
        same=lambda words: _by(words, len),
    ),
    Step(
        body="sorted(words, key=len, reverse=True)",
        noun="by_falling_length",
        phrase="sort them from long to short, keeping the order of words of equal length",
        same=lambda words: _by(words, lambda word: -len(word)),
    ),
    Step(
        body="sorted(words, key=lambda word: word[-1])",
        noun="by_ending",
        phrase="sort them by their last letters, keeping the order of words with the same last letter",
        same=lambda words: _by(words, lambda word: word[-1:]),
    ),
    Step(
        body="words[1:] + words[:1]",
        noun="rotated",
        phrase="move the first one to the end",
        same=lambda words: [word for place in (False, True) for i, word in enumerate(words) if (i == 0) is place],
    ),
)
CHANGES = (
    Step(body="word.upper()", noun="upper", phrase="write each in upper case", same=lambda word, _: word.swapcase()),
    Step(
        body="word.capitalize()",
        noun="capitalized",
        phrase="write each with a capital first letter",
        same=lambda word, _: word[0].upper() + word[1:],
    ),
    Step(body="word[::-1]", noun="mirrored", phrase="reverse each", same=lambda word, _: "".join(reversed(word))),
    Step(
        body="word[:size]",
        noun="shortened",
        phrase="keep only the first {size} letters of each (all of a shorter word)",
        same=lambda word, size: "".join(letter for place, letter in enumerate(word) if place < size),
        constant="size",
        values=(2, 3, 4),
    ),
    Step(
        body="word[-size:]",
        noun="endings",
        phrase="keep only the last {size} letters of each (all of a shorter word)",
        same=lambda word, size: word[max(0, len(word) - size) :],
        constant="size",
        values=(2, 3, 4),
    ),
    Step(
        body="word[0] + str(len(word))",
        noun="abbreviated",
        phrase="replace each by its first letter and the number of its letters",
        same=lambda word, _: f"{word[0]}{len(word)}",
    ),
    Step(
        body="word[1:] + word[0]",
        noun="turned",
        phrase="move the first letter of each to its end",
        same=lambda word, _: (word * 2)[1 : len(word) + 1],
    ),
    Step(
        body="word[0] + word[1:].upper()",
        noun="tail_upper",
        phrase="write all letters of each but the first in upper case",
        same=lambda word, _: "".join(letter.upper() if place else letter for place, letter in enumerate(word)),
    ),
)
SEPARATORS = ("-", "_", ", ", "/", ".", "+", " and ", "")

WORDINGS: Wordings = (
    ("{noun}", "Split {s} into its words, {steps}. Return the words joined {joined}."),
    ("get_{noun}", "Take the words of {s}, {steps}. Return them joined {joined}."),
    ("make_{noun}", "Given the words of {s}, {steps}. Join them {joined} and return the result."),
    ("find_{noun}", "Return the words of {s} joined {joined}, but before that, {steps}."),
    ("{noun}_of_text", "From {s}, make a list of words, {steps}. Return the list as one text, joined {joined}."),
)
ENDING = " Words are in lower case and separated by single spaces; there may be none."


def kinds() -> list[Kind]:
    """18 512 points: (separator, steps with their constants)."""
    choices, orders, changes = (
        [(step, value) for step in steps for value in step.values] for steps in (CHOICES, ORDERS, CHANGES)
    )
    none = [None]
    return [
        Kind(name="choose", level=1, points=Product(SEPARATORS, choices, none, none)),
        Kind(name="order", level=1, points=Product(SEPARATORS, none, orders, none)),
        Kind(name="change", level=1, points=Product(SEPARATORS, none, none, changes)),
        Kind(name="all", level=2, points=Product(SEPARATORS, choices, orders, changes)),
    ]


Chosen = tuple[Step, Any]


def task(separator: str, choice: Chosen | None, order: Chosen | None, change: Chosen | None) -> Task:
    """First some words are left out, then they are ordered, then each is changed."""
    steps = [step for step in (choice, order, change) if step is not None]
    lines = [f"words = [word for word in s.split() if {choice[0].body}]" if choice else "words = s.split()"]
    lines += [f"words = {order[0].body}"] if order else []
    lines += [f"return separator.join({f'{change[0].body} for word in words' if change else 'words'})"]
    operation = worded(
        "\n".join(lines),
        WORDINGS,
        noun="_".join(step.noun for step, _ in reversed(steps)) + ("" if choice else "_words"),
        steps=", then ".join(step.phrase for step, _ in steps),
        joined='with "{separator}"' if separator else "without anything between them",
    )

    def oracle(text: str) -> str:
        words = [word for word in text.split(" ") if word and (choice is None or choice[0].same(word, choice[1]))]
        words = order[0].same(words) if order else words
        result = ""
        for place, word in enumerate(words):
            result += (separator if place else "") + (change[0].same(word, change[1]) if change else word)
        return result

    return Task(
        operation=replace(operation, statements=tuple(text + ENDING for text in operation.statements)),
        constants={"separator": separator} | {step.constant: value for step, value in steps if step.constant},
        arguments={"s": "str"},
        returns="str",
        edges=EDGES,
        draw=lambda stream: (_text(stream),),
        oracle=oracle,
        battery=_battery(),
    )


def _text(stream: RandomStream) -> str:
    """3 to 6 different words, every third of them short."""
    words = [stream.choice(stream.choice((LONG, LONG, SHORT))) for _ in range(stream.integer(3, 6))]
    return " ".join(dict.fromkeys(words))


@functools.cache
def _battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "words")
    return tuple(distinct([*EDGES, *((_text(stream),) for _ in range(64))]))


FAMILY = Family(name="words", kinds=kinds, task=task)
