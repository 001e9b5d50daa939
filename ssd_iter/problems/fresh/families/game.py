"""Family 39: impartial games with stones, played perfectly: what wins, and how often. Level 5, held out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from typing import NamedTuple

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product


class Rules(NamedTuple):
    """What a move may do to one pile."""

    takes: tuple[int, ...]
    """How many stones a move may take."""
    halves: bool
    """Whether a move may also leave half of the stones, rounded down."""
    forbidden: int
    """A number of stones that no move may leave."""

    def code(self) -> str:
        """A local function that lists what a move may leave of a pile."""
        halving = "    if pile > 0:\n        rests.add(pile // 2)\n" if self.halves else ""
        return f"""def after_move(pile):
    rests = {{pile - k for k in {self.takes!r} if k <= pile}}
{halving}    return sorted(rests - {{{self.forbidden}}})
"""

    def phrase(self) -> str:
        """A sentence."""
        halving = ", or leaves half of its stones, rounded down (if there are any)" if self.halves else ""
        return (
            f"A move takes {_listed(self.takes)} stones from a pile{halving}. No move may take more stones than"
            f" there are,"
            f" or leave exactly {self.forbidden} stones in the pile that it changes."
        )

    def rests(self, pile: int) -> Iterable[int]:
        """What a move may leave of a pile; some numbers perhaps twice."""
        for rest in range(pile):
            is_half = self.halves and pile in (2 * rest, 2 * rest + 1)
            if (pile - rest in self.takes or is_half) and rest != self.forbidden:
                yield rest


def _listed(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} or {numbers[-1]}"


ENDS = {
    False: "A player who cannot move loses.",
    True: "A player who cannot move wins.",
}
TAKES = [takes for size in (2, 3, 4) for takes in combinations(range(1, 10), size)]
FIRST_MOVE_NAMES = ("first_move", "winning_move", "opening", "best_move")
RULES = [Rules(*choice) for choice in product(TAKES, (True, False), (2, 3, 4, 5, 6))]


def kinds() -> list[Kind]:
    """About 12,000 points."""
    return [
        Kind(name="winning-moves", level=5, points=Product([_winning_moves], RULES, (True, False))),
        Kind(name="lost-piles", level=5, points=Product([_lost_piles], RULES, (True, False))),
        Kind(name="first-move", level=5, points=Product([_first_move], RULES)),
    ]


def task(make: Callable[..., Task], *point: object) -> Task:
    """Piles of at most 36 stones, 9 where there are several."""
    return make(*point)


def _wins(rules: Rules, misere: bool) -> Callable[[int], bool]:
    """Whether the player to move wins from a pile, by looking ahead."""

    @functools.cache
    def wins(pile: int) -> bool:
        outcomes = [wins(rest) for rest in rules.rests(pile)]
        return False in outcomes or (misere and not outcomes)

    return wins


def _table(rules: Rules, misere: bool) -> str:
    """Code that lists for each pile up to n whether the player to move wins."""
    return f"""{rules.code()}
wins = []
for pile in range(n + 1):
    rests = after_move(pile)
    wins.append({"not rests or " if misere else ""}any(not wins[rest] for rest in rests))
