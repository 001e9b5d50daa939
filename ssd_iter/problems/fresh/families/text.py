"""Family 5: one simple operation on a text. Level 0."""

from __future__ import annotations

from itertools import product

from ssd_iter.problems.fresh.arguments import TEXT_EDGES, draw_text
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task

UPPER = Operation(
    body="s.upper()",
    names=("to_upper", "make_upper", "upper_case", "in_upper_case", "convert_to_upper"),
    statements=(
        "Return {s} in upper case.",
        "Convert {s} to upper case and return it.",
        "Return {s} with all letters changed to upper case.",
        "Return {s} with every letter made a capital.",
        "Turn every letter of {s} into a capital letter and return the result.",
    ),
)
LOWER = Operation(
    body="s.lower()",
    names=("to_lower", "make_lower", "lower_case", "in_lower_case", "convert_to_lower"),
    statements=(
        "Return {s} in lower case.",
        "Convert {s} to lower case and return it.",
        "Return {s} with all letters changed to lower case.",
        "Return {s} with every letter made small.",
        "Turn every letter of {s} into a small letter and return the result.",
    ),
)
SWAP_CASE = Operation(
    body="s.swapcase()",
    names=("swap_case", "switch_case", "flip_case", "invert_case", "toggle_case"),
    statements=(
        "Return {s} with upper case letters made lower case and lower case letters made upper case.",
        "Swap the case of every letter of {s} and return the result.",
        "Return {s} with the case of each letter switched.",
        "Change the small letters of {s} to capitals and the capitals to small letters.",
        "Return {s} with capitals turned into small letters and small letters into capitals.",
    ),
)
REVERSE = Operation(
    body="s[::-1]",
    names=("reverse", "reverse_text", "reverse_string", "backwards", "turn_around"),
    statements=(
        "Return {s} reversed.",
        "Reverse {s} and return it.",
        "Return the characters of {s} in reverse order.",
        "Return {s} written backwards.",
        "Return {s} from its last character to its first.",
    ),
)
SWAP_ENDS = Operation(
    body="s if len(s) < 2 else s[-1] + s[1:-1] + s[0]",
    names=("swap_ends", "swap_first_and_last", "switch_ends", "exchange_ends", "exchange_first_and_last"),
    statements=(
        "Swap the first and last characters of {s}. If it has fewer than 2 characters, return it unchanged.",
        "Return {s} with its first and last characters swapped. With fewer than 2 characters it stays the same.",
        "Return {s} with its first and last characters switched. Return it unchanged if it is shorter than 2.",
        "Exchange the first and last characters of {s}. It stays as it is if it has fewer than 2 characters.",
        "Let the first and last characters of {s} change places. Shorter than 2 characters, it stays unchanged.",
    ),
)
REPEAT = Operation(
    body="s * k",
    names=("repeat_{k}_times", "repeat_{k}", "repeat_text_{k}_times", "write_{k}_times", "say_{k}_times"),
    statements=(
        "Return {s} repeated {k} times.",
        "Repeat {s} {k} times and return the result.",
        "Return {k} copies of {s}, one after the other.",
        "Return a string made of {k} copies of {s}.",
        "Return {s} written {k} times in a row.",
    ),
)
REPEAT_JOINED = Operation(
    body="affix.join([s] * k)",
    names=("repeat_joined", "repeat_with_separator", "join_copies", "repeat_separated", "copies_with_separator"),
    statements=(
        'Return {s} repeated {k} times, with "{affix}" between the copies.',
        'Repeat {s} {k} times, joined by "{affix}", and return the result.',
        'Return {k} copies of {s} separated by "{affix}".',
        'Return a string made of {k} copies of {s} with "{affix}" between them.',
        'Return {s} written {k} times, with "{affix}" between each two.',
    ),
)
SUFFIX = Operation(
    body="s + affix",
    names=("add_suffix", "append_suffix", "add_ending", "with_suffix", "with_ending"),
    statements=(
        'Return {s} with "{affix}" added at the end.',
        'Add "{affix}" to the end of {s} and return the result.',
        'Return {s} followed by "{affix}".',
        'Append "{affix}" to {s} and return it.',
        'Return the string that is {s} and then "{affix}".',
    ),
)
PREFIX = Operation(
    body="affix + s",
    names=("add_prefix", "prepend_prefix", "add_beginning", "with_prefix", "with_beginning"),
    statements=(
        'Return {s} with "{affix}" added at the start.',
        'Add "{affix}" to the start of {s} and return the result.',
        'Return "{affix}" followed by {s}.',
        'Put "{affix}" in front of {s} and return it.',
        'Return the string that is "{affix}" and then {s}.',
    ),
)
SURROUND = Operation(
    body="affix + s + affix",
    names=("surround", "add_to_both_ends", "surround_text", "put_around", "add_on_both_sides"),
    statements=(
        'Return {s} with "{affix}" added at the start and at the end.',
        'Add "{affix}" to both ends of {s} and return the result.',
        'Return {s} with "{affix}" before it and "{affix}" after it.',
        'Put "{affix}" on both sides of {s} and return it.',
        'Return the string that is "{affix}", then {s}, then "{affix}" again.',
    ),
)
WRAP = Operation(
    body="start + s + affix",
    names=("wrap", "wrap_text", "add_start_and_end", "enclose", "put_between"),
    statements=(
        'Return {s} with "{start}" added at the start and "{affix}" at the end.',
        'Add "{start}" before {s} and "{affix}" after it, and return the result.',
        'Return {s} wrapped between "{start}" and "{affix}".',
        'Put "{start}" in front of {s} and "{affix}" behind it, and return it.',
        'Return the string that is "{start}", then {s}, then "{affix}".',
    ),
)

