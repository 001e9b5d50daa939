from __future__ import annotations

import pytest

from ssd_iter.problems.fresh.solutions import compiled, own_names, written


@pytest.mark.parametrize(
    ("body", "constants", "source"),
    [
        ("x * k + k", {"k": 3}, "    return number * 3 + 3\n"),
        ("x - k", {"k": -5}, "    return number - -5\n"),
        ("k ** x", {"k": -5}, "    return (-5) ** number\n"),
        ("s.join([x] * k)", {"k": 2, "s": "x, k"}, "    return 'x, k'.join([number] * 2)\n"),
        ("{x: [k, table[k]] for _ in [x]}", {"k": 1, "table": {1: [2]}},
         "    return {number: [1, {1: [2]}[1]] for _ in [number]}\n"),
        ("total = 0\nfor item in x:\n    total += item % k\nreturn total", {"k": 7},
         "    total = 0\n    for item in number:\n        total += item % 7\n    return total\n"),
    ],
)  # fmt: skip
def test_names_are_put_in_where_they_stand_and_nothing_else_changes(body, constants, source):
    assert written(body, {"x": "number"}, constants) == source


def test_what_is_written_runs():
    source = f"def solve(number):\n{written('max(x, k)', {'x': 'number'}, {'k': -4})}"
    assert [compiled(source)(value) for value in (-9, 9)] == [-4, 9]


def test_a_body_with_an_f_string_is_refused():
    with pytest.raises(ValueError, match="f-string"):
        written("f'{x}'", {"x": "number"}, {})


def test_own_names_are_all_that_a_body_binds():
    body = "import math as m\ndef step(a, *, b):\n    return a\ntotal = [item for item in x]\nreturn step(total, b=k)"
    assert own_names(body) == {"m", "step", "a", "b", "total", "item"}
