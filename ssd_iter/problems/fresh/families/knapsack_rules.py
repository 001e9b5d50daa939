"""Side rules of the knapsack family: in words, as a state of the table's entries, and as a condition on a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Choice = tuple[int, ...]
"""Places of the chosen items, ascending; one place several times where copies are allowed."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a choice has to keep to besides fitting. The code has a state, which is part of the table's key."""

    start: str
    """The state of the empty choice."""
    allowed: str
    """Whether an item of this `weight` at this `position` may be added in the state `state`."""
    after: str
    """The state with this item."""
    complete: str = ""
    """A condition on the state of a whole choice, if there is one."""
    phrase: str
    holds: Callable[[Mapping[str, int], Sequence[int], Choice], bool]
    """For the oracle: whether a choice keeps to the rule, by constants and weights."""


def _limited(allowed: str, phrase: str, counts: Callable[[Mapping[str, int], int], bool]) -> Rule:
    """At most `limit` items of some sort, which `counts` decides by weight."""
    return Rule(
        start="0",
        allowed=f"state + ({allowed}) <= limit" if allowed else "state < limit",
        after=f"state + ({allowed})" if allowed else "state + 1",
        phrase=phrase,
        holds=lambda constants, weights, choice: (
            sum(counts(constants, weights[place]) for place in choice) <= constants["limit"]
        ),
    )


def _in_order(sign: str, phrase: str, allowed: Callable[[int, int], bool]) -> Rule:
    """Weights of neighbours in the choice compare so."""
    return Rule(
        start="None",
        allowed=f"(state is None or state {sign} weight)",
        after="weight",
        phrase=f"in the order of the list, {phrase}",
        holds=lambda _, weights, choice: all(allowed(weights[one], weights[other]) for one, other in pairwise(choice)),
    )


def _groups_hold(constants: Mapping[str, int], weights: Sequence[int], choice: Choice) -> bool:
    remainders = [weights[place] % constants["modulus"] for place in choice]
    return all(remainders.count(remainder) <= constants["limit"] for remainder in remainders)


RULES = {
    "limit": _limited("", "at most {limit} items may be chosen", lambda constants, weight: True),
    "odd": _limited(
        "weight % 2",
        "at most {limit} of the chosen items may have an odd weight",
        lambda constants, weight: bool(weight & 1),
    ),
    "heavy": _limited(
        "weight > light",
        "at most {limit} of the chosen items may have a weight of more than {light}",
        lambda constants, weight: weight >= constants["light"] + 1,
    ),
    "apart": Rule(
        start="0",
        allowed="position >= state",
        after="position + gap + 1",
        phrase="between two chosen items, there must be at least {gap} items in the list that are not chosen",
        holds=lambda constants, weights, choice: all(other - one > constants["gap"] for one, other in pairwise(choice)),
    ),
    "groups": Rule(
        start="()",
        allowed="state.count(weight % modulus) < limit",
        after="(*state, weight % modulus)",
        phrase="of the items whose weights have the same remainder modulo {modulus}, at most {limit} may be chosen",
        holds=_groups_hold,
    ),
    "multiple": Rule(
        start="0",
        allowed="",
        after="(state + 1) % modulus",
        complete="state == 0",
        phrase="the number of chosen items must be a multiple of {modulus} (0 is one)",
        holds=lambda constants, weights, choice: not len(choice) % constants["modulus"],
    ),
    "rising": _in_order("<", "each chosen item must be heavier than the one chosen before it", lambda a, b: b > a),
    "falling": _in_order(">", "each chosen item must be lighter than the one chosen before it", lambda a, b: b < a),
    "level": _in_order("<=", "no chosen item may be lighter than the one chosen before it", lambda a, b: not b < a),
}
RULE_POINTS = (
    *(("limit", {"limit": limit}) for limit in range(1, 5)),
    *(("odd", {"limit": limit}) for limit in (1, 2)),
    *(("heavy", {"limit": limit, "light": light}) for limit in (1, 2) for light in range(3, 8)),
    *(("apart", {"gap": gap}) for gap in range(1, 4)),
    *(("groups", {"limit": limit, "modulus": modulus}) for limit in (1, 2) for modulus in range(2, 6)),
    *(("multiple", {"modulus": modulus}) for modulus in (2, 3)),
    *((name, {}) for name in ("rising", "falling", "level")),
)
