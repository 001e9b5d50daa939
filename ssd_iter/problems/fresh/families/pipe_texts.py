"""Stages of pipes that make a text of another one."""

from __future__ import annotations

import functools
import itertools
import string

from ssd_iter.problems.fresh.families.pipe_stages import stage

LETTERS = "aeiorstnl"
MARKS = ("!", "?", ".", "-", "+", "*", "#", "=", "~", "_", ":", "/", "@", "$", "%", "&")
ENDINGS = (
    *MARKS,
    *("ing", "ed", "er", "ly", "ness", "ful", "s", "able", ".txt", ".py", "_old", "_new", "_1", "!!", "..."),
)
BEGINNINGS = (
    *MARKS,
    *("un", "re", "pre", "non", "over", "sub", "old_", "new_", "my_", "get_", "is_", "no_", "to_", "www."),
)
ALPHABET = string.ascii_lowercase


_stage = functools.partial(stage, takes="text", gives="text")


def _shifted(text: str, k: int) -> str:
    lower = ALPHABET[k:] + ALPHABET[:k]
    return text.translate(str.maketrans(ALPHABET + ALPHABET.upper(), lower + lower.upper()))


def _mirrored(text: str) -> str:
    back = ALPHABET[::-1]
    return text.translate(str.maketrans(ALPHABET + ALPHABET.upper(), back + back.upper()))


def _encoded(text: str) -> str:
    return "".join(f"{char}{len(list(run))}" for char, run in itertools.groupby(text))


def _without_repeats(text: str) -> str:
    return "".join(dict.fromkeys(text))


def _pairs_swapped(text: str) -> str:
    chars = list(text)
    for place in range(0, len(chars) - 1, 2):
        chars[place], chars[place + 1] = chars[place + 1], chars[place]
    return "".join(chars)


def _alternating(text: str) -> str:
    return "".join((str.lower, str.upper)[place % 2 == 0](char) for place, char in enumerate(text))


