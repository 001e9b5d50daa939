from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.counts import class_sizes, problem_counts, program_class
from ssd_iter.records import Verdict

NO_CODE = {"code": None, "normal_sha256": None, "behaviour_sha256": None, "closed_fence": False}
BROKEN = {"normal_sha256": None, "parses": False}


def rows(make_execution, *changes):
    return [make_execution(sample_idx=i, **change) for i, change in enumerate(changes)]


def test_one_problem_by_hand(make_execution):
    (found,) = problem_counts(
        rows(
            make_execution,
            {"normal_sha256": "a", "behaviour_sha256": "right"},
            {"normal_sha256": "b", "behaviour_sha256": "right"},
            {"normal_sha256": "a", "behaviour_sha256": "right"},
            {"normal_sha256": "c", "behaviour_sha256": "wrong", "verdict": "wrong"},
            NO_CODE | {"verdict": "no_code"},
            {"normal_sha256": "d", "verdict": "sandbox_error", "behaviour_sha256": None},
        )
    )
    assert (found.n, found.c, found.extracted) == (5, 3, 4)
    assert (found.classes, found.correct_classes, found.behaviour_classes) == ((2, 1, 1), (2, 1), (3, 1))


def test_a_problem_that_the_sandbox_failed_on_has_a_row_without_samples(make_execution):
    (found,) = problem_counts(rows(make_execution, *[{"verdict": "sandbox_error"}] * 3))
    assert (found.n, found.c, found.extracted, found.classes, found.behaviour_classes) == (0, 0, 0, (), ())


def test_purposes_decode_settings_and_problems_have_rows_of_their_own(make_execution):
    keys = [{"problem_id": p, "purpose": w, "decode_id": d} for p in "ab" for w in ("eval", "resample") for d in "xy"]
    found = problem_counts([make_execution(**key) for key in keys])
    assert [{"problem_id": row.problem_id, "purpose": row.purpose, "decode_id": row.decode_id} for row in found] == (
        sorted(keys, key=lambda key: (key["purpose"], key["decode_id"], key["problem_id"]))
    )


def test_there_are_no_counts_of_nothing():
    assert problem_counts([]) == []


def test_what_is_not_known_of_behaviour_is_no_class(make_execution):
    (found,) = problem_counts(rows(make_execution, {"behaviour_sha256": None}, {"behaviour_sha256": "x"}))
    assert (found.extracted, found.behaviour_classes) == (2, (1,))


def test_code_that_does_not_parse_falls_into_classes_too(make_execution):
    codes = ("f(a", "f( b", "g(a.x", "f(a)")
    broken = [make_execution(code=code, **BROKEN) for code in codes[:3]]
    assert class_sizes(map(program_class, broken)) == (2, 1)
    assert program_class(broken[0]) != program_class(make_execution(code=codes[3]))


def test_without_code_there_is_no_class(make_execution):
    assert program_class(make_execution(**NO_CODE)) is None


@pytest.mark.parametrize("code", ["", "x" * 2**20 + "(", "é = '", "\0", "\ud800("])
def test_no_code_is_too_odd_for_a_class(make_execution, code):
    assert program_class(make_execution(code=code, **BROKEN)).startswith("tokens:")


@given(st.lists(st.tuples(st.sampled_from(get_args(Verdict)), st.sampled_from("abc") | st.none()), max_size=12))
def test_the_parts_add_up_whatever_the_verdicts(make_execution, drawn):
    changes = [{"verdict": verdict} | (NO_CODE if form is None else {"normal_sha256": form}) for verdict, form in drawn]
    executions = rows(make_execution, *changes)
    for found in problem_counts(executions):
        assert found.n == sum(verdict != "sandbox_error" for verdict, _ in drawn)
        assert sum(found.classes) == found.extracted <= found.n
        assert sum(found.correct_classes) <= found.c <= found.n
        assert list(found.classes) == sorted(found.classes, reverse=True)
    assert problem_counts(executions[::-1]) == problem_counts(executions)


def test_the_round_and_set_are_the_rows(make_execution):
    row = make_execution(round=3, problem_set="fresh")
    (found,) = problem_counts([row, replace(row, sample_idx=1)])
    assert (found.run_id, found.round, found.problem_set) == ("run", 3, "fresh")
