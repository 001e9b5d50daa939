"""Family 6: how often a character, or one of a class, is in a text. Levels 0 and 1."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import combinations, permutations

from ssd_iter.problems.fresh.arguments import TEXT_EDGES, draw_text
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

SMALL = "abcdefghiklmnoprstuvwy"
CAPITALS = "ABCDEFGHILMNOPRSTUVWYZ"
"""The letters in the battery's texts: functions of others would all look the same."""

LETTER = Operation(
    body="s.count(a)",
    names=("count_{a}", "count_letter_{a}", "how_many_{a}", "number_of_{a}", "letter_{a}_count"),
    statements=(
        'Return how many times the lower case letter "{a}" appears in {s}.',
        'Count how often the lower case letter "{a}" occurs in {s}.',
        'Return the number of times that {s} contains the lower case letter "{a}".',
        'Count the lower case letters "{a}" in {s} and return the count.',
        'Return how many of the characters of {s} are the lower case letter "{a}".',
    ),
)
CAPITAL = Operation(
    body="s.count(a)",
    names=("count_{a}", "count_capital_{a}", "how_many_{a}", "number_of_{a}", "capital_{a}_count"),
    statements=(
        'Return how many times the capital letter "{a}" appears in {s}.',
        'Count how often the capital letter "{a}" occurs in {s}.',
        'Return the number of times that {s} contains the capital letter "{a}".',
        'Count the capital letters "{a}" in {s} and return the count.',
        'Return how many of the characters of {s} are the capital letter "{a}".',
    ),
)
DIGIT = Operation(
    body="s.count(a)",
    names=("count_digit_{a}", "count_{a}", "how_many_{a}", "number_of_{a}", "digit_{a}_count"),
    statements=(
        'Return how many times the digit "{a}" appears in {s}.',
        'Count how often the digit "{a}" occurs in {s}.',
        'Return the number of times that {s} contains the digit "{a}".',
        'Count the digits "{a}" in {s} and return the count.',
        'Return how many of the characters of {s} are the digit "{a}".',
    ),
)
EITHER_CASE = Operation(
    body="s.lower().count(a)",
    names=(
        "count_{a}_in_any_case",
        "count_letter_{a}_in_any_case",
        "how_many_{a}_in_any_case",
        "number_of_{a}_in_any_case",
        "count_{a}_ignoring_case",
    ),
    statements=(
        'Return how many times the letter "{a}" appears in {s}, in upper or lower case.',
        'Count how often the letter "{a}" occurs in {s}, ignoring case.',
        'Return the number of times that {s} contains the letter "{a}", small or capital.',
        'Count the letters "{a}" in {s}, no matter whether upper or lower case, and return the count.',
        'Return how many of the characters of {s} are the letter "{a}" or its capital form.',
    ),
)
OTHERS = Operation(
    body="len(s) - s.count(a)",
    names=("count_all_but_{a}", "count_other_than_{a}", "how_many_not_{a}", "number_of_non_{a}", "length_without_{a}"),
    statements=(
        'Return how many characters of {s} are not the lower case letter "{a}".',
        'Count the characters of {s} other than the lower case letter "{a}".',
        'Return the number of characters in {s}, not counting the lower case letter "{a}".',
        'Return the length that {s} would have without its lower case letters "{a}".',
        'Count all characters of {s} except the lower case letter "{a}" and return the count.',
    ),
)
TWO = Operation(
    body="s.count(a) + s.count(b)",
    names=(
        "count_{a}_and_{b}",
        "count_{a}_or_{b}",
        "how_many_{a}_and_{b}",
        "number_of_{a}_or_{b}",
        "total_{a}_and_{b}",
    ),
    statements=(
        'Return how many characters of {s} are the lower case letter "{a}" or the lower case letter "{b}".',
        'Count how often the lower case letters "{a}" and "{b}" occur in {s}, both together.',
        'Return the count of the lower case letter "{a}" in {s} plus that of the lower case letter "{b}".',
        'Count the characters of {s} that are a lower case "{a}" or a lower case "{b}" and return the count.',
        'Return the total count of the lower case letters "{a}" and "{b}" in {s}.',
    ),
)
MORE = Operation(
    body="s.count(a) - s.count(b)",
    names=("{a}_minus_{b}", "count_{a}_minus_{b}", "how_many_more_{a}_than_{b}", "more_{a}_than_{b}", "excess_of_{a}"),
    statements=(
        'Return the count of the lower case letter "{a}" in {s} minus that of the lower case letter "{b}".',
        'Count the lower case letters "{a}" in {s}, then the letters "{b}". Return the first count minus the second.',
        'Return how many more lower case letters "{a}" than "{b}" there are in {s}; a negative number if fewer.',
        'Take the count of the lower case letter "{a}" in {s}, subtract that of "{b}", and return the result.',
        'Count 1 for each lower case "{a}" in {s} and -1 for each lower case "{b}". Return the total.',
    ),
)
FROM_TO = Operation(
    body="sum(1 for char in s if a <= char <= b)",
    names=(
        "count_{a}_to_{b}",
        "count_from_{a}_to_{b}",
        "how_many_{a}_to_{b}",
        "number_from_{a}_to_{b}",
        "total_{a}_to_{b}",
    ),
    statements=(
        'Return how many characters of {s} are lower case letters from "{a}" to "{b}", both included.',
        'Count the lower case letters of {s} that lie between "{a}" and "{b}" in the alphabet, or are one of these.',
        'Return the number of small letters in {s} that are in the range from "{a}" to "{b}", including both.',
        'Count the small letters in {s} that do not come before "{a}" or after "{b}", and return the count.',
        'Return how many characters of {s} are among the lower case letters "{a}" up to and including "{b}".',
    ),
)


