"""What a run is, and what can be asked about the runs of a list or a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ssd_iter.problems.fresh.family import Result


@dataclass(frozen=True, kw_only=True)
class Relation:
    """When a number continues the run of the one before it."""

    body: str
    """Over `left` and `right`."""
    noun: str
    phrase: str
    same: Callable[[int, int], bool]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is asked about runs."""

    body: str
    """Over `runs`, lists of numbers or texts, and `k`."""
    noun: str
    phrase: str
    same: Callable[[Any, int], Any]
    returns: Result = "int"


RELATIONS = (
    Relation(body="left == right", noun="equal", phrase="are equal", same=lambda one, other: not one - other),
    Relation(
        body="left < right", noun="rising", phrase="go up (each is greater than the one before it)", same=int.__lt__
    ),
    Relation(
        body="left > right", noun="falling", phrase="go down (each is less than the one before it)", same=int.__gt__
    ),
    Relation(
        body="left <= right",
        noun="not_falling",
        phrase="do not go down (none is less than the one before it)",
        same=lambda one, other: sorted((one, other)) == [one, other],
    ),
    Relation(
        body="left % 2 == right % 2",
        noun="same_parity",
        phrase="have the same parity (all even or all odd)",
        same=lambda one, other: (one + other) % 2 == 0,
    ),
    Relation(
        body="left % 2 != right % 2",
        noun="mixed_parity",
        phrase="have alternating parity (next to an even number there are odd ones, and the other way round)",
        same=lambda one, other: (one + other) % 2 == 1,
    ),
    Relation(
        body="abs(left - right) == 1",
        noun="neighbour",
        phrase="go in steps of 1 (each is 1 more or 1 less than the one before it)",
        same=lambda one, other: one in (other - 1, other + 1),
    ),
    Relation(
        body="abs(left - right) <= 2",
        noun="close",
        phrase="stay close (each differs from the one before it by at most 2)",
        same=lambda one, other: one in range(other - 2, other + 3),
    ),
    Relation(
        body="left != right",
        noun="unequal",
        phrase="change (each differs from the one before it)",
        same=lambda one, other: one - other != 0,
    ),
)


def _start(runs: Sequence[Any], sizes: list[int]) -> int:
    """Where the first run of one of these sizes starts; -1 without sizes or runs."""
    place = 0
    for run in runs:
        if len(run) in sizes:
            return place
        place += len(run)
    return -1


