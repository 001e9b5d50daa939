"""What can be asked about the brackets of a text, and in which words."""

from __future__ import annotations

from collections.abc import Callable

from ssd_iter.problems.fresh.families.bracket_texts import Node
from ssd_iter.problems.fresh.families.wording import Wordings

ONLY = " Only {pairs} count as brackets; all other characters are ignored."
BALANCED = (
    " Brackets are balanced if every closing bracket is of the kind of the bracket that was opened last and is still"
    " open, which it closes, and if no bracket stays open."
)
CHECK: Wordings = (
    ("are_brackets_valid", "Return whether the brackets in {s} are balanced and {rule}."),
    ("check_brackets", "Check the brackets in {s}: return True if they are balanced and {rule}, otherwise False."),
    ("is_nesting_valid", "Decide whether {s} is well formed: its brackets must be balanced and {rule}. Return a bool."),
    ("brackets_follow_rule", "Return True if the brackets in {s} are balanced and {rule}, and False if not."),
    ("has_proper_brackets", "Is it true that the brackets of {s} are balanced and {rule}? Return True or False."),
)
NUMBER: Wordings = (
    ("bracket_{noun}", "Return {number}, or -1 if the brackets in {s} are not balanced."),
    ("{noun}_of_brackets", "If the brackets in {s} are not balanced, return -1. Otherwise, return {number}."),
    ("get_bracket_{noun}", "Return -1 unless the brackets in {s} are balanced; if they are, return {number}."),
    ("find_bracket_{noun}", "For {s} with balanced brackets, return {number}; for any other {s}, return -1."),
    ("compute_bracket_{noun}", "Compute {number}. If the brackets in {s} are not balanced, return -1 instead."),
)
COST: Wordings = (
    (
        "bracket_cost",
        "Read {s} from left to right. A closing bracket closes the bracket opened last that is not closed yet, if that"
        " is of its kind; otherwise it is skipped, which costs {a}. At the end, each bracket that is still open costs"
        " {b}. Return the sum of the costs.",
    ),
    (
        "matching_cost",
        "Match the brackets of {s} from left to right. If a closing bracket fits the innermost open one, both are done;"
        " if not, or if none is open, ignore it at a cost of {a}. Opening brackets that are left over cost {b} each."
        " Return the total cost.",
    ),
    (
        "penalty_of_brackets",
        "Return the penalty of {s}. Go from left to right and let every closing bracket close the last open bracket if"
        " they are of one kind. If it can't, it counts {a} and changes nothing. Each bracket left open counts {b}.",
    ),
    (
        "bracket_penalty",
        "Count penalties in {s}: {a} for each closing bracket that does not fit the last bracket still open when it"
        " comes (it is passed over), and {b} for each bracket that is open after the last character. Return the sum.",
    ),
    (
        "unmatched_cost",
        "Walk through {s}, keeping the open brackets. A closing bracket removes the newest open one if they are of one"
        " kind, and costs {a} if it can't. Brackets still open in the end cost {b} each. Return all costs together.",
    ),
)
WILDCARD: Wordings = (
    (
        "can_be_balanced",
        'In {s}, each "{wild}" may be taken as {choices}, every one on its own. Return whether the brackets can be'
        " balanced in this way.",
    ),
    (
        "wild_brackets",
        "Return True if {s} can be made into a text with balanced brackets by putting, in the place of each"
        ' "{wild}", {choices}, and False if it can not.',
    ),
    (
        "match_with_wildcards",
        'The character "{wild}" in {s} stands for {choices}; it may differ from one to the next. Return True if there'
        " is a choice for which the brackets are balanced, else False.",
    ),
    (
        "flexible_brackets",
        'Decide if one can replace every "{wild}" in {s} by {choices} so that the brackets are balanced. Return a'
        " bool.",
    ),
)
RULES = {
    "depth": ("nested at most {d} deep (a pair that is in no other pair is 1 deep)", "<="),
    "outermost_count": ("at least {d} of the pairs are in no other pair", ">="),
    "empty_count": ("in at least {d} of the pairs the closing bracket comes directly after the opening one", ">="),
}
"""By the number that decides: the phrase, and how the number is compared with d."""
NUMBERS: dict[str, tuple[str, str, str, Callable[[Node, int], int]]] = {
    "depth": (
        "how deep the brackets are nested (1 for a pair with no other pair in it, 0 if there are none)",
        "total = max(total, len(stack))",
        "",
        lambda root, _: root.depth(),
    ),
    "total_depth": (
        "the sum of the depths of all pairs (1 for a pair in no other pair, 1 more for each pair around it)",
        "total += len(stack)",
        "",
        lambda root, _: sum(level for _, level in root.below()),
    ),
    "outermost_count": (
        "the number of pairs that are in no other pair",
        "",
        "total += not stack",
        lambda root, _: len(root.inside),
    ),
    "deep_count": (
        "the number of pairs that are in at least {d} other pairs",
        "total += len(stack) > d",
        "",
        lambda root, d: sum(level > d for _, level in root.below()),
    ),
    "empty_count": (
        "the number of pairs whose closing bracket comes directly after the opening one",
        "",
        "total += s[place - 1] == partners[mark]",
        lambda root, _: sum(node.end == node.start + 1 for node, _ in root.below()),
    ),
}
NESTED: dict[str, tuple[str, str, Callable[[int, int], int]]] = {
    "times": (
        "its value times the sum of the scores of the pairs directly in it (just its value if there are none)",
        "weights[partners[mark]] * (inside or 1)",
        lambda weight, inside: weight * inside if inside else weight,
    ),
    "plus_twice": (
        "its value plus twice the sum of the scores of the pairs directly in it",
        "weights[partners[mark]] + 2 * inside",
        lambda weight, inside: weight + inside + inside,
    ),
}
CHOICES = {1: "an opening bracket", -1: "a closing bracket", 0: "nothing"}