@dataclass(frozen=True, kw_only=True)
class Class:
    """Characters of one sort."""

    code: str
    """Over `char`."""
    phrase: str
    noun: str
    """For function names."""
    members: str
    """Some of them, to be put into texts."""


CLASSES = (
    Class(
        code='char in "aeiouAEIOU"',
        phrase="vowels (a, e, i, o or u, small or capital)",
        noun="vowels",
        members="aeiouAEIOU",
    ),
    Class(
        code='char.isalpha() and char not in "aeiouAEIOU"',
        phrase="consonants (letters other than a, e, i, o and u, small or capital)",
        noun="consonants",
        members="bcdtmnBRST",
    ),
    Class(code="char.isdigit()", phrase="digits", noun="digits", members="0123456789"),
    Class(code="char.isupper()", phrase="upper case letters", noun="upper_case", members=CAPITALS),
    Class(code="char.islower()", phrase="lower case letters", noun="lower_case", members=SMALL),
    Class(code="char.isalpha()", phrase="letters", noun="letters", members=SMALL + CAPITALS),
    Class(code='char == " "', phrase="spaces", noun="spaces", members=" "),
    Class(code="char.isalnum()", phrase="letters or digits", noun="letters_or_digits", members="a1b2C3"),
    Class(code="not char.isalpha()", phrase="not letters", noun="non_letters", members=" 123456"),
)


@functools.cache
def of_class(one: Class) -> Operation:
    """How many characters are of a class."""
    return Operation(
        body=f"sum(1 for char in s if {one.code})",
        names=tuple(f"{name}{one.noun}" for name in ("count_", "number_of_", "how_many_", "total_", "get_number_of_")),
        statements=(
            f"Return how many characters of {{s}} are {one.phrase}.",
            f"Count the characters of {{s}} that are {one.phrase}.",
            f"Return the number of characters in {{s}} that are {one.phrase}.",
            f"Go through {{s}}, count those characters that are {one.phrase}, and return the count.",
            f"Find out how many of the characters of {{s}} are {one.phrase}, and return that number.",
        ),
    )


@functools.cache
def of_classes(one: Class, other: Class) -> Operation:
    """How many more characters are of one class than of another."""
    return Operation(
        body=f"sum(1 for char in s if {one.code}) - sum(1 for char in s if {other.code})",
        names=tuple(
            f"{name}{one.noun}_minus_{other.noun}" for name in ("", "count_", "number_of_", "compute_", "get_")
        ),
        statements=(
            f"Return the number of characters of {{s}} that are {one.phrase} minus the number of those that are "
            f"{other.phrase}.",
            f"Count the characters of {{s}} that are {one.phrase}, subtract the count of those that are "
            f"{other.phrase}, and return the result.",
            f"Count the characters of {{s}} that are {one.phrase} first, then those that are {other.phrase}. "
            "Return the first count minus the second.",
            f"Find out how many characters of {{s}} are {one.phrase} and how many are {other.phrase}. "
            "Return the first number minus the second.",
        ),
    )


def kinds() -> list[Kind]:
    """973 points: (operation, its characters, what to put into texts)."""
    few = "abcdefghilmnoprstuwy"
    ranges = [(a, b) for a, b in combinations(few, 2) if few.index(b) > few.index(a) + 2]
    # None of these holds another: the difference would only count down.
    apart = [one for one in CLASSES if one.noun in ("vowels", "consonants", "digits", "upper_case", "spaces")]
    points: dict[str, tuple[int, list[tuple[Operation, str, str]]]] = {
        "letter": (0, [(LETTER, a, a) for a in SMALL]),
        "capital": (0, [(CAPITAL, a, a) for a in CAPITALS]),
        "digit": (0, [(DIGIT, a, a) for a in "0123456789"]),
        "class": (0, [(of_class(one), "", one.members) for one in CLASSES]),
        "either-case": (1, [(EITHER_CASE, a, a + a.upper()) for a in SMALL]),
        "others": (1, [(OTHERS, a, a) for a in SMALL]),
        "two-letters": (1, [(TWO, a + b, a + b) for a, b in combinations(SMALL, 2)]),
        "difference": (1, [(MORE, a + b, a + b) for a, b in permutations(SMALL, 2)]),
        "from-to": (1, [(FROM_TO, a + b, a + b) for a, b in ranges]),
        "two-classes": (
            1,
            [(of_classes(*pair), "", pair[0].members + pair[1].members) for pair in permutations(apart, 2)],
        ),
    }
    return [Kind(name=name, level=level, points=choices) for name, (level, choices) in points.items()]


def task(operation: Operation, characters: str, members: str) -> Task:
    """Every text is allowed; those drawn hold some of the members, and of these in the other case."""

    def draw(stream: RandomStream) -> Arguments:
        text = draw_text(stream)
        for _ in range(stream.integer(0, 6)):
            member = stream.choice(members)
            added = member if stream.integer(0, 4) else member.swapcase()
            # Not at the ends, where a program that reads the text as a line might lose a space.
            place = stream.integer(1, len(text) - 1)
            text = text[:place] + added + text[place:]
        return (text,)

    return Task(
        operation=operation,
        constants=dict(zip("ab", characters, strict=False)),
        arguments={"s": "str"},
        returns="int",
        edges=TEXT_EDGES,
        draw=draw,
    )


FAMILY = Family(name="count-characters", kinds=kinds, task=task)