"""


def _winning_moves(rules: Rules, misere: bool) -> Task:
    wins = _wins(rules, misere)
    return _one_pile(
        body=f"{_table(rules, misere)}return [rest for rest in after_move(n) if not wins[rest]]",
        names=("winning_moves", "good_moves", "best_rests", "winning_rests", "moves_to_win"),
        rules=rules,
        misere=misere,
        start="it has {n} stones at the start",
        asks="the list of all numbers of stones that the first player can leave in the pile with a winning first move,"
        " in ascending order, each once (empty, if there are none)",
        returns="list[int]",
        oracle=lambda n: sorted({rest for rest in rules.rests(n) if not wins(rest)}),
    )


def _lost_piles(rules: Rules, misere: bool) -> Task:
    wins = _wins(rules, misere)
    return _one_pile(
        body=f"{_table(rules, misere)}return wins.count(False)",
        names=("lost_piles", "losing_starts", "count_lost", "second_wins", "bad_starts"),
        rules=rules,
        misere=misere,
        start="it may have any number of stones at the start",
        asks="how many of the games that start with 0, 1, 2, ..., {n} stones the first player loses",
        returns="int",
        oracle=lambda n: sum(not wins(pile) for pile in range(n + 1)),
    )


def _one_pile(
    *,
    body: str,
    names: tuple[str, ...],
    rules: Rules,
    misere: bool,
    start: str,
    asks: str,
    returns: Result,
    oracle: Callable[[int], int | list[int]],
) -> Task:
    rule, end = rules.phrase(), ENDS[misere]
    statements = (
        f"Two players move by turns in a game with one pile of stones; {start}. {rule} {end} Both play perfectly."
        f" Return {asks}.",
        f"A game for two is played with a single pile of stones; {start}. Players take turns. {rule} {end} Nobody makes"
        f" mistakes. Return {asks}.",
        f"Return {asks}. The game is for two players, who move by turns and play perfectly. There is one pile of"
        f" stones;"
        f" {start}.\n- {rule}\n- {end}",
        f"Two perfect players play a game with a pile of stones; {start}. They move by turns. {rule} {end} Return"
        f" {asks}.",
    )
    return Task(
        operation=Operation(body=body, names=names, statements=statements),
        constants={},
        arguments={"n": "int"},
        returns=returns,
        edges=((0,), (1,), (2,), (3,), (36,)),
        draw=lambda stream: (stream.integer(4, 36),),
        oracle=oracle,
        argument_names=(("n",), ("stones",), ("size",), ("number",), ("x",)),
        battery=tuple((n,) for n in range(37)),
    )


def _first_move(rules: Rules) -> Task:
    body = f"""{rules.code()}
nimbers = []
for pile in range(max(piles) + 1):
    found = {{nimbers[rest] for rest in after_move(pile)}}
    nimber = 0
    while nimber in found:
        nimber += 1
    nimbers.append(nimber)
total = 0
for pile in piles:
    total ^= nimbers[pile]
for place, pile in enumerate(piles):
    for rest in after_move(pile):
        if nimbers[rest] == total ^ nimbers[pile]:
            return [place, rest]
return []"""
    rule, end = rules.phrase(), ENDS[False]
    asks = (
        "[i, rest] for a winning first move, which leaves rest stones in the pile at index i; of several, take the"
        " one with the smallest i, and then with the smallest rest. Return an empty list if the first player cannot win"
    )
    statements = (
        f"Two players move by turns; {{piles}} holds the numbers of stones in some piles. {rule} {end} Both play"
        f" perfectly. Return {asks}.",
        f"A game for two is played with piles of stones, whose sizes are in {{piles}}. Players take turns. {rule} {end}"
        f" Nobody makes mistakes. Return {asks}.",
        f"Return {asks}. The game is for two players, who move by turns and play perfectly, and starts with piles of"
        f" {{piles}} stones.\n- {rule}\n- {end}",
        f"Two perfect players play with piles of stones, and {{piles}} lists how many there are in each. They move by"
        f" turns. {rule} {end} Return {asks}.",
    )

    @functools.cache
    def wins(piles: tuple[int, ...]) -> bool:
        return any(
            not wins(tuple(sorted((*piles[:place], rest, *piles[place + 1 :]))))
            for place, pile in enumerate(piles)
            for rest in rules.rests(pile)
        )

    def oracle(piles: list[int]) -> list[int]:
        for place, pile in enumerate(piles):
            for rest in range(pile):
                after = [*piles[:place], rest, *piles[place + 1 :]]
                if rest in rules.rests(pile) and not wins(tuple(sorted(after))):
                    return [place, rest]
        return []

    return Task(
        operation=Operation(body=body, names=FIRST_MOVE_NAMES, statements=statements),
        constants={},
        arguments={"piles": "list[int]"},
        returns="list[int]",
        edges=(([0],), ([1],), ([9],), ([2, 2],), ([0, 8],), ([10, 9],)),
        draw=_draw_piles,
        oracle=oracle,
        argument_names=(("piles",), ("heaps",), ("stones",), ("sizes",), ("counts",)),
        battery=_pile_battery(),
    )


def _draw_piles(stream: RandomStream) -> Arguments:
    return ([stream.integer(1, 9) for _ in range(stream.integer(2, 3))],)


@functools.cache
def _pile_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "game", "piles")
    return (*(([pile],) for pile in range(16)), *(_draw_piles(stream) for _ in range(44)))


FAMILY = Family(name="game", kinds=kinds, task=task, held_out="test")
