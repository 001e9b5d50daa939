"""Classes of letters, by what they are and where they stand."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass

ALPHABET = string.ascii_lowercase
Place = Callable[[str, int, str], bool]
"""(letter, its index, text): whether it is shifted; for oracles."""


@dataclass(frozen=True, kw_only=True)
class Letters:
    """Which letters are shifted."""

    body: str
    """A condition over `letter`, `place` and `s`; it is asked about letters only."""
    noun: str
    phrase: str
    same: Place
    key: str = ""
    """A text named in phrase and body."""


CLASSES = (
    Letters(
        body="letter.lower() in 'aeiou'",
        noun="vowels",
        phrase="the vowels (a, e, i, o, u in either case)",
        same=lambda letter, *_: letter in set("aeiouAEIOU"),
    ),
    Letters(
        body="letter.lower() not in 'aeiou'",
        noun="consonants",
        phrase="the consonants (all letters but a, e, i, o, u in either case)",
        same=lambda letter, *_: letter not in set("aeiouAEIOU"),
    ),
    Letters(
        body="letter.isupper()", noun="capitals", phrase="the upper case letters", same=lambda letter, *_: letter < "a"
    ),
    Letters(
        body="letter.islower()", noun="small", phrase="the lower case letters", same=lambda letter, *_: letter >= "a"
    ),
    Letters(
        body="letter.lower() <= 'm'",
        noun="early",
        phrase="the letters from a to m (in either case)",
        same=lambda letter, *_: ALPHABET.index(letter.lower()) < 13,
    ),
    Letters(
        body="letter.lower() >= 'n'",
        noun="late",
        phrase="the letters from n to z (in either case)",
        same=lambda letter, *_: ALPHABET.index(letter.lower()) > 12,
    ),
    Letters(
        body="place % 2 == 0",
        noun="even_places",
        phrase="the letters at even indexes (the first character has index 0)",
        same=lambda _, place, text: place in range(0, len(text), 2),
    ),
    Letters(
        body="place % 2 == 1",
        noun="odd_places",
        phrase="the letters at odd indexes (the first character has index 0)",
        same=lambda _, place, text: place in range(1, len(text), 2),
    ),
    Letters(
        body="place % 3 == 0",
        noun="third_places",
        phrase="the letters whose index is a multiple of 3 (the first character has index 0)",
        same=lambda _, place, text: place in range(0, len(text), 3),
    ),
    Letters(
        body="s.lower().count(letter.lower()) > 1",
        noun="repeated",
        phrase="the letters that occur more than once in {s} (upper and lower case count as the same)",
        same=lambda letter, place, text: letter.lower() in (text[:place] + text[place + 1 :]).lower(),
    ),
    Letters(
        body="s.lower().count(letter.lower()) == 1",
        noun="single",
        phrase="the letters that occur only once in {s} (upper and lower case count as the same)",
        same=lambda letter, place, text: letter.lower() not in (text[:place] + text[place + 1 :]).lower(),
    ),
    Letters(
        body="place > 0 and s[place - 1].lower() in 'aeiou'",
        noun="after_vowels",
        phrase="the letters that come directly after a vowel (a, e, i, o, u in either case)",
        same=lambda _, place, text: f" {text}"[place] in set("aeiouAEIOU"),
    ),
)


def in_word(word: str) -> Letters:
    """The letters of a word, in either case."""
    return Letters(
        body="letter.lower() in key",
        noun="letters_of_word",
        phrase='the letters that occur in "{key}" (in either case)',
        same=lambda letter, *_: word.find(letter.lower()) >= 0,
        key=word,
    )
