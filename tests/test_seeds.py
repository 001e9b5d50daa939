from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.seeds import derive_seed

COORDINATES = st.lists(st.text() | st.integers(), max_size=4)


@given(st.integers(), COORDINATES)
def test_a_seed_fits_every_generator_and_repeats(seed, coordinates):
    assert 0 <= derive_seed(seed, *coordinates) < 2**31
    assert derive_seed(seed, *coordinates) == derive_seed(seed, *coordinates)


def test_every_coordinate_and_its_place_matter():
    places = [(), ("a",), ("b",), ("a", "b"), ("b", "a"), ("ab",), ("a", ""), (1,), ("1",), (1, 2), (12,), (-1,)]
    assert len({derive_seed(0, *place) for place in places}) == len(places)


def test_the_places_of_a_run_do_not_collide():
    places = product(["generate", "train"], range(10), ["train", "eval"], range(50))
    assert len({derive_seed(0, *place) for place in places}) == 2 * 10 * 2 * 50


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_runs_with_different_seeds_draw_from_different_streams(one, other):
    assert (derive_seed(one, "generate", 1) == derive_seed(other, "generate", 1)) == (one == other)


@pytest.mark.parametrize(
    ("place", "seed"), [((0,), 1137565557), ((0, "generate", 1, "train", 5), 86019467), ((7, "train", 2), 1944019314)]
)
def test_seeds_stay_what_they_were_in_earlier_versions(place, seed):
    """A run that goes on under a newer version draws from the same streams."""
    assert derive_seed(*place) == seed
