"""What the sample browser holds, and what it leaves out."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import browser
from reports.browser import browser_view, line_of, pack, unpack
from reports.facts import load_facts
from stores.browser_queries import read_browsed_samples, read_typical_samples
from stores.snapshot import open_snapshot
from stores.visible import is_hidden


@pytest.fixture
def view_of():
    """What a round's sample browser says of itself, and its data."""

    def read(paths, round):
        with open_snapshot(paths) as connection:
            view = browser_view(connection, load_facts(connection, paths.run_id).up_to(round), round)
        return view, unpack(view["data"])

    return read


@pytest.fixture
def drawn(hostile_run):
    """The samples that some limits leave of round 2."""

    def read(seed=7, count=1000, size=10**9, longest=1000):
        with open_snapshot(hostile_run) as connection:
            return read_browsed_samples(connection, hostile_run.run_id, 2, seed, count, size, longest)

    return read


values = st.recursive(
    st.none() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(), values))
def test_what_is_packed_is_unpacked_and_needs_no_escaping(document):
    packed = pack(document)
    assert unpack(packed) == json.loads(json.dumps(document))
    assert packed == pack(document) and not set(packed) & set("<>&'\"")


def test_every_sample_of_a_small_round_is_here(view_of, hand_run):
    view, data = view_of(hand_run, 1)
    assert (view["count"], view["shown"], view["rule"]) == (16, "16 of 16 graded samples", "")
    assert view["all"] == "ssd-iter samples hand-1 --round 1 --purpose eval"
    assert [data["problems"][each["problem"]]["id"] for each in data["samples"][::2]] == [f"toy/{n}" for n in range(8)]


def test_problems_say_how_they_went_and_whether_they_flipped(view_of, hand_run):
    _, data = view_of(hand_run, 1)
    assert (data["rounds"], data["before"]) == (["the base model", "round 1"], 0)
    assert [problem["flip"] for problem in data["problems"]] == ["newly solved"] * 4 + [""] * 4
    assert [problem["rates"] for problem in data["problems"]][:3] == [[[0, 2], [2, 2]]] * 2 + [[[0, 2], [1, 2]]]


def test_the_base_model_has_nothing_to_be_compared_with(view_of, hand_run):
    _, data = view_of(hand_run, 0)
    assert data["before"] is None and not any(problem["flip"] for problem in data["problems"])


def test_only_rounds_that_led_to_it_are_told(view_of, rollback_run):
    _, data = view_of(rollback_run, 4)
    assert data["rounds"] == ["the base model", "round 1", "round 4"]


def test_each_problem_and_verdict_comes_before_a_second_of_any(drawn):
    everything = drawn()
    strata = Counter((row.problem_id, row.verdict) for row in everything)
    assert len(everything) == 216 > len(strata)
    assert Counter((row.problem_id, row.verdict) for row in drawn(count=len(strata))) == dict.fromkeys(strata, 1)


def test_what_is_left_out_depends_on_the_seed_alone(drawn):
    assert drawn(count=150) == drawn(count=150) != drawn(count=150, seed=8)