CASES = (
    _stage("upper", "{it}.upper()", lambda s: "".join(char.upper() for char in s),
           "convert it to upper case", "make all its letters capitals", "change every letter to upper case",
           "turn every letter into a capital letter", local="upper", group="case", effect="pointwise"),
    _stage("lower", "{it}.lower()", lambda s: "".join(char.lower() for char in s),
           "convert it to lower case", "make all its letters small", "change every letter to lower case",
           "turn every letter into a small letter", local="lower", group="case", effect="pointwise"),
    _stage("swap_case", "{it}.swapcase()",
           lambda s: "".join(char.lower() if char.isupper() else char.upper() for char in s),
           "swap the case of every letter", "make capitals small and small letters capitals",
           "change upper case letters to lower case and the other way round", "invert the case of all its letters",
           local="swapped", group="case", effect="pointwise"),
)  # fmt: skip
AFFIXES = (
    _stage("add_suffix", "{it} + {s}", lambda s, affix: "".join([s, affix]),
           'add "{s}" at the end', 'append "{s}"', 'put "{s}" behind it', 'write "{s}" after it',
           local="extended", s=ENDINGS),
    _stage("add_prefix", "{s} + {it}", lambda s, affix: "".join([affix, s]),
           'add "{s}" at the start', 'prepend "{s}"', 'put "{s}" in front of it', 'write "{s}" before it',
           local="extended", s=BEGINNINGS),
    _stage("surround", "{s} + {it} + {s}", lambda s, affix: affix.join(["", s, ""]),
           'add "{s}" at both ends', 'put "{s}" before it and "{s}" after it', 'surround it with "{s}" on both sides',
           'write "{s}" in front of it and also behind it', local="wrapped", s=MARKS),
    _stage("repeat", "{it} * {k}", lambda s, k: "".join(s for _ in range(k)),
           "repeat it {k} times (so that there are {k} copies in a row)", "replace it by {k} copies of it in a row",
           "write it {k} times, one copy after the other", "put {k} copies of it together", local="repeated",
           group="repeat", k=range(2, 5)),
)  # fmt: skip
SLICES = (
    _stage("take_first", "{it}[:{k}]", lambda s, k: "".join(c for i, c in enumerate(s) if i < k),
           "keep only the first {k} characters (all, if there are fewer)", "cut it off after {k} characters",
           "take its first {k} characters, or all of it if it is shorter", "drop everything after character number {k}",
           local="beginning", group="first", k=range(3, 8)),
    _stage("take_last", "{it}[-{k}:]", lambda s, k: "".join(c for i, c in enumerate(s) if len(s) - i <= k),
           "keep only the last {k} characters (all, if there are fewer)",
           "drop characters from the front until at most {k} are left",
           "take its last {k} characters, or all of it if it is shorter",
           "drop everything before the last {k} characters",
           local="ending", group="last", k=range(3, 8)),
    _stage("drop_first", "{it}[{k}:]", lambda s, k: "".join(c for i, c in enumerate(s) if i >= k),
           "drop the first {k} of its characters (all, if there are not more)",
           "keep only what comes after the first {k} characters",
           "remove {k} characters from the front, or all if there are fewer",
           "delete the first {k} characters (a text that is not longer becomes empty)",
           local="remaining", group="last", k=range(2, 5)),
    _stage("drop_last", "{it}[:-{k}]", lambda s, k: "".join(c for i, c in enumerate(s) if i + k < len(s)),
           "drop the last {k} of its characters (all, if there are not more)",
           "keep only what comes before the last {k} characters",
           "remove {k} characters from the end, or all if there are fewer",
           "delete the last {k} characters (a text that is not longer becomes empty)",
           local="remaining", group="first", k=range(2, 5)),
    _stage("take_every", "{it}[::{k}]", lambda s, k: "".join(c for i, c in enumerate(s) if i % k == 0),
           "keep only the characters at the indices 0, {k}, 2 * {k} and so on (indices start at 0)",
           "take the first character, and from there every {k}th one",
           "keep the first character and then each one that is {k} places after the last kept one",
           "keep only characters whose index (from 0) is a multiple of {k}", local="picked", k=range(2, 4)),
    _stage("reverse", "{it}[::-1]", lambda s: "".join(reversed(s)),
           "reverse it", "write it backwards", "put its characters in reverse order",
           "turn it around, last character first",
           local="backwards", group="order", effect="moves"),
    _stage("move_front_to_end", "{it}[{k}:] + {it}[:{k}]", lambda s,
           k: s if len(s) <= k else s.removeprefix(s[:k]) + s[:k],
           "move its first {k} characters to the end, in their order (if there are not more, nothing changes)",
           "cut off the first {k} characters and put them behind the rest (a text of at most {k} stays as it is)",
           "take {k} characters from the front and append them at the end in the same order, if it is longer than {k}",
           "move a block of {k} characters from the front to the end (shorter texts stay unchanged)",
           local="turned", group="order", effect="moves", k=range(2, 5)),
)  # fmt: skip
LETTERWISE = (
    _stage("remove_letter", '{it}.replace({c}, "")', lambda s, c: "".join(char for char in s if char != c),
           'remove every "{c}" (the small letter only)', 'drop all characters "{c}" (but no capital one)',
           'delete each small letter "{c}"', 'leave out every small "{c}"', local="shortened", c=LETTERS),
    _stage("replace_letter", "{it}.replace({c}, {d})", lambda s, c, d: d.join(s.split(c)),
           'replace every "{c}" by "{d}" (the small letter only)',
           'turn all characters "{c}" (no capital one) into "{d}"',
           'put "{d}" in place of each small letter "{c}"', 'write "{d}" instead of every small "{c}"',
           local="replaced", c=LETTERS, d="0*-#z"),
    _stage("remove_vowels", '"".join(char for char in {it} if char not in "aeiouAEIOU")',
           lambda s: "".join(filter(lambda char: char.lower() not in set("aeiou"), s)),
           "remove all vowels (a, e, i, o, u, small or capital)", "drop every a, e, i, o and u, also the capital ones",
           "delete the vowels a, e, i, o, u in either case", "leave out each vowel (aeiou or AEIOU)",
           local="consonants", group="letters"),
    _stage("keep_letters", '"".join(char for char in {it} if char.isalpha())',
           lambda s: "".join(char for char in s if char in string.ascii_letters),
           "keep only the letters", "remove all characters that are not letters", "drop everything but the letters",
           "delete each character that is no letter", local="letters"),
    _stage("double_each", '"".join(char * 2 for char in {it})',
           lambda s: "".join(itertools.chain(*zip(s, s, strict=True))),
           "double every character", "write each character twice in a row",
           "replace every character by two copies of it",
           "repeat each character once, right behind it", local="doubled", group="double"),
    _stage("join_with", "{c}.join({it})", lambda s, c: "".join(c * (i > 0) + char for i, char in enumerate(s)),
           'put "{c}" between every two neighbouring characters', 'insert "{c}" between all characters',
           'separate its characters by "{c}"', 'join its characters with "{c}" between them',
           local="spread", c=".-_+*/|=~:"),
)  # fmt: skip
HARD = (
    _stage("shift_letters",
           '"".join(\n'
           '    chr((ord(char) - ord("a") + {k}) % 26 + ord("a")) if char.islower()\n'
           '    else chr((ord(char) - ord("A") + {k}) % 26 + ord("A")) if char.isupper()\n'
           "    else char\n"
           "    for char in {it}\n"
           ")", _shifted,
           "replace every letter by the one {k} places later in the alphabet, where a follows z, keeping its case",
           "shift each letter by {k} places in the alphabet (wrapping from z to a; capitals stay capitals)",
           "apply a Caesar shift by {k} to the letters, small and capital, going on from z with a",
           "move each letter {k} forward in the alphabet, starting again at its end, without changing the case",
           local="shifted", hard=True, group="cipher", k=range(1, 26)),
    _stage("mirror_letters",
           '"".join(\n'
           '    chr(ord("a") + ord("z") - ord(char)) if char.islower()\n'
           '    else chr(ord("A") + ord("Z") - ord(char)) if char.isupper()\n'
           "    else char\n"
           "    for char in {it}\n"
           ")", _mirrored,
           "replace every letter by its mirror image in the alphabet (a by z, b by y, z by a), keeping its case",
           "swap a with z, b with y, c with x and so on, for small letters and for capitals",
           "mirror each letter in the alphabet (a becomes z, Z becomes A), leaving other characters as they are",
           "turn the first letter of the alphabet into the last, the second into the last but one and so on, same case",
           local="mirrored", hard=True, group="cipher"),
    _stage("encode_runs", '"".join(char + str(len(list(run))) for char, run in groupby({it}))', _encoded,
           "replace each run of equal characters by the character and the run's length (also 1)",
           "run-length encode it: each character is followed by how often it occurs in a row, even if just once",
           "write each block of equal neighbouring characters as the character and then its count, 1 included",
           "turn every longest run of one character into that character followed by the run's length (even 1)",
           local="encoded", hard=True, needs="from itertools import groupby"),
    _stage("squeeze_runs", '"".join(char for char, _ in groupby({it}))',
           lambda s: "".join(c for i, c in enumerate(s) if s[i - 1 : i] != c),
           "reduce each run of equal characters to one character", "drop every character that equals the one before it",
           "keep just one character of each block of equal neighbours",
           "leave out each character that is the same as its left neighbour",
           local="squeezed", hard=True, group="unique", needs="from itertools import groupby"),
    _stage("drop_repeats", '"".join(char for place, char in enumerate({it}) if char not in {it}[:place])',
           _without_repeats,
           "remove repeated characters, keeping the first occurrence of each",
           "drop each character that occurred before",
           "keep only the first of all equal characters", "leave a character out where it repeats an earlier one",
           local="unique", hard=True, group="unique"),
    _stage("sort_characters", '"".join(sorted({it}))',
           lambda s: "".join(chr(code) * s.count(chr(code)) for code in range(128)),
           "sort its characters by character code", "put its characters in ascending order of their ASCII codes",
           "arrange the characters in ASCII order", "order its characters by ASCII code, smallest first",
           local="ordered", hard=True, group="order", effect="moves"),
    _stage("reverse_words", '" ".join(word[::-1] for word in {it}.split(" "))',
           lambda s: " ".join(s[::-1].split(" ")[::-1]),
           "reverse each word in its place (words are separated by single spaces)",
           "write every word backwards, leaving spaces and the order of the words as they are",
           "turn each part between spaces around, without moving the spaces",
           "reverse the characters of each space-separated word, but not the order of the words",
           local="turned", hard=True, group="order"),
    _stage("swap_pairs", '"".join({it}[place + 1 : place + 2] + {it}[place] for place in range(0, len({it}), 2))',
           _pairs_swapped,
           "swap the first character with the second, the third with the fourth and so on (an odd last one stays)",
           "exchange the characters of each pair, at indices 0 and 1, 2 and 3, ..., leaving an unpaired last one",
           "split it into pairs of characters and turn each pair around (a single last character stays)",
           "let each two characters change places, pair after pair; with an odd length the last one does not move",
           local="exchanged", hard=True, group="order", effect="moves"),
    _stage("alternate_case",
           '"".join(char.lower() if place % 2 else char.upper() for place, char in enumerate({it}))', _alternating,
           "make characters at even indices upper case and those at odd indices lower case (indices start at 0)",
           "change the case by turns: first character upper, second lower, third upper and so on",
           "convert the 1st, 3rd, 5th, ... character to upper case and all others to lower case",
           "write it with alternating case, beginning with a capital; every character counts, also those without case",
           local="alternating", hard=True, group="case"),
    _stage("mask_vowels", '"".join({c} if char in "aeiouAEIOU" else char for char in {it})',
           lambda s, c: s.translate(dict.fromkeys(map(ord, "aeiouAEIOU"), c)),
           'replace every vowel (a, e, i, o, u, small or capital) by "{c}"',
           'write "{c}" instead of each a, e, i, o and u, also instead of the capital ones',
           'put "{c}" in place of the vowels a, e, i, o, u in either case',
           'turn each vowel (aeiou or AEIOU) into "{c}"',
           local="masked", hard=True, group="letters", c="*#-0?_"),
)  # fmt: skip
EASY = (*CASES, *AFFIXES, *SLICES, *LETTERWISE)
STAGES = (*EASY, *HARD)
