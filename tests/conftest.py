"""Fixtures of several rooms: a tiny real model, runs on it, samples made by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from forks import ONE_THREAD, Zygote
from hypothesis import settings

from ssd_iter.config.schema import FilterConfig
from ssd_iter.filtering.apply import apply_rules
from ssd_iter.filtering.extraction import facts
from ssd_iter.metrics.by_problem import values_by_problem
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.metrics.maker import Maker
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.rows import write_problems
from ssd_iter.records import TABLES, Execution, Round, Run, Sample
from ssd_iter.run.paths import RunPaths, write_json
from ssd_iter.run.shards import write_shard

settings.register_profile("quiet", deadline=None)  # timings belong in benchmarks/
settings.load_profile("quiet")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real two-layer Llama with random weights and a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|pad|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=CHAT_TEMPLATE,
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=264,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        eos_token_id=fast.eos_token_id,
        pad_token_id=fast.pad_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_config(tiny_model: Path) -> dict[str, Any]:
    """A run of one round on the tiny model: some seconds a stage, one thread, deterministic."""
    return {
        "name": "tiny",
        "rounds": 1,
        "model": {"path": str(tiny_model)},
        "problems": {
            "train": ["fresh:train?n=6&levels=0-1"],
            "evaluate": ["humaneval?n=2", "fresh:test?n=2&levels=0-0"],
            "fresh_seed": 1,
        },
        "sample": {"max_tokens": 16, "temperature": 0.9, "top_k": 50},
        "evaluate": {"num_samples": 2, "max_tokens": 16, "temperature": 0.9, "k": [1, 2]},
        "engine": {"name": "transformers", "dtype": "float32", "shard_size": 4},
        "filter": {"rules": ["empty"]},
        "train": {"learning_rate": 1e-3, "batch_size": 4, "micro_batch_size": 2, "max_length": 2048, "bf16": False},
    }


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Carries out runs and stages in no time, on one thread: where not the starting of processes is what is tested."""
    here = Path(__file__).parent
    address = tmp_path_factory.mktemp("zygote") / "socket"
    process = subprocess.Popen(
        [sys.executable, str(here / "forks" / "zygote.py"), str(address)],
        env=os.environ | ONE_THREAD | {"PYTHONPATH": str(here.parent)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with Zygote(process) as started:
        yield started


@pytest.fixture(scope="session")
def make_sample() -> Callable[..., Sample]:
    """A training sample; keyword arguments replace its fields."""

    def make(completion: str, problem_id: str = "toy/test/1", sample_idx: int = 0, **changes: object) -> Sample:
        fields: dict[str, object] = {
            "run_id": "run",
            "round": 1,
            "purpose": "train",
            "decode_id": "T1-k0-p1-m64",
            "problem_set": "toy",
            "prompt": "",
            "prompt_token_ids": (),
            "completion_token_ids": (),
            "finish_reason": "stop",
            "num_completion_tokens": 0,
            "sampled_from_round": 0,
            "engine": "transformers",
            "seed": 0,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        key = {"completion": completion, "problem_id": problem_id, "sample_idx": sample_idx}
        return Sample(**(fields | key | changes))  # type: ignore[arg-type]

    return make


EVALUATED = {
    "always": ("0012", "0001", "0000"),
    "learned": ("1234", "0112", "0011"),
    "forgotten": ("0123", "0111", "1111"),
    "in_and_out": ("0123", "1212", "0111"),
    "never": ("123-", "1122", "1111"),
}
"""What the four samples of each problem say in rounds 0, 1 and 2: the program that adds this number; 0 is right. A dash
is an answer without code."""
TRAINED = {"easy": ("", "12", "11"), "hard": ("", "1-", "17")}
"""The same of the training samples."""


@pytest.fixture(scope="session")
def written_run(tmp_path_factory: pytest.TempPathFactory, make_sample: Callable[..., Sample]) -> RunPaths:
    """Two rounds after the base as shards: what the samples say is given above, the rest is computed as in any run."""
    paths = RunPaths(tmp_path_factory.mktemp("runs") / "written-1")
    for purpose, problems in (("eval", EVALUATED), ("train", TRAINED)):
        asked = [_adding_nothing(f"toy/{purpose}/{key}", level) for level, key in enumerate(problems)]
        write_problems(paths, purpose, asked)
    for round in range(3):
        samples = {
            purpose: [
                _saying(make_sample, program, i, f"toy/{purpose}/{key}", round, purpose)
                for key, rounds in problems.items()
                for i, program in enumerate(rounds[round])
            ]
            for purpose, problems in (("eval", EVALUATED), ("train", TRAINED))
        }
        judged = [(facts(sample, "f", "entry_point"), sample.completion) for sample in samples["train"]]
        executions = [_executed(sample) for sample in samples["eval"]]
        counts = problem_counts(executions)
        make = Maker(paths.run_id, round)
        rows = {
            "samples": samples["eval"] + samples["train"],
            "filter_verdicts": apply_rules(judged, FilterConfig(rules=("syntax",))),
            "executions": executions,
            "problem_counts": counts,
            "metrics": [
                make.mean(name, "eval", "all", each) for name, each in values_by_problem(counts, (1, 4)).items()
            ],
            "rounds": [_ended(paths.run_id, round)],
        }
        for table, each in rows.items():
            write_shard(paths.shard(table, round, "written"), each, TABLES[table])
    run = Run(
        run_id=paths.run_id, name="written", created_at=WHEN, model="by hand", model_sha256="", rounds=2, seed=0,
        config_digest="", config_json="{}", provenance_json="{}",
    )  # fmt: skip
    write_shard(paths.shard("runs", 0, "written"), [run], Run)
    write_json(paths.resolved, {})
    return paths


WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _adding_nothing(problem_id: str, level: int) -> Problem:
    return Problem(
        problem_id=problem_id, problem_set="toy", split="test", statement="Return x.", starter_code="",
        entry_point="f", cases=(TestCase((1,), 1),), reference="", level=level, source_version="", licence="",
    )  # fmt: skip


def _saying(
    make: Callable[..., Sample], program: str, sample_idx: int, problem_id: str, round: int, purpose: str
) -> Sample:
    text = "I cannot." if program == "-" else f"```python\ndef f(x):\n    return x + {program}\n```"
    length = 10 + sample_idx + 2 * round
    return make(
        text, problem_id=problem_id, sample_idx=sample_idx, run_id="written-1", round=round, purpose=purpose,
        completion_token_ids=tuple(range(length)), num_completion_tokens=length,
        sampled_from_round=round if purpose == "eval" else round - 1,
    )  # fmt: skip


def _executed(sample: Sample) -> Execution:
    known = facts(sample, "f", "entry_point")
    verdict = "no_code" if known.code is None else "pass" if known.code.endswith("x + 0") else "wrong"
    return Execution(
        **{name: getattr(known, name) for name in known.__dataclass_fields__}, verdict=verdict, detail="", num_tests=1,
        num_passed=int(verdict == "pass"), cpu_seconds=0.01, wall_seconds=0.01, max_rss_mb=12.0, attempts=1,
        cached=False, inproc=False, isolation="ns", behaviour_sha256=known.normal_sha256, limits_id="cpu3",
    )  # fmt: skip


def _ended(run_id: str, round: int) -> Round:
    before = round - 1 if round else None
    return Round(
        run_id=run_id, round=round, parent_round=before, sampled_from_round=before, trained_from_round=before,
        data_rounds=(round,) if round else (), status="finished", verdict="OK", started_at=WHEN, finished_at=WHEN,
    )  # fmt: skip
