from __future__ import annotations

from typing import get_args, get_origin, get_type_hints

from ssd_iter.records import FilterVerdict, ProblemCounts, ProblemRow, TrainStep
from ssd_iter.run.shards import write_shard
from stores.round_queries import (
    read_dropped_samples,
    read_largest_memory,
    read_lengths,
    read_problem_counts,
    read_problem_forms,
    read_train_steps,
    read_traits,
)
from stores.snapshot import open_snapshot

RUN = "demo-1"


def row(row_type, **values):
    """A row of a table with nothing, or nothing much, in all the fields that are not given."""
    empty = {int: 0, float: 0.0, bool: False, tuple: ()}
    hints = get_type_hints(row_type)
    fields = {
        name: None if type(None) in get_args(hint) else empty.get(get_origin(hint) or hint, "")
        for name, hint in hints.items()
    }
    return row_type(**fields | {"run_id": RUN} | values)


def asked(paths, read, *parameters):
    with open_snapshot(paths) as connection:
        return read(connection, RUN, *parameters)


def test_a_store_without_the_tables_rows_has_no_answers(paths, write_graded):
    write_graded("toy-1", "pass")
    assert asked(paths, read_problem_counts, [0]) == asked(paths, read_train_steps, 0) == []
    assert asked(paths, read_traits, 0) == asked(paths, read_dropped_samples, 0, 3, 9) == []
    assert asked(paths, read_largest_memory, 7) is None


def test_counts_of_a_second_look_are_left_out(paths):
    sizes = {"n": 2, "c": 1, "extracted": 2, "classes": (2,), "correct_classes": (1,), "behaviour_classes": (1, 1)}
    for purpose in ("eval", "resample"):
        rows = [row(ProblemCounts, round=1, purpose=purpose, problem_id="toy-1", **sizes)]
        write_shard(paths.shard("problem_counts", 1, purpose), rows, ProblemCounts)
    (found,) = asked(paths, read_problem_counts, [0, 1])
    assert (found.purpose, list(found.classes)) == ("eval", [2])


def test_steps_come_in_their_order(paths):
    numbers = {"epoch": 1.0, "loss": 0.5, "grad_norm": 1.0, "learning_rate": 0.1, "num_tokens": 9}
    rows = [row(TrainStep, round=1, step=step, tokens_per_second=2.0, **numbers) for step in (2, 10, 1)]
    write_shard(paths.shard("train_steps", 1, "train"), rows, TrainStep)
    assert [step.step for step in asked(paths, read_train_steps, 1)] == [1, 2, 10]


def test_lengths_and_forms_are_told_by_round_and_purpose(paths, write_graded):
    write_graded("toy-1", "pass", "wrong", round=1)
    write_graded("toy-2", None, round=1, purpose="train")
    write_graded("toy-1", "pass", round=2)
    tallies = [
        (row.round, row.purpose, row.num_tokens, row.num_samples, row.num_cut)
        for row in asked(paths, read_lengths, [1])
    ]
    assert tallies == [(1, "eval", 3, 2, 0), (1, "train", 3, 1, 0)]
    (form,) = asked(paths, read_problem_forms, [1])
    assert (form.problem_id, form.truncation_rate, form.mean_completion_tokens) == ("toy-1", 0.0, 3.0)
    assert asked(paths, read_largest_memory, 1) == 12.0


def test_a_problems_kind_is_what_was_known_when_the_round_ended(paths):
    for round, level in ((0, 1), (2, 5)):
        problem = row(
            ProblemRow, round=round, purpose="eval", problem_id="toy-1", split="test", style="stdin", level=level
        )
        write_shard(paths.shard("problems", round, "eval"), [problem], ProblemRow)
    assert [traits.level for traits in asked(paths, read_traits, 1)] == [1]
    assert [(traits.level, traits.family) for traits in asked(paths, read_traits, 2)] == [(5, None)]


def test_dropped_samples_are_the_same_few_of_each_reason_every_time(paths, write_graded):
    write_graded("toy-1", *[None] * 9, round=1, purpose="train")
    key = {"round": 1, "purpose": "train", "decode_id": "T0.6", "problem_id": "toy-1"}
    dropped = [
        row(FilterVerdict, **key, sample_idx=index, keep=reason is None, reason=reason)
        for index, reason in enumerate(["syntax"] * 6 + ["stub"] * 2 + [None])
    ]
    write_shard(paths.shard("filter_verdicts", 1, "train"), dropped, FilterVerdict)
    found = asked(paths, read_dropped_samples, 1, 3, 7)
    assert [sample.reason for sample in found] == ["stub"] * 2 + ["syntax"] * 3
    assert {sample.excerpt for sample in found} == {"def add"} and found == asked(paths, read_dropped_samples, 1, 3, 7)
