from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product, shuffled

DIMENSIONS = st.lists(st.lists(st.integers(), min_size=1, max_size=4), min_size=1, max_size=4)


@given(DIMENSIONS)
def test_a_product_is_itertools_product_without_the_list(dimensions):
    assert list(Product(*dimensions)) == list(product(*dimensions))
    assert Product(*dimensions)[1:3] == list(product(*dimensions))[1:3]


def test_a_product_knows_its_ends():
    points = Product("ab", range(3))
    assert (points[-1], len(points)) == (("b", 2), 6)
    with pytest.raises(IndexError):
        points[6]


@given(DIMENSIONS, st.integers())
def test_shuffling_gives_every_point_once(dimensions, seed):
    points = Product(*dimensions)
    assert sorted(shuffled(points, RandomStream(seed))) == sorted(points)


def test_a_large_space_is_shuffled_without_listing_it():
    draws = shuffled(Product(range(10**9), range(10**9)), RandomStream("large"))
    first = [next(draws) for _ in range(1000)]
    assert len(set(first)) == 1000
    assert sum(a for a, _ in first) / 1000 == pytest.approx(5e8, rel=0.1)


def test_each_order_is_about_equally_likely():
    orders = [tuple(a for (a,) in shuffled(Product("abc"), RandomStream(seed))) for seed in range(3000)]
    assert {orders.count(order) > 400 for order in set(orders)} == {True}
    assert len(set(orders)) == 6
