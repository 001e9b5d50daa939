"""Shards that are gone are seen, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from ssd_iter.run.paths import RunPaths, StageName, write_json, write_text
from stores.missing import missing_shards

DRAWN = {
    0: [(0, "eval", 0), (0, "eval", 1), (1, "train", 0)],
    1: [(1, "eval", 0), (2, "train", 0)],
}
"""What each round's `generate` draws: round, purpose, index. Rounds 0 and 1 have ended, round 2 has not."""
WRITTEN = (
    "samples/round=000/eval-0000", "samples/round=000/eval-0001", "samples/round=001/train-0000",
    "executions/round=000/eval-0000", "executions/round=000/eval-0001", "test_results/round=000/eval-0000",
    "test_results/round=000/eval-0001", "filter_verdicts/round=001/filter", "train_steps/round=001/train",
    "samples/round=001/eval-0000", "executions/round=001/eval-0000", "test_results/round=001/eval-0000",
    "rounds/round=000/round", "rounds/round=001/round",
)  # fmt: skip


@pytest.fixture
def ended(paths: RunPaths) -> RunPaths:
    """Two ended rounds, of which nothing is missing; shards are empty files."""
    for shard in WRITTEN:
        write_text(paths.shards / f"{shard}.parquet", "")
    for round, shards in DRAWN.items():
        asked = [dict(zip(("round", "purpose", "index"), shard, strict=True)) for shard in shards]
        _finish(paths, round, "generate", shards=asked)
        _finish(paths, round, "grade")
    _finish(paths, 1, "filter")
    _finish(paths, 1, "train")
    return paths


def _finish(paths: RunPaths, round: int, stage: StageName, **plan: object) -> None:
    write_json(paths.stage(round, stage).plan, plan)
    write_json(paths.stage(round, stage).done, {"outcome": {"counts": {"steps": 4}}})


def test_nothing_is_missing_where_all_is_there_and_what_an_unended_round_lacks_is_not(ended):
    assert missing_shards(ended) == []


@pytest.mark.parametrize("shard", [shard for shard in WRITTEN if not shard.startswith("rounds")])
def test_a_shard_that_is_gone_is_named_with_the_stage_to_run_again(ended, shard):
    (ended.shards / f"{shard}.parquet").unlink()
    (gone,) = missing_shards(ended)
    assert gone.shard == ended.shards / f"{shard}.parquet"
    assert gone.done.exists()


def test_training_samples_are_drawn_again_by_the_round_whose_model_drew_them(ended):
    ended.shard("samples", 1, "train-0000").unlink()
    assert [gone.done for gone in missing_shards(ended)] == [ended.stage(0, "generate").done]


def test_a_stage_that_is_to_run_again_has_nothing_missing(ended):
    ended.shard("train_steps", 1, "train").unlink()
    ended.stage(1, "train").done.unlink()
    assert missing_shards(ended) == []


def test_a_training_of_no_steps_left_no_rows(ended):
    ended.shard("train_steps", 1, "train").unlink()
    write_json(ended.stage(1, "train").done, {"outcome": {"counts": {"pairs": 0}}})
    assert missing_shards(ended) == []
