"""Family 40: fewest steps between states that only rules connect: a ring, two dials, two jugs. Level 5, held out."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import combinations, permutations, product
from typing import TypeVar

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

State = TypeVar("State", bound=Hashable)
MIN_DISTINCT, MAX_SAME = 5, 18
"""Different answers, and the same ones, among those to 40 typical calls."""
NAMES = ("fewest_steps", "shortest_way", "least_moves", "min_steps", "quickest")
SEARCH = """from collections import deque

PREPARE
steps = {ORIGIN: 0}
queue = deque([ORIGIN])
while queue:
    state = queue.popleft()
    if REACHED:
        return steps[state]
MOVES
        if ALLOWED:
            steps[after] = steps[state] + 1
            queue.append(after)
return -1"""
"""Breadth-first search, in which the words in capitals are replaced."""


def kinds() -> list[Kind]:
    """About 20,000 points."""
    turns = [turn for turn in product((-1, 0, 1, 2), repeat=2) if turn != (0, 0)]
    barred = ((3, 0), (3, 1), (4, 1), (4, 2), (5, 1), (5, 3))
    return [
        Kind(
            name="ring",
            level=5,
            points=Product([_ring], range(20, 36), range(2, 9), range(2, 9), range(2, 5), barred),
        ),
        Kind(name="dials", level=5, points=Product([_dials], (5, 6), list(combinations(turns, 3)), (None, 2, 4, 7))),
        Kind(name="jugs", level=5, points=Product([_jugs], list(permutations(range(2, 10), 2)), (0, 1), _jug_moves())),
    ]


def task(make: Callable[..., Task], *point: object) -> Task | None:
    """At most 36 states, or as many as two small jugs can be in. None where the answers are too often the same."""
    made = make(*point)
    stream = RandomStream("samples", "implicit-graph")
    assert made.oracle is not None
    answers = Counter(made.oracle(*made.draw(stream)) for _ in range(40))
    return None if len(answers) < MIN_DISTINCT or max(answers.values()) > MAX_SAME else made


def _body(moves: str, *, reached: str, allowed: str, origin: str = "start", prepare: str = "") -> str:
    words = {"PREPARE\n": prepare, "ORIGIN": origin, "REACHED": reached, "MOVES": moves, "ALLOWED": allowed}
    return functools.reduce(lambda text, word: text.replace(word, words[word]), words, SEARCH)


def _fewest(start: State, is_goal: Callable[[State], bool], moves: Callable[[State], Iterable[State]]) -> int:
    """Steps to the nearest goal, or -1, by growing the set of all states that so many steps lead to."""
    reached, steps = {start}, 0
    while not any(map(is_goal, reached)):
        grown = reached.union(*map(moves, reached))
        if grown == reached:
            return -1
        reached, steps = grown, steps + 1
    return steps


def _ring(size: int, up: int, down: int, factor: int, barred: tuple[int, int]) -> Task:
    modulus, rest = barred
    constants = {"m": size, "a": up, "b": down, "c": factor, "q": modulus, "r": rest}
    body = _body(
        "    for after in ((state + a) % m, (state - b) % m, state * c % m):",
        reached="state == goal",
        allowed="after not in steps and (after == goal or after % q != r)",
    )

    def oracle(start: int, goal: int) -> int:
        free = {n for n in range(size) if n % modulus != rest} | {goal}
        return _fewest(
            start, lambda n: n == goal, lambda n: free & {(n + up) % size, (n - down) % size, n * factor % size}
        )

    rule = "from a number x one step leads to x + {a}, to x - {b} or to x * {c}, each taken modulo {m} (never negative)"
    bar = "numbers with the remainder {r} when divided by {q} may not be stepped on, except {start} and {goal}"
    asks = "the fewest steps that lead from {start} to {goal}, or -1 if none do"
    statements = (
        f"Return {asks}. All numbers are from 0 to less than {{m}}: {rule}. But {bar}. No step is needed if both are"
        f" equal.",
        f"On the numbers from 0 up to, but not including, {{m}}, {rule}. However, {bar}. Return {asks} (0, if they are"
        " equal).",
        f"A counter shows {{start}} and should show {{goal}}; both are less than {{m}} and not negative. The"
        f" rules:\n- As"
        f" for steps, {rule}.\n- As for obstacles, {bar}.\nReturn {asks}. It takes 0 steps if they are the same.",
        f"Find a shortest way between two numbers from 0 to less than {{m}}, where {rule}, and where {bar}. Return"
        f" {asks}."
        " The way from a number to itself has 0 steps.",
    )
    return Task(
        operation=Operation(body=body, names=NAMES, statements=statements),
        constants=constants,
        arguments={"start": "int", "goal": "int"},
        returns="int",
        edges=((0, 0), (0, 1), (1, 0), (7, 7), (size - 1, 2), (5, size - 1)),
        draw=lambda stream: (stream.integer(0, size - 1), stream.integer(0, size - 1)),
        oracle=oracle,
        argument_names=(("start", "goal"), ("source", "target"), ("first", "last"), ("here", "wanted")),
        battery=tuple((n * 7 % 20, n * 3 % 19) for n in range(48)),
    )


def _dials(size: int, turns: tuple[tuple[int, int], ...], forbidden: int | None) -> Task:
    barred = "" if forbidden is None else f" and (after == goal or sum(after) != {forbidden})"
    body = _body(
        f"    for first, second in {turns!r}:\n"
        f"        after = ((state[0] + first) % {size}, (state[1] + second) % {size})",
        prepare="start, goal = tuple(shown), tuple(wanted)\n",
        reached="state == goal",
        allowed=f"after not in steps{barred}",
    )

    def oracle(shown: list[int], wanted: list[int]) -> int:
        def moves(state: tuple[int, int]) -> Iterable[tuple[int, int]]:
            for first, second in turns:
                p, q = (state[0] + first) % size, (state[1] + second) % size
                if p + q != forbidden or [p, q] == wanted:
                    yield p, q

        return _fewest((shown[0], shown[1]), lambda state: list(state) == wanted, moves)

    names = " or ".join(f"({first}, {second})" for first, second in turns)
    rule = (
        f"Two dials show a number from 0 to {size - 1} each. One step adds {names} to the pair of their numbers, each"
        f" modulo {size} (so that {size - 1} is followed by 0, and 0 preceded by {size - 1})."
    )
    bar = "" if forbidden is None else (
        f" The two numbers may never add up to {forbidden}, except at the start and at the goal."
    )  # fmt: skip
    asks = "the fewest steps that turn {shown} into {wanted}, or -1 if that is impossible"
    statements = (
        f"{rule}{bar} The pairs {{shown}} and {{wanted}} are lists of two numbers. Return {asks} (0 if they are"
        f" equal).",
        f"{rule}{bar} Return {asks}; both are lists with the numbers of the first and the second dial. Equal lists"
        f" need 0"
        " steps.",
        f"Return {asks}; both list what the first and the second dial show.\n-"
        f" {rule}\n-{bar or ' All pairs are allowed.'}"
        "\n- Equal pairs need 0 steps.",
        f"A lock opens when its two dials, which show the pair {{shown}}, show the pair {{wanted}}. {rule}{bar}"
        f" Return {asks}."
        " It is 0 if both lists are the same.",
    )
    return Task(
        operation=Operation(body=body, names=NAMES, statements=statements),
        constants={},
        arguments={"shown": "list[int]", "wanted": "list[int]"},
        returns="int",
        edges=(([0, 0], [0, 0]), ([0, 0], [1, 1]), ([4, 4], [0, 0]), ([1, 2], [2, 1]), ([0, 4], [4, 0])),
        draw=lambda stream: tuple([stream.integer(0, size - 1) for _ in "ab"] for _ in "ab"),
        oracle=oracle,
        argument_names=(("shown", "wanted"), ("dials", "target"), ("now", "later"), ("given", "desired")),
        battery=_dial_battery(),
    )


JUG_MOVES = (
    "fill the first jug",
    "fill the second jug",
    "empty the first jug",
    "empty the second jug",
    "pour from the first jug into the second until one is empty or the other full",
    "pour from the second jug into the first until one is empty or the other full",
)


def _jug_moves() -> list[tuple[int, ...]]:
    """Which of the moves in `JUG_MOVES` there are: four to six, with a way to fill a jug and a way to pour."""
    chosen = [moves for size in (4, 5, 6) for moves in combinations(range(6), size)]
    return [moves for moves in chosen if {0, 1} & set(moves) and {4, 5} & set(moves)]


def _jugs(sizes: tuple[int, int], loss: int, chosen: tuple[int, ...]) -> Task:
    constants = {"p": sizes[0], "q": sizes[1]}
    arrives = ("max(0, flow - 1)", "max(0, back - 1)") if loss else ("flow", "back")
    codes = ("(p, y)", "(x, q)", "(0, y)", "(x, 0)", f"(x - flow, y + {arrives[0]})", f"(x + {arrives[1]}, y - back)")
    flows = ["flow = min(x, q - y)"] * (4 in chosen) + ["back = min(y, p - x)"] * (5 in chosen)
    lines = ["x, y = state", *flows, f"for after in ({', '.join(codes[move] for move in chosen)}):"]
    body = _body(
        "\n".join(f"    {line}" for line in lines),
        origin="(first, second)",
        reached="goal in state",
        allowed="after not in steps",
    )

    def oracle(first: int, second: int, goal: int) -> int:
        def moves(state: tuple[int, int]) -> Iterable[tuple[int, int]]:
            for move in chosen:
                jugs = list(state)
                source = move % 2
                if move < 2:
                    jugs[source] = sizes[source]
                elif move < 4:
                    jugs[source] = 0
                else:
                    poured = min(jugs[source], sizes[1 - source] - jugs[1 - source])
                    jugs[source] -= poured
                    jugs[1 - source] += poured - loss if poured > loss else 0
                yield jugs[0], jugs[1]

        return _fewest((first, second), lambda state: goal in state, moves)

    spill = " Whenever something is poured over, 1 litre of it is spilled." if loss else ""
    moves = "; ".join(JUG_MOVES[move] for move in chosen)
    rule = (
        "The first of two jugs has room for {p} litres, the second for {q}. One step is one of these:"
        f" {moves}.{spill}"
    )
    start = "they hold {first} and {second} litres at the start"
    asks = "the fewest steps until one of the jugs (or both) holds exactly {goal} litres, or -1 if that is impossible"
    statements = (
        f"{rule} If {start}, return {asks}. It takes 0 steps if one does at the start.",
        f"{rule} Return {asks}, where {start}. If a jug already holds that much, no step is needed.",
        f"Return {asks}, where {start}; 0 steps may be enough.\n- {rule}",
        f"Water is moved in steps. {rule} First, {start}. Return {asks} (0 if one of them holds that much already).",
    )
    return Task(
        operation=Operation(body=body, names=NAMES, statements=statements),
        constants=constants,
        arguments={"first": "int", "second": "int", "goal": "int"},
        returns="int",
        edges=((0, 0, 0), (0, 0, 1), (2, 2, 2), (1, 0, sizes[0]), (0, 1, sizes[1]), (0, 0, max(sizes) + 1)),
        draw=lambda stream: (
            stream.integer(0, sizes[0]), stream.integer(0, sizes[1]), stream.integer(0, max(sizes)),
        ),
        oracle=oracle,
        argument_names=(
            ("first", "second", "goal"), ("left", "right", "target"), ("one", "other", "wanted"), ("a", "b", "c"),
        ),
        battery=tuple(product((0, 1, 2), (0, 2), range(1, 9))),
    )  # fmt: skip


@functools.cache
def _dial_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "implicit-graph", "dials")
    return tuple(tuple([stream.integer(0, 4) for _ in "ab"] for _ in "ab") for _ in range(48))


FAMILY = Family(name="implicit-graph", kinds=kinds, task=task, held_out="test")
