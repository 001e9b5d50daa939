"""Divergences between models, and where they are measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.training.fidelity import choose_contexts, count_positions, log_probabilities, mean_kl
from ssd_iter.training.training_set import IGNORED, TrainingPair

rows = st.lists(st.lists(st.floats(-30, 30), min_size=5, max_size=5), min_size=1, max_size=4)


def make_pair(prompt: int, completion: int) -> TrainingPair:
    ids = tuple(i % 250 for i in range(prompt + completion))
    return TrainingPair(ids, (IGNORED,) * prompt + ids[prompt:])


def log_softmax(logits: list) -> Any:
    import torch

    return torch.tensor(logits).log_softmax(-1)


def test_a_divergence_is_in_bits_and_from_the_second_to_the_first() -> None:
    p, q = log_softmax([[0.0, 0.0]]), log_softmax([[math.log(0.25), math.log(0.75)]])
    assert mean_kl([p], [q]) == pytest.approx(0.5 * math.log2(0.5 / 0.25) + 0.5 * math.log2(0.5 / 0.75))
    assert mean_kl([p, p, p, q], [p, p, p, p]) == pytest.approx(mean_kl([q], [p]) / 4)


@given(rows, st.data())
def test_it_is_what_torch_computes_and_never_negative(logits: list, data: st.DataObject) -> None:
    import torch

    p, q = log_softmax(logits), log_softmax(data.draw(st.permutations(logits)))
    expected = torch.nn.functional.kl_div(q.double(), p.double(), log_target=True, reduction="none").sum(-1).mean()
    assert mean_kl([p], [q]) == pytest.approx(float(expected) / math.log(2), rel=1e-4, abs=1e-5)
    assert mean_kl([p], [q]) >= 0 == mean_kl([p], [p])


@pytest.mark.parametrize("overflow", [float("inf"), float("nan")])
def test_it_is_undefined_where_a_copy_overflows_and_where_there_is_nothing(overflow: float) -> None:
    p = log_softmax([[0.0, 1.0]])
    assert mean_kl([p], [log_softmax([[0.0, overflow]])]) is mean_kl([], []) is None


def test_it_is_measured_on_a_few_pairs_cut_to_the_start_of_their_completion() -> None:
    contexts = choose_contexts([make_pair(2, 5), make_pair(1000, 1000), make_pair(3, 600), *[make_pair(1, 1)] * 9])
    assert [len(context.input_ids) for context in contexts] == [7, 256, 256, 2]
    assert contexts[1] == TrainingPair(
        *(part[872:1128] for part in (make_pair(1000, 1000).input_ids, make_pair(1000, 1000).labels))
    )
    assert count_positions(contexts) == 5 + 128 + 253 + 1


def test_distributions_are_those_of_the_tokens_that_are_learnt(tiny_model: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.bfloat16).train()
    contexts = [make_pair(4, 3), make_pair(2, 6)]
    found = log_probabilities(model, contexts)
    assert [tuple(f.shape) for f in found] == [(3, 264), (6, 264)] and not model.training
    ids = torch.tensor([contexts[0].input_ids])
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(model(ids).logits[0, 3:-1].float(), ids[0, 4:])
    assert found[0].dtype == torch.float32
    assert float(loss) == pytest.approx(-float(found[0].gather(1, ids[0, 4:, None]).mean()), rel=1e-5)
