"""Token pairs: what is learnt and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.records import FilterVerdict, Sample
from ssd_iter.run.lineage import DataSource
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard
from ssd_iter.training.training_set import IGNORED, collate, excerpt, make_pair, read_training_set

KEY = {"run_id": "r", "round": 1, "purpose": "train", "decode_id": "d", "problem_set": "fresh"}


def sample(problem_id: str, prompt: tuple = (1, 2), completion: tuple = (3, 4, 5), **key: object) -> Sample:
    return Sample(
        **KEY | {"problem_id": problem_id, "sample_idx": 0} | key,
        prompt="",
        completion="",
        prompt_token_ids=prompt,
        completion_token_ids=completion,
        finish_reason="stop",
        num_completion_tokens=len(completion),
        sampled_from_round=0,
        engine="vllm",
        seed=0,
        created_at=datetime.now(UTC),
    )


def verdict(problem_id: str, keep: bool) -> FilterVerdict:
    facts = {"non_empty": True, "closed_fence": True, "extraction": "ok", "parses": True, "complete": True}
    hashes = {"code": None, "code_sha256": None, "normal_sha256": None, "reason": None}
    return FilterVerdict(**KEY, problem_id=problem_id, sample_idx=0, **facts, **hashes, keep=keep)


ids = st.lists(st.integers(0, 99), min_size=1, max_size=20).map(tuple)


@given(prompt=ids, completion=ids)
def test_a_pair_is_prompt_and_completion_and_only_the_completion_is_learnt(prompt: tuple, completion: tuple) -> None:
    pair = make_pair(sample("a", prompt, completion))
    assert pair.input_ids == prompt + completion
    assert pair.labels == (IGNORED,) * len(prompt) + completion


@given(prompt=ids, completion=ids, max_tokens=st.integers(2, 50))
def test_an_excerpt_is_one_piece_around_the_start_of_the_completion(
    prompt: tuple, completion: tuple, max_tokens: int
) -> None:
    pair = make_pair(sample("a", prompt, completion))
    before = min(len(prompt), max_tokens // 2)
    begin = len(prompt) - before
    part = excerpt(pair, max_tokens)
    assert part.input_ids == pair.input_ids[begin : begin + max_tokens]
    assert part.labels == ((IGNORED,) * before + completion)[:max_tokens]


def test_only_kept_training_samples_are_trained_on(tmp_path: Path) -> None:
    paths = RunPaths(tmp_path)
    samples = [sample("kept"), sample("dropped", (7,)), sample("kept", (8,), purpose="eval")]
    write_shard(paths.shard("samples", 1, "train-0000"), samples, Sample)
    verdicts = [verdict("kept", True), verdict("dropped", False)]
    write_shard(paths.shard("filter_verdicts", 1, "f"), verdicts, FilterVerdict)
    assert read_training_set(paths, (DataSource(1),), 100, seed=0).pairs == (make_pair(samples[0]),)


def test_pairs_longer_than_max_length_are_left_out_and_counted(tmp_path: Path) -> None:
    paths = RunPaths(tmp_path)
    write_shard(paths.shard("samples", 1, "t"), [sample("a"), sample("b", (1,), (2,))], Sample)
    write_shard(paths.shard("filter_verdicts", 1, "f"), [verdict("a", True), verdict("b", True)], FilterVerdict)
    found = read_training_set(paths, (DataSource(1),), 4, seed=0)
    assert ([pair.input_ids for pair in found.pairs], found.num_too_long) == ([(1, 2)], 1)


def test_padding_is_on_the_right_and_never_learnt() -> None:
    rows = [{"input_ids": [1, 2, 3], "labels": [IGNORED, 2, 3]}, {"input_ids": [4], "labels": [4]}]
    batch = collate(rows, pad_token_id=9)
    assert batch["input_ids"].tolist() == [[1, 2, 3], [4, 9, 9]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[IGNORED, 2, 3], [4, IGNORED, IGNORED]]
