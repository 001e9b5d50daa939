from __future__ import annotations

from ssd_iter.config.schema import DecodeConfig, EvaluateConfig, TrainConfig


def test_training_defaults_to_the_papers_optimizer(paper):
    train, facts = TrainConfig(), paper["training"]
    assert [train.adam_beta1, train.adam_beta2] == facts["betas"]
    assert (train.learning_rate, train.min_learning_rate) == (facts["peak_lr"], facts["min_lr"])
    assert (train.weight_decay, train.batch_size) == (facts["weight_decay"], facts["global_batch_size"])
    assert train.max_length == facts["sequence_length"]


def test_nothing_is_tempered_or_truncated_by_default():
    assert DecodeConfig().decode_id == "T1-k0-p1-m1024"


def test_evaluation_draws_enough_for_each_k_by_default():
    assert max(EvaluateConfig().k) <= EvaluateConfig().num_samples