def test_a_page_holds_no_more_text_than_it_may(drawn):
    whole = sum(len(row.completion) + len(row.code or "") for row in drawn(longest=10**6))
    held = sum(len(row.completion) + len(row.code or "") for row in drawn(size=whole // 2, longest=10**6))
    assert 0.4 * whole < held <= whole // 2


def test_what_is_left_out_is_said(view_of, hostile_run, monkeypatch):
    monkeypatch.setattr(browser, "MAX_SAMPLES", 100)
    view, data = view_of(hostile_run, 2)
    assert view["shown"] == "100 of 216 graded samples" and "the run's seed 7" in view["rule"]
    assert len(data["samples"]) == 100


def test_a_typical_sample_has_the_commonest_verdict(new_rows):
    rows = new_rows("typical-1")
    rows.run()
    for index, verdict in enumerate(["pass", "no_code", "wrong", "wrong", "sandbox_error", "sandbox_error"]):
        rows.graded(0, "toy/1", index, verdict)
    with open_snapshot(rows.write()) as connection:
        (row,) = read_typical_samples(connection, "typical-1", [0], ["toy/1"])
    assert (row.sample_idx, row.verdict, row.text[:9]) == (2, "wrong", "def solve")


def test_without_code_the_whole_completion_is_typical(new_rows):
    rows = new_rows("typical-2")
    rows.run()
    rows.graded(0, "toy/1", 0, "no_code")
    with open_snapshot(rows.write()) as connection:
        (row,) = read_typical_samples(connection, "typical-2", [0], ["toy/1"])
    assert row.text.startswith("Here it is.")


def test_what_older_rounds_wrote_is_told_for_what_moved_most_when_it_is_too_much(view_of, rollback_run, monkeypatch):
    monkeypatch.setattr(browser, "MAX_TYPICAL", 6)
    _, data = view_of(rollback_run, 4)
    told = {problem["id"] for problem in data["problems"] if any(problem["typical"])}
    assert told == {"toy/2", "toy/3"}


def test_a_long_text_is_cut_and_says_so(view_of, new_rows):
    rows = new_rows("long-2")
    rows.run()
    rows.ended(0)
    rows.graded(0, "toy/1", 0, "wrong", "a" * 1_000_000)
    view, data = view_of(rows.write(), 0)
    completion = data["samples"][0]["completion"]
    assert len(completion) < 21_000 and "more characters; the run's tables hold them all" in completion
    assert len(view["data"]) < 10_000


def test_no_hidden_character_is_in_the_data(view_of, hostile_run):
    _, data = view_of(hostile_run, 2)
    assert not any(map(is_hidden, set(map(ord, json.dumps(data, ensure_ascii=False)))))


def test_runs_of_colours_cover_each_program(view_of, hostile_run):
    _, data = view_of(hostile_run, 2)
    programs = [each["code"] for each in data["samples"] if isinstance(each["code"], dict)]
    assert programs
    assert all(2 * sum(each["runs"][1::2]) == len(each["text"].encode("utf-16-le")) for each in programs)


def test_a_failure_is_told_by_what_can_be_counted(view_of, new_rows):
    rows = new_rows("reasons-1")
    rows.run()
    rows.ended(0)
    details = {"exception": "KeyError: 'x'", "wrong": "got: 3", "no_code": "no_code:truncated", "syntax": "<b>: 1"}
    for index, (verdict, detail) in enumerate(details.items()):
        rows.graded(0, "toy/1", index, verdict, detail=detail)
    _, data = view_of(rows.write(), 0)
    assert [each["reason"] for each in data["samples"]] == ["KeyError", "", "truncated", ""]


def test_a_round_without_graded_samples_has_no_browser(view_of, new_rows):
    rows = new_rows("empty-1")
    rows.run()
    rows.ended(1, status="ended")
    view, data = view_of(rows.write(), 1)
    assert view["count"] == 0 and data["samples"] == data["problems"] == []


def test_a_problem_without_its_row_is_shown_without_calls(view_of, new_rows):
    rows = new_rows("bare-2")
    rows.run()
    rows.ended(0)
    rows.graded(0, "toy/1", 0, "wrong")
    _, data = view_of(rows.write(), 0)
    assert (data["problems"][0]["cases"], data["problems"][0]["check"], data["problems"][0]["level"]) == ({}, None, "")


def test_of_many_cases_the_first_and_the_failed_are_told(view_of, new_rows):
    rows = new_rows("cases-1")
    rows.run()
    rows.ended(0)
    rows.problem("toy/1", [{"args": [n], "expected": n} for n in range(30)])
    rows.graded(0, "toy/1", 0, "wrong")
    rows.tables["test_results"] = [
        type(row)(**{name: getattr(row, name) for name in row.__dataclass_fields__} | {"test_idx": row.test_idx * 20})
        for row in rows.tables["test_results"]
    ]
    _, data = view_of(rows.write(), 0)
    assert list(data["problems"][0]["cases"]) == [*map(str, range(10)), "20"]


def test_a_line_is_the_rounds_that_led_to_a_round(facts_of):
    line = line_of(facts_of(4, {4: 1}), 4)
    assert (line.rounds, line.previous) == ((0, 1, 4), 1)