COUNTS = (
    Answer(
        body="max(map(len, runs), default=0)",
        noun="longest",
        phrase="the length of the longest run (0 if there is none)",
        same=lambda runs, _: len(sorted(runs, key=len)[-1]) if runs else 0,
    ),
    Answer(
        body="sum(len(run) for run in runs if len(run) >= k)",
        noun="long_total",
        phrase="the sum of the lengths of the runs whose length is at least {k}",
        same=lambda runs, k: sum(map(len, runs)) - sum(len(run) for run in runs if len(run) < k),
    ),
    Answer(
        body="next((sum(map(len, runs[:i])) for i, run in enumerate(runs) if len(run) >= k), -1)",
        noun="first_long",
        phrase="the index at which the first run whose length is at least {k} starts (-1 if there is none)",
        same=lambda runs, k: _start(runs, [len(run) for run in runs if len(run) >= k][:1]),
    ),
    Answer(
        body="sum(map(len, runs[:max(range(len(runs)), key=lambda i: len(runs[i]), default=0)]))",
        noun="longest_start",
        phrase="the index at which the longest run starts, the first one if several are longest (0 if there is none)",
        same=lambda runs, _: max(0, _start(runs, sorted(map(len, runs))[-1:])),
    ),
)
LISTS = (
    Answer(
        body="[len(run) for run in runs]",
        noun="lengths",
        phrase="the list of the lengths of the runs, in order",
        same=lambda runs, _: list(map(len, runs)),
        returns="list[int]",
    ),
    Answer(
        body="[sum(run) for run in runs if len(run) >= k]",
        noun="sums",
        phrase="the list of the sums of the runs whose length is at least {k}, in order",
        same=lambda runs, k: [sum(run) for run in runs if not len(run) < k],
        returns="list[int]",
    ),
    Answer(
        body="[run[0] for run in runs if len(run) >= k]",
        noun="starts",
        phrase="the list of the first numbers of the runs whose length is at least {k}, in order",
        same=lambda runs, k: [list(reversed(run))[-1] for run in runs if run[k - 1 :]],
        returns="list[int]",
    ),
    Answer(
        body="[entry for run in runs if len(run) >= k for entry in run]",
        noun="without_short",
        phrase="the list that is left when all runs shorter than {k} are removed",
        same=lambda runs, k: list(chain(*(run for run in runs if run[k - 1 :]))),
        returns="list[int]",
    ),
    Answer(
        body="[entry for run in runs for entry in run[:k]]",
        noun="shortened",
        phrase="the list in which every run longer than {k} is cut to its first {k} elements",
        same=lambda runs, k: [entry for run in runs for place, entry in enumerate(run) if place < k],
        returns="list[int]",
    ),
    Answer(
        body="[entry for run in runs for entry in reversed(run)]",
        noun="reversed",
        phrase="the list in which the elements of each run stand in reverse order, while the runs keep their places",
        same=lambda runs, _: list(chain(*(run[::-1] for run in runs))),
        returns="list[int]",
    ),
    Answer(
        body="max(runs, key=len, default=[])",
        noun="longest_run",
        phrase="the longest run as a list, the first one if several are longest (an empty list if there is none)",
        same=lambda runs, _: sorted(runs, key=lambda run: -len(run))[0] if runs else [],
        returns="list[int]",
    ),
    Answer(
        body="max(map(sum, runs), default=0)",
        noun="largest_sum",
        phrase="the largest sum of a run (0 if there is none)",
        same=lambda runs, _: sorted(map(sum, runs))[-1] if runs else 0,
    ),
)
TEXTS = (
    Answer(
        body="sum(len(run) >= k for run in runs)",
        noun="long_count",
        phrase="the number of runs whose length is at least {k}",
        same=lambda runs, k: len([run for run in runs if not len(run) < k]),
    ),
    Answer(
        body='"".join(run[:k] for run in runs)',
        noun="shortened",
        phrase="the text in which every run longer than {k} is cut to {k} characters",
        same=lambda runs, k: "".join(run if len(run) < k else run[0] * k for run in runs),
        returns="str",
    ),
    Answer(
        body='"".join(run for run in runs if len(run) >= k)',
        noun="without_short",
        phrase="the text that is left when all runs shorter than {k} are removed",
        same=lambda runs, k: "".join("" if len(run) < k else run for run in runs),
        returns="str",
    ),
    Answer(
        body='"".join(run for run in runs if len(run) < k)',
        noun="without_long",
        phrase="the text that is left when all runs whose length is at least {k} are removed",
        same=lambda runs, k: "".join("" if run[k - 1 :] else run for run in runs),
        returns="str",
    ),
    Answer(
        body='"".join(run * 2 if len(run) >= k else run for run in runs)',
        noun="doubled",
        phrase="the text in which every run whose length is at least {k} is made twice as long",
        same=lambda runs, k: "".join(run + run if run[k - 1 :] else run for run in runs),
        returns="str",
    ),
    Answer(
        body='"".join(run[0] for run in runs if len(run) >= k)',
        noun="letters",
        phrase="one character of each run whose length is at least {k}, in order, as a text",
        same=lambda runs, k: "".join(run[k - 1 : k] for run in runs),
        returns="str",
    ),
    Answer(
        body='"".join(sorted(runs, key=len))',
        noun="sorted",
        phrase="the text with its runs ordered from short to long (runs of equal length keep their order)",
        same=lambda runs, _: "".join(run for size in range(30) for run in runs if len(run) == size),
        returns="str",
    ),
    Answer(
        body='"".join(sorted(runs, key=len, reverse=True))',
        noun="sorted_down",
        phrase="the text with its runs ordered from long to short (runs of equal length keep their order)",
        same=lambda runs, _: "".join(run for size in range(30, 0, -1) for run in runs if len(run) == size),
        returns="str",
    ),
    Answer(
        body='max(runs, key=len, default="")',
        noun="longest_run",
        phrase="the longest run, the first one if several are longest (an empty text if there is none)",
        same=lambda runs, _: sorted(runs, key=lambda run: -len(run))[0] if runs else "",
        returns="str",
    ),
    Answer(
        body='max(reversed(runs), key=len, default="")',
        noun="last_longest_run",
        phrase="the longest run, the last one if several are longest (an empty text if there is none)",
        same=lambda runs, _: sorted(runs, key=len)[-1] if runs else "",
        returns="str",
    ),
)
