"""Stages of pipes that make an integer, or a list of integers, of a text."""

from __future__ import annotations

import functools
import re
import string

from ssd_iter.problems.fresh.families.pipe_stages import stage

_stage = functools.partial(stage, takes="text", gives="number", effect="unordered")


def _longest_run(text: str) -> int:
    return max((len(match.group()) for match in re.finditer(r"(.)\1*", text)), default=0)


COUNTS = (
    _stage("length", "len({it})", lambda s: sum(1 for _ in s),
           "count its characters", "take its length", "find how many characters it has",
           "take the number of its characters", local="length"),
    _stage("count_letter", "{it}.count({c})", lambda s, c: sum(char == c for char in s),
           'count how often the small letter "{c}" occurs',
           'find the number of characters "{c}" (capitals do not count)',
           'count the occurrences of "{c}" (the small letter only)', 'take the number of times the small "{c}" occurs',
           local="count", c="aeiorstnl"),
    _stage("count_either_case", "{it}.lower().count({c})", lambda s, c: s.count(c) + s.count(c.upper()),
           'count how often the letter "{c}" occurs, small or capital',
           'find the number of letters "{c}" in either case',
           'count the occurrences of "{c}", ignoring case', 'take the number of times "{c}" occurs, capital ones too',
           local="count", c="aeiorstnl"),
    _stage("count_vowels", 'sum(char in "aeiouAEIOU" for char in {it})',
           lambda s: len(re.findall("[aeiou]", s.lower())),
           "count the vowels (a, e, i, o, u, small or capital)", "find how many of its characters are in aeiouAEIOU",
           "count the letters a, e, i, o and u in either case", "take the number of vowels (aeiou or AEIOU)",
           local="count"),
    _stage("count_consonants", 'sum(char.isalpha() and char not in "aeiouAEIOU" for char in {it})',
           lambda s: len(re.findall("[b-df-hj-np-tv-z]", s.lower())),
           "count the consonants (letters other than a, e, i, o, u, small or capital)",
           "find how many letters are not in aeiouAEIOU", "count all letters except a, e, i, o and u in either case",
           "take the number of letters that are no vowels (vowels are aeiou and AEIOU)", local="count"),
    _stage("count_capitals", "sum(char.isupper() for char in {it})", lambda s: len(re.findall("[A-Z]", s)),
           "count the upper case letters", "find how many capital letters it has", "count its capital letters",
           "take the number of letters in upper case", local="count"),
    _stage("count_distinct", "len(set({it}))", lambda s: sum(s.find(c) == i for i, c in enumerate(s)),
           "count the distinct characters", "find how many different characters it has",
           "count its characters, equal ones once", "take the number of different characters", local="distinct"),
    _stage("find_letter", "{it}.find({c})", lambda s, c: s.index(c) if c in s else -1,
           'find the index of the first small letter "{c}", counting from 0 (-1, if there is none)',
           'take the position of the first "{c}" (indices start at 0; without a small "{c}" take -1)',
           'look up where the small letter "{c}" first occurs, where the first index is 0 and absent means -1',
           'count the characters before the first small "{c}" (-1, if it does not occur)',
           local="place", effect="", c="aeiorstnl"),
    _stage("count_other_than", 'len({it}) - {it}.count({c})', lambda s, c: len(s.replace(c, "")),
           'count the characters other than the small letter "{c}"', 'find how many characters are not "{c}"',
           'count all characters except each small "{c}"', 'take the number of characters that differ from "{c}"',
           local="count", c="aeiorstnl"),
    _stage("count_up_to", "sum(char.isalpha() and char.lower() <= {c} for char in {it})",
           lambda s, c: len(re.findall(f"[a-{c}]", s, re.IGNORECASE)),
           'count the letters from "a" to "{c}", small or capital',
           'find how many letters are "{c}" or earlier, in any case',
           'count the letters, in either case, that do not come after "{c}" in the alphabet',
           'take the number of letters between "a" and "{c}", both included, ignoring case',
           local="count", c="fghijklm"),
)  # fmt: skip
HARD = (
    _stage("letter_total", "sum(ord(char) - ord('a') + 1 for char in {it}.lower() if char.isalpha())",
           lambda s: sum(string.ascii_lowercase.find(char) + 1 for char in s.lower()),
           "add up the places of its letters in the alphabet (a is 1, z is 26, in either case; no letters give 0)",
           "sum its letters, where a or A counts 1, b or B counts 2, up to z or Z with 26, and other characters 0",
           "total the alphabet positions of its letters, from 1 for a to 26 for z, ignoring case (0 without letters)",
           "let each letter, small or capital, count as its number in the alphabet (1 to 26) and add these up",
           local="total", hard=True),
    _stage("code_total_modulo", "sum(map(ord, {it})) % {m}", lambda s, m: sum(s.encode("ascii")) % m,
           "add up the ASCII codes of its characters and take the remainder modulo {m}",
           "take the sum of all character codes (ASCII), modulo {m}",
           "sum the ASCII codes of all characters and keep the remainder when divided by {m}",
           "compute the total of its characters' ASCII codes modulo {m}", local="total", hard=True,
           m=range(20, 100, 3)),
    _stage("longest_run", "max((len(list(run)) for _, run in groupby({it})), default=0)", _longest_run,
           "take the length of the longest run of equal characters (0 for an empty text)",
           "find how many times in a row one character occurs at most (an empty text gives 0)",
           "take the size of the largest block of equal adjacent characters (0 for an empty text)",
           "find the greatest number of equal characters that stand next to each other (0 for none)",
           local="longest", hard=True, effect="", needs="from itertools import groupby"),
    _stage("digit_total",
           "sum(int(char) for char in {it} if char.isdigit()) + {k} * sum(char.isalpha() for char in {it})",
           lambda s, k: sum(k if char in string.ascii_letters else "0123456789".find(char) for char in s)
           + sum(char not in string.ascii_letters + string.digits for char in s),
           "add up its digits (each by itself), counting {k} for each letter and nothing for other characters",
           "score it: a digit counts its value, a letter counts {k}, any other character 0; take the sum",
           "total its single digits, and add {k} for every letter",
           "take the sum of its digits plus {k} times the number of its letters", local="score", hard=True,
           k=range(2, 7)),
    _stage("count_changes", "sum(left != right for left, right in zip({it}, {it}[1:]))",
           lambda s: len([i for i in range(1, len(s)) if s[i] != s[i - 1]]),
           "count the characters that differ from the character just before them (the first has none)",
           "find how many neighbouring characters are different from each other",
           "count the places where two adjacent characters are not equal",
           "take the number of adjacent pairs of unequal characters", local="changes", hard=True, effect=""),
)  # fmt: skip
TO_LISTS = (
    _stage("word_lengths", "[len(word) for word in {it}.split()]",
           lambda s: [len(match) for match in re.findall(r"[^ ]+", s)],
           "make the list of the lengths of its words (words are separated by spaces)",
           "turn it into the list of how many characters each word between spaces has",
           "split it at spaces into words, none of them empty, and list their lengths",
           "list the length of each space-separated word, in order",
           local="lengths", gives="numbers", effect=""),
    _stage("letter_places", "[ord(char) - ord('a') + 1 for char in {it}.lower() if char.isalpha()]",
           lambda s: [string.ascii_lowercase.index(char) + 1 for char in s.lower() if char in string.ascii_lowercase],
           "make the list of its letters' places in the alphabet (a is 1, z is 26, in either case), without others",
           "turn each letter into its number, from 1 for a or A to 26 for z or Z, as a list, and skip other characters",
           "list the alphabet position (1 to 26, ignoring case) of each letter, in order, and nothing for others",
           "replace it by the list of positions in the alphabet of its letters, a or A being 1; what is no letter goes",
           local="places", gives="numbers", hard=True, effect=""),
    _stage("character_codes", "[ord(char) for char in {it}]", lambda s: list(s.encode("ascii")),
           "make the list of the ASCII codes of its characters", "turn it into the list of its character codes (ASCII)",
           "list the ASCII code of each character, in order", "replace each character by its ASCII code, as a list",
           local="codes", gives="numbers", effect=""),
)  # fmt: skip
STAGES = (*COUNTS, *HARD)
