"""Family 17: some letters of a text are shifted along the alphabet. Level 2."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.arguments import TEXT_EDGES, WORDS
from ssd_iter.problems.fresh.families.letter_classes import ALPHABET, CLASSES, Letters, in_word
from ssd_iter.problems.fresh.families.wording import Wordings, worded
from ssd_iter.problems.fresh.family import Family, Kind, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

KEYS = [word for word in WORDS if word.islower() and len(set(word)) >= 4]

SHIFT: Wordings = (
    (
        "shift_{noun}",
        "Shift {which} of {s} by {k} places {forward} in the alphabet, keeping their case; {end}. All other characters"
        " stay the same. Return the new text.",
    ),
    (
        "move_{noun}",
        "In {s}, replace {which} by the letter {k} places {later} in the alphabet, in the same case; {end}. Leave"
        " everything else as it is and return the result.",
    ),
    (
        "shift_{noun}_by_{k}",
        "Return {s} with {which} moved {k} places {forward} in the alphabet. Upper case stays upper case, lower case"
        " stays lower case, and {end}. Nothing else changes.",
    ),
    (
        "encode_{noun}",
        "Encode {s}: {which} are moved {forward} by {k} places in the alphabet and keep their case ({end}), while all"
        " other characters are copied. Return the encoded text.",
    ),
    (
        "change_{noun}",
        "Change only {which} in {s}: each becomes the letter that is {k} places {later} in the alphabet, in its own"
        " case; {end}. Return the changed text.",
    ),
)
TWO_SHIFTS: Wordings = (
    (
        "shift_two_ways",
        "Shift {which} of {s} by {k} places forward in the alphabet, and shift all its other letters by {j} places"
        " backward. The alphabet is a circle (z is followed by a), letters keep their case, what is no letter stays"
        " the same. Return the new text.",
    ),
    (
        "move_two_ways",
        "In {s}, move {which} {k} places later in the alphabet and every other letter {j} places earlier, keeping case"
        " and wrapping around between z and a. Leave all else as it is. Return the result.",
    ),
    (
        "encode_two_ways",
        "Encode {s} letter by letter: {which} go forward by {k} in the alphabet, the others go back by {j}. After"
        " z comes a, before a comes z. Case and all other characters stay. Return the code.",
    ),
    (
        "shift_by_{k}_or_{j}",
        "Return {s} with its letters shifted in the alphabet, which wraps around: {which} by {k} forward, the other"
        " letters by {j} backward. Upper case stays upper case; spaces, digits and marks stay where they are.",
    ),
    (
        "change_letters_both_ways",
        "Change each letter of {s}, keeping its case: {which} become the letter {k} places later, all others the letter"
        " {j} places earlier, where a follows z. Copy every other character. Return the changed text.",
    ),
)
GROWING: Wordings = (
    (
        "growing_shift",
        "Shift each letter of {s} {forward} in the alphabet by {a} + {b} * i places, where i is {index}. The alphabet"
        " is a circle (z is followed by a), case is kept, other characters stay the same. Return the new text.",
    ),
    (
        "progressive_shift",
        "Replace every letter in {s} by the one {a} + {b} * i places {later} in the alphabet, wrapping around between z"
        " and a and keeping the case. Here i is {index}. Leave other characters alone and return the result.",
    ),
    (
        "shift_more_and_more",
        "Let i be {index}. Return {s} with each letter moved {forward} by {b} * i + {a} places in the alphabet, with a"
        " following z. Case does not change, nor do characters that are not letters.",
    ),
    (
        "encode_by_place",
        "Encode {s}: a letter is moved {a} places {forward} in the alphabet and {b} more for each step of i, which is"
        " {index}. After z the alphabet starts again. Keep the case and all other characters. Return the code.",
    ),
    (
        "shift_by_index",
        "Return a coded {s}. Letters keep their case and go {a} + i * {b} places {forward} in the alphabet, which wraps"
        " around; i is {index}. Other characters are copied.",
    ),
)
INDEXES = {
    "place": "the index of the letter in {s}, starting from 0",
    "sum(map(str.isalpha, s[:place]))": "the number of letters before it in {s}",
}
TOWARDS = {1: {"forward": "forward", "later": "later"}, -1: {"forward": "backward", "later": "earlier"}}
ENDS = {
    ("wrap", 1): ("chr(first + moved % 26)", "after z comes a again"),
    ("wrap", -1): ("chr(first + moved % 26)", "before a comes z"),
    ("stop", 1): ("chr(first + min(moved, 25))", "a letter that would go beyond z becomes z"),
    ("stop", -1): ("chr(first + max(moved, 0))", "a letter that would go beyond a becomes a"),
    ("stay", 1): ("chr(first + moved) if moved < 26 else letter", "a letter that would go beyond z is not changed"),
    ("stay", -1): ("chr(first + moved) if moved >= 0 else letter", "a letter that would go beyond a is not changed"),
}


def kinds() -> list[Kind]:
    """6948 points: (what makes the task, its values)."""
    shifts = [*product(ENDS, range(2, 14))]
    pairs = [*product(range(2, 14), repeat=2)]
    growing = [*product(range(1, 10), range(1, 10), (1, -1))]
    return [
        Kind(name="class", level=2, points=Product([_shifted], CLASSES, shifts)),
        Kind(name="letters-of-word", level=2, points=Product([_shifted], [in_word(word) for word in KEYS], shifts)),
        Kind(name="two-ways", level=2, points=Product([_two_ways], CLASSES, pairs)),
        Kind(name="growing", level=2, points=Product([_growing], [*INDEXES], growing)),
    ]


def task(make: Callable[[Any, Any], Task], one: Any, other: Any) -> Task:
    """Texts are ASCII; their case is mixed."""
    return make(one, other)


def _task(
    body: str, wordings: Wordings, constants: dict[str, int | str], oracle: Callable[[str], str], **parts: str
) -> Task:
    return Task(
        operation=worded(body, wordings, **parts),
        constants=constants,
        arguments={"s": "str"},
        returns="str",
        edges=(*TEXT_EDGES, ("xyz, ABC",)),
        draw=lambda stream: (_text(stream),),
        oracle=oracle,
    )


def _text(stream: RandomStream) -> str:
    """One or two words in mixed case, sometimes with a mark or a number."""
    words = [
        stream.choice((str.lower, str.capitalize, str.upper))(stream.choice(WORDS)) for _ in range(stream.integer(1, 2))
    ]
    ending = stream.choice(("", "", "!", "?", " 7", "2"))
    return stream.choice((" ", " ", "-", ", ")).join(words) + ending


def _moved(letter: str, places: int, end: str = "wrap") -> str:
    """The letter shifted, by looking it up in the alphabet."""
    place = ALPHABET.index(letter.lower()) + places
    if end == "wrap":
        new = (3 * ALPHABET)[place + 26]
    elif 0 <= place < 26:
        new = ALPHABET[place]
    else:
        new = letter.lower() if end == "stay" else "za"[place < 0]
    return new.upper() if letter < "a" else new


def _shifted(letters: Letters, values: tuple[tuple[str, int], int]) -> Task:
    (end, sign), k = values
    new, phrase = ENDS[end, sign]
    body = f"""
        def shift(letter):
            first = ord("A") if letter.isupper() else ord("a")
            moved = ord(letter) - first {"+" if sign > 0 else "-"} k
            return {new}

        letters = [shift(letter) if letter.isalpha() and {letters.body} else letter for {_items(letters)}]
        return "".join(letters)
    """

    def oracle(text: str) -> str:
        changed = list(text)
        for place, letter in enumerate(text):
            if letter.lower() in ALPHABET and letters.same(letter, place, text):
                changed[place] = _moved(letter, sign * k, end)
        return "".join(changed)

    constants: dict[str, int | str] = {"k": k, "key": letters.key} if letters.key else {"k": k}
    return _task(body, SHIFT, constants, oracle, noun=letters.noun, which=letters.phrase, end=phrase, **TOWARDS[sign])


def _two_ways(letters: Letters, amounts: tuple[int, int]) -> Task:
    k, j = amounts
    body = f"""
        def shift(letter, places):
            if not letter.isalpha():
                return letter
            first = ord("A") if letter.isupper() else ord("a")
            return chr(first + (ord(letter) - first + places) % 26)

        letters = [shift(letter, k if {letters.body} else -j) for {_items(letters)}]
        return "".join(letters)
    """

    def oracle(text: str) -> str:
        changed = ""
        for place, letter in enumerate(text):
            if letter.lower() in ALPHABET:
                changed += _moved(letter, k if letters.same(letter, place, text) else -j)
            else:
                changed += letter
        return changed

    return _task(body, TWO_SHIFTS, {"k": k, "j": j}, oracle, which=letters.phrase)


def _items(letters: Letters) -> str:
    """What to loop over."""
    return "place, letter in enumerate(s)" if "place" in letters.body else "letter in s"


def _growing(index: str, values: tuple[int, int, int]) -> Task:
    a, b, sign = values
    body = f"""
        letters = []
        for place, letter in enumerate(s):
            if letter.isalpha():
                first = ord("A") if letter.isupper() else ord("a")
                places = a + b * {index}
                letter = chr(first + (ord(letter) - first {"+" if sign > 0 else "-"} places) % 26)
            letters.append(letter)
        return "".join(letters)
    """

    def oracle(text: str) -> str:
        changed, count = "", 0
        for place in range(len(text)):
            letter = text[place]
            if letter.lower() in ALPHABET:
                i = place if index == "place" else count
                letter = _moved(letter, sign * ((a + b * i) % 26))
                count += 1
            changed += letter
        return changed

    return _task(body, GROWING, {"a": a, "b": b}, oracle, index=INDEXES[index], **TOWARDS[sign])


FAMILY = Family(name="letter-shift", kinds=kinds, task=task)
