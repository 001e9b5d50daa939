from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks.training import MOST_POINTS, grouped, smoothed, training


def steps_of(step, losses, **others):
    def fill(rows):
        rows.ended(1)
        for number, loss in enumerate(losses, 1):
            step(rows, number, loss=loss, **others)

    return fill


def facts_in(block):
    return {row["key"]: row["value"] for row in block["facts"]}


def test_every_step_is_a_mark_and_a_smoothed_line_runs_through_them(seen, step):
    block = training(*seen(steps_of(step, [0.6, 0.5, 0.1, 0.4])), 1)
    loss = block["charts"][0]
    raw = [point["value"] for point in loss["points"] if point["series"] == "each step"]
    line = [point["value"] for point in loss["points"] if point["series"] == "smoothed"]
    assert raw == [0.6, 0.5, 0.1, 0.4]
    assert line == pytest.approx([0.55, 0.4, 1 / 3, 0.25])


@given(num_steps=st.integers(0, 5000))
def test_marks_are_few_and_leave_no_step_out(num_steps):
    groups = grouped(range(num_steps))
    assert len(groups) <= MOST_POINTS
    assert [number for group in groups for number in group] == list(range(num_steps))


@given(st.lists(st.none() | st.floats(-9, 9), max_size=40), st.sampled_from([3, 5, 9]))
def test_a_smoothed_line_stays_between_the_values(values, window):
    line, known = smoothed(values, window), [value for value in values if value is not None]
    assert len(line) == len(values)
    assert all(min(known) - 1e-9 <= value <= max(known) + 1e-9 for value in line if value is not None)


def test_steps_that_are_not_finite_are_counted_and_not_drawn(seen, step):
    block = training(*seen(steps_of(step, [0.5, math.nan, math.inf])), 1)
    assert facts_in(block)["not finite"] == "2 steps"
    assert [point["value"] for point in block["charts"][0]["points"][:3]] == [0.5, None, None]


def test_clipped_steps_are_those_above_the_configs_norm(seen, step):
    config = {"train": {"max_grad_norm": 1.0}}
    block = training(*seen(steps_of(step, [0.5, 0.4], grad_norm=1.5), config=config), 1)
    assert facts_in(block)["clipped"] == "2 of 2 steps, to norm 1"


@pytest.mark.parametrize(("epoch", "text"), [(1.0, "1 step, 1 epoch"), (0.5, "1 step, 0.5 epochs")])
def test_epochs_are_counted_in_words_that_fit(seen, step, epoch, text):
    block = training(*seen(steps_of(step, [0.5], epoch=epoch)), 1)
    assert facts_in(block)["steps"] == text
    assert facts_in(block)["speed of a step"].startswith("20.0 tokens of prompts and completions per second")


def test_a_round_without_steps_says_so_by_having_no_charts(seen):
    block = training(*seen(lambda rows: rows.ended(1)), 1)
    assert (block["charts"], block["facts"], block["rows"]) == ([], [], [])


def test_the_base_model_has_no_training(seen):
    assert training(*seen(lambda rows: rows.ended(0), 0), 0) is None
