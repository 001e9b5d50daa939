from __future__ import annotations

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.problems.fresh.turns import round_robin, weighted_turns


@given(st.lists(st.lists(st.integers())))
def test_taking_turns_gives_everything_once_and_keeps_each_order(sequences):
    marked = [[(number, item) for item in sequence] for number, sequence in enumerate(sequences)]
    taken = list(round_robin(marked))
    assert [[pair for pair in taken if pair[0] == number] for number in range(len(sequences))] == marked


@given(st.dictionaries(st.integers(0, 5), st.integers(1, 9), min_size=1))
def test_weighted_turns_keep_the_proportions_at_every_moment(weights):
    endless = {name: iter(lambda name=name: name, None) for name in weights}
    total = sum(weights.values())
    for turns in (total, 3 * total):
        endless = {name: iter(lambda name=name: name, None) for name in weights}
        counts = Counter(islice(weighted_turns(endless, weights), turns))
        assert counts == {name: weight * turns // total for name, weight in weights.items()}


@given(st.dictionaries(st.integers(0, 5), st.lists(st.integers(), max_size=9), min_size=1))
def test_who_has_run_dry_is_passed_over(sequences):
    marked = {name: [(name, item) for item in items] for name, items in sequences.items()}
    taken = list(weighted_turns(marked, dict.fromkeys(range(6), 3)))
    assert sorted(taken) == sorted(pair for pairs in marked.values() for pair in pairs)
