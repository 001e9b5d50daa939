"""One small round by hand.

Evaluation: problem a of set left (pass, wrong), b of left (pass, pass), c of right (no_code, wrong).
Training: four samples of one set, of which three are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from math import isfinite
from typing import Any

import pytest

from ssd_iter.metrics.drift import Written
from ssd_iter.metrics.registry import FIDELITY, REGISTRY, spec_of
from ssd_iter.metrics.round_metrics import RoundRows, round_metrics
from ssd_iter.records import Metric

EVALUATED = [
    ("left", "a", 0, "pass"), ("left", "a", 1, "wrong"), ("left", "b", 0, "pass"), ("left", "b", 1, "pass"),
    ("right", "c", 0, "no_code"), ("right", "c", 1, "wrong"),
]  # fmt: skip
KEYS = [field.name for field in fields(Written)]
NO_CODE: dict[str, Any] = {
    "closed_fence": False, "extraction": "no_code:truncated", "parses": False, "complete": False, "code": None,
    "code_sha256": None, "normal_sha256": None, "behaviour_sha256": None,
}  # fmt: skip


def written(num_tokens: int, first: int) -> dict[str, Any]:
    """A completion that says as many different words as it has tokens."""
    ids = tuple(range(first, first + num_tokens))
    text = " ".join(f"word{i}" for i in ids)
    return {"num_completion_tokens": num_tokens, "completion_token_ids": ids, "completion": text}


@pytest.fixture(scope="module")
def rows(
    make_execution: Callable[..., Any],
    make_verdict: Callable[..., Any],
    make_sample: Callable[..., Any],
    make_step: Callable[..., Any],
) -> RoundRows:
    keys = [{"problem_set": s, "problem_id": p, "sample_idx": i} for s, p, i, _ in EVALUATED]
    verdicts = [verdict for *_, verdict in EVALUATED]
    trained = [{"problem_set": "drill", "problem_id": f"t{i}"} for i in range(4)]
    return RoundRows(
        run_id="run",
        round=1,
        samples=[
            *(make_sample(**key, **written(10 * (i + 1), i)) for i, key in enumerate(keys)),
            *(make_sample(**key, purpose="train", **written(7, 0)) for key in trained),
        ],
        filter_verdicts=[
            make_verdict(**key, keep=i > 0, reason=None if i else "stub") for i, key in enumerate(trained)
        ],
        executions=[
            make_execution(**key, verdict=verdict, **(NO_CODE if verdict == "no_code" else {"normal_sha256": str(i)}))
            for i, (key, verdict) in enumerate(zip(keys, verdicts, strict=True))
        ],
        train_steps=[make_step(step=1, loss=2.0, num_tokens=30), make_step(step=2, loss=1.0, num_tokens=10)],
        num_train_pairs=3,
        stage_seconds={"filter": 1.5, "train": 9.0, "generate": 4.0, "grade": 2.0},
        stage_tokens={"train": 40, "generate": 238},
    )


def values(metrics: list[Metric]) -> dict[tuple[str, str, str], float | None]:
    return {(metric.name, metric.purpose, metric.problem_set): metric.value for metric in metrics}


def test_the_numbers_are_those_worked_out_by_hand(rows):
    found = values(round_metrics(rows, [1, 2]))
    by_hand = {
        ("pass_at_1", "eval", "all"): (0.5 + 1 + 0) / 3,
        ("pass_at_1", "eval", "left"): 0.75,
        ("pass_at_1", "eval", "right"): 0,
        ("pass_at_2", "eval", "all"): 2 / 3,
        ("pass_at_2", "eval", "left"): 1,
        ("num_sampled", "eval", "all"): 6,
        ("num_sampled", "eval", "right"): 2,
        ("num_closed_fence", "eval", "all"): 5,
        ("num_parses", "eval", "right"): 1,
        ("num_complete", "eval", "right"): 1,
        ("extraction_rate", "eval", "all"): 5 / 6,
        ("truncation_rate", "eval", "right"): 0.5,
        ("mean_completion_tokens", "eval", "all"): 35,
        ("mean_completion_tokens", "eval", "left"): 25,
        ("mean_completion_tokens", "train", "all"): 7,
        ("simpson_diversity", "eval", "left"): 1,
        ("correct_diversity", "eval", "all"): 1,
        ("behaviour_diversity", "eval", "all"): 0,
        ("unique_at_2", "eval", "all"): (2 + 2 + 1) / 3,
        ("unique_correct_at_2", "eval", "all"): (1 + 2 + 0) / 3,
        ("behaviours_at_2", "eval", "right"): 1,
        ("repetition_rate", "eval", "all"): 0,
        ("near_duplicate_rate", "train", "all"): 1,
        ("num_sampled", "train", "all"): 4,
        ("num_kept", "train", "drill"): 3,
        ("num_train_pairs", "train", "all"): 3,
        ("train_loss", "train", "all"): (2 * 30 + 1 * 10) / 40,
        ("grade_seconds", "", "all"): 2,
        ("generate_tokens", "", "all"): 238,
    }
    assert {key: found[key] for key in by_hand} == pytest.approx(by_hand)


def test_every_row_is_of_the_registry_with_a_purpose_it_allows(rows):
    for metric in round_metrics(rows, [1, 2, 5]):
        assert metric.purpose in spec_of(metric.name).purposes
        assert (metric.run_id, metric.round) == ("run", 1)


def test_a_whole_round_has_every_metric_of_the_registry_but_those_of_the_train_stage(rows):
    names = {metric.name for metric in round_metrics(rows, [2])}
    assert names == {spec.name.replace("<k>", "2") for spec in REGISTRY if spec not in FIDELITY}


def test_no_two_rows_say_the_same_thing(rows):
    metrics = round_metrics(rows, [1, 2, 5])
    assert len(values(metrics)) == len(metrics)


def test_fractions_are_fractions_and_intervals_hold_their_value(rows):
    for metric in round_metrics(rows, [1, 2]):
        if spec_of(metric.name).unit == "fraction" and metric.value is not None:
            assert 0 <= metric.value <= 1
        if metric.low is not None:
            assert metric.low <= metric.value <= metric.high


def test_pass_at_k_is_undefined_where_one_problem_has_too_few_graded_samples(rows):
    failed = [replace(row, verdict="sandbox_error") if row.problem_id == "c" else row for row in rows.executions[:-1]]
    found = values(round_metrics(replace(rows, executions=[*failed, rows.executions[-1]]), [1, 2, 5]))
    assert found["pass_at_2", "eval", "left"] == 1
    assert found["pass_at_2", "eval", "right"] is found["pass_at_2", "eval", "all"] is None
    assert found["pass_at_1", "eval", "all"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert all(value is None for (name, _, _), value in found.items() if name == "pass_at_5")


def test_pass_at_k_is_undefined_where_the_sandbox_failed_on_a_whole_problem(rows):
    failed = [replace(row, verdict="sandbox_error") if row.problem_id == "b" else row for row in rows.executions]
    found = values(round_metrics(replace(rows, executions=failed), [1]))
    assert found["pass_at_1", "eval", "all"] is found["pass_at_1", "eval", "left"] is None
    assert found["pass_at_1", "eval", "right"] == 0


def test_every_value_is_a_number_or_none_even_where_the_loss_is_not(rows, make_step):
    for loss in (float("nan"), float("inf")):
        metrics = round_metrics(replace(rows, train_steps=[make_step(), make_step(loss=loss)]), [1])
        assert all(metric.value is None or isfinite(metric.value) for metric in metrics)


def test_round_0_has_no_training_numbers(rows):
    samples = [sample for sample in rows.samples if sample.purpose == "eval"]
    base = replace(
        rows,
        round=0,
        samples=samples,
        filter_verdicts=[],
        train_steps=[],
        stage_seconds={},
        stage_tokens={},
        num_train_pairs=None,
    )
    assert {metric.purpose for metric in round_metrics(base, [1])} == {"eval"}


def test_a_round_that_ended_before_it_was_evaluated_has_no_accuracy(rows):
    samples = [sample for sample in rows.samples if sample.purpose == "train"]
    ended = replace(
        rows, samples=samples, executions=[], train_steps=[], stage_seconds={"filter": 1.0}, stage_tokens={}
    )
    assert {metric.purpose for metric in round_metrics(ended, [1])} == {"train", ""}


def test_the_numbers_do_not_depend_on_the_order_of_the_rows(rows):
    turned = replace(rows, samples=rows.samples[::-1], executions=rows.executions[::-1])
    assert values(round_metrics(turned, [1, 2])) == pytest.approx(values(round_metrics(rows, [1, 2])))


def test_samples_drawn_to_look_again_are_not_evaluated_with_the_others(rows):
    again = [replace(row, purpose="resample", verdict="pass") for row in rows.executions]
    drawn = [replace(sample, purpose="resample") for sample in rows.samples if sample.purpose == "eval"]
    more = replace(rows, executions=[*rows.executions, *again], samples=[*rows.samples, *drawn])
    assert values(round_metrics(more, [1, 2])) == values(round_metrics(rows, [1, 2]))


def test_one_training_sample_a_problem_has_no_diversity(rows):
    (found,) = (
        m
        for m in round_metrics(rows, [1])
        if (m.name, m.purpose) == ("simpson_diversity", "train")
        if m.problem_set == "all"
    )
    assert (found.value, found.n) == (None, 0)


def test_training_samples_of_one_problem_are_compared(rows):
    verdicts = [
        replace(row, problem_id="one", sample_idx=i, normal_sha256=None if i else "n", code=f"f({i}")
        for i, row in enumerate(rows.filter_verdicts)
    ]
    found = values(round_metrics(replace(rows, filter_verdicts=verdicts), [1]))
    assert found["simpson_diversity", "train", "drill"] == 1


def test_round_0_has_followed_no_round(rows):
    drifts = [m for m in round_metrics(rows, [1]) if m.name.startswith("drift")]
    assert [(m.value, m.low, m.n) for m in drifts] == [(None, None, 0)] * 2


def test_drift_is_from_the_base_and_from_the_round_before(rows):
    base = [Written(**{name: getattr(s, name) for name in KEYS}) for s in rows.samples if s.purpose == "eval"]
    far = [replace(row, completion="quite another text") for row in base]
    found = values(round_metrics(replace(rows, base_samples=base, parent_samples=far), [1]))
    assert found["drift_auc_base", "eval", "all"] == 0.5 != found["drift_auc_previous", "eval", "all"]
    both = values(round_metrics(replace(rows, base_samples=far, parent_samples=far), [1]))
    assert both["drift_auc_base", "eval", "all"] == found["drift_auc_previous", "eval", "all"]


def test_later_rounds_look_at_as_much_text_as_the_first(rows):
    earlier = round_metrics(replace(rows, round=0), [1])
    fewer = replace(rows, round=2, samples=rows.samples[4:], earlier_metrics=earlier)
    alone, after = values(round_metrics(replace(fewer, earlier_metrics=[]), [1])), values(round_metrics(fewer, [1]))
    assert alone["vendi_score", "eval", "all"] is not None and after["vendi_score", "eval", "all"] is None
    assert after["distinct_2", "eval", "all"] is not None
    shorter = replace(fewer, samples=rows.samples[:3])
    assert values(round_metrics(shorter, [1]))["distinct_2", "eval", "all"] is None


def test_problems_with_unequal_numbers_of_samples_are_no_trouble(rows):
    found = values(round_metrics(replace(rows, executions=rows.executions[:3], samples=rows.samples[:1]), [1, 2]))
    assert found["unique_at_2", "eval", "all"] is None and found["simpson_diversity", "eval", "all"] == 1
    assert found["distinct_2", "eval", "all"] is not None and found["vendi_score", "eval", "all"] is None


def test_a_round_without_anything_has_no_metrics():
    empty = RoundRows("run", 1, [], [], [], [], None, {})
    assert round_metrics(empty, [1, 5]) == []
