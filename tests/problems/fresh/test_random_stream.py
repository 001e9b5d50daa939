from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.turns import round_robin


def test_the_mixer_is_splitmix64():
    """The published first outputs for a state of 1234567."""
    stream = RandomStream()
    stream._counter = 1234567
    assert [stream.bits() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_key_fixes_the_stream_and_its_parts_do_not_run_together():
    assert RandomStream("a", 1).bits() == RandomStream("a", 1).bits()
    assert len({RandomStream(*key).bits() for key in [("a", 1), ("a", "1"), ("a1",), (1, "a"), ("a",)]}) == 5


@given(low=st.integers(-50, 50), width=st.integers(0, 50), key=st.integers())
def test_integers_stay_in_their_range(low, width, key):
    assert low <= RandomStream(key).integer(low, low + width) <= low + width


def test_integers_are_spread_evenly():
    stream = RandomStream("even")
    counts = Counter(stream.integer(1, 6) for _ in range(6000))
    assert set(counts) == set(range(1, 7))
    assert all(850 < count < 1150 for count in counts.values())


@given(items=st.lists(st.integers()), key=st.integers())
def test_shuffling_keeps_every_item(items, key):
    assert sorted(RandomStream(key).shuffled(items)) == sorted(items)


@given(st.lists(st.lists(st.integers())))
def test_turns_leave_nothing_out(sequences):
    assert sorted(round_robin(sequences)) == sorted(item for sequence in sequences for item in sequence)


def test_turns_pass_over_what_has_run_dry():
    assert "".join(round_robin(["abc", "1", "", "xy"])) == "a1xbyc"