MARKS = (*(mark * times for mark in "!?.-+*#=~_" for times in (1, 2, 3)), "->", "<-", "=>", "::", "|", "/")
ENDINGS = (
    *("ing", "ed", "er", "ly", "ness", "ful", "less", "ish", "s", "es", "able", "ment", ";", ",", ":", "&", "%"),
    *(".txt", ".py", ".csv", ".md", "_old", "_new", "_end", "_copy", "_1"),
)
BEGINNINGS = (
    *("un", "re", "pre", "non", "mis", "over", "sub", "super", "anti", "$", "@", "&", ">", ":"),
    *("old_", "new_", "my_", "the_", "get_", "set_", "is_", "no_", "to_", "www."),
)
OPENINGS = ("(", "[", "<", "<<", "((", "[[", "*", "- ", "> ", "# ", "Mr. ", "Dear ", "Hello ", "The ", "A ", "My ")
CLOSINGS = (")", "]", ">", ">>", "))", "]]", "!", "?", ".", "...", ",", ";", " end", " please", " and more", " again")
SEPARATORS = (" ", "-", "+", "_", ", ", " and ", " or ", "/", ".", " - ", "::", "|")


def kinds() -> list[Kind]:
    """499 points: (operation, constants)."""
    points: dict[str, list[tuple[Operation, dict[str, int | str]]]] = {
        "case-and-order": [(operation, {}) for operation in (UPPER, LOWER, SWAP_CASE, REVERSE, SWAP_ENDS)],
        "repeat": [(REPEAT, {"k": k}) for k in range(2, 10)],
        "repeat-joined": [(REPEAT_JOINED, {"k": k, "affix": affix}) for k, affix in product(range(2, 8), SEPARATORS)],
        "suffix": [(SUFFIX, {"affix": affix}) for affix in (*MARKS, *ENDINGS)],
        "prefix": [(PREFIX, {"affix": affix}) for affix in (*MARKS, *BEGINNINGS)],
        "surround": [(SURROUND, {"affix": affix}) for affix in MARKS],
        "wrap": [(WRAP, {"start": start, "affix": affix}) for start, affix in product(OPENINGS, CLOSINGS)],
    }
    return [Kind(name=name, level=0, points=choices) for name, choices in points.items()]


def task(operation: Operation, constants: dict[str, int | str]) -> Task:
    """Every text is allowed, the empty one too."""
    return Task(
        operation=operation,
        constants=constants,
        arguments={"s": "str"},
        returns="str",
        edges=TEXT_EDGES,
        draw=lambda stream: (draw_text(stream),),
    )


FAMILY = Family(name="text", kinds=kinds, task=task)
