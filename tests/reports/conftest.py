"""Runs made of rows alone, written as shards: one with the shape of a real run and hostile texts, one to compute by hand."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.intervals import mean_interval
from ssd_iter.records import (
    TABLES,
    Event,
    Execution,
    FilterVerdict,
    Finding,
    Metric,
    ProblemRow,
    Round,
    Run,
    Sample,
    TestResult,
)
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DECODE = "T0.6-k20-p0.95-m384"

HOSTILE = (
    "</pre></details></main><script>alert('script')</script>",
    "<img src=x onerror=\"alert('img')\"><svg onload=alert('svg')></svg>",
    "<iframe srcdoc=\"<script>parent.alert('iframe')</script>\"></iframe><base href='https://example.invalid/'>",
    "</title></style><style>@import url(https://example.invalid/x.css); body { display: none }</style>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'><link rel=stylesheet href=//example.invalid>",
    "<form action=https://example.invalid><button>x</button></form><a href=\"javascript:alert('link')\">link</a>",
    "'\" onmouseover=alert('attribute') x='\" <details open ontoggle=alert('toggle')>",
    "{{ report.run.id }} {% raw %} ${alert('template')} &lt;b&gt; &#x3c;",
    "access = 'user\u202e\u2066# admin only\u2069 \u2066' \u200b\ufeff\u2028 zero\x00nul \x1b[31mred\x1b[0m \x07 \x9b1m",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=1 onerror=alert('mxss')>\">",
)


@dataclasses.dataclass
class Rows:
    """Rows of a run, by table; `write` makes shards of them."""

    paths: RunPaths
    tables: dict[str, list[Any]] = dataclasses.field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **values: Any) -> None:
        self.tables[table].append(TABLES[table](run_id=self.paths.run_id, **values))

    def write(self) -> RunPaths:
        for table, rows in self.tables.items():
            for number in {getattr(row, "round", 0) for row in rows}:
                here = [row for row in rows if getattr(row, "round", 0) == number]
                write_shard(self.paths.shard(table, number, "rows"), here, TABLES[table])
        for row in self.tables["rounds"]:
            self.paths.round(row.round).mkdir(parents=True, exist_ok=True)
        return self.paths

    def run(self, rounds: int, **values: Any) -> None:
        self.add("runs", **{
            "name": "demo", "created_at": START, "model": "tiny", "model_sha256": "ab" * 32, "rounds": rounds, "seed": 7,
            "config_digest": "cd" * 32, "config_json": "{}", "provenance_json": "{}", **values,
        })  # fmt: skip

    def ended(self, round: int, status: str = "finished") -> None:
        start = START + timedelta(hours=round)
        self.add("rounds", round=round, parent_round=round - 1 if round else None, status=status, started_at=start,
                 finished_at=start + timedelta(minutes=48))  # fmt: skip

    def problem(self, problem_id: str, **values: Any) -> None:
        self.add("problems", **{
            "round": 0, "purpose": "eval", "problem_id": problem_id, "problem_set": problem_id.split("/")[0], "split": "test",
            "style": "function", "statement": "", "starter_code": "", "entry_point": "solve", "preamble": "", "reference": "",
            "tests_json": "[]", "level": None, "family": None, "content_sha256": "", "semantic_key": None,
            "source_version": "1", "licence": "MIT", **values,
        })  # fmt: skip

    def graded(self, round: int, problem_id: str, sample_idx: int, verdict: str, **values: Any) -> None:
        """One evaluation sample with its execution and its tests."""
        key = {"round": round, "purpose": "eval", "decode_id": DECODE, "problem_id": problem_id, "sample_idx": sample_idx}
        problem_set = problem_id.split("/")[0]
        code = None if verdict == "no_code" else values.get("code", "def solve(x):\n    return x\n")
        self.add("samples", **key, **{
            "problem_set": problem_set, "prompt": "Write solve.", "completion": f"```python\n{code}```",
            "prompt_token_ids": (1, 2), "completion_token_ids": (3, 4), "finish_reason": "stop" if code else "length",
            "num_completion_tokens": 2, "sampled_from_round": round, "engine": "transformers", "seed": 1, "created_at": START,
            **{name: value for name, value in values.items() if name in ("prompt", "completion", "num_completion_tokens")},
        })  # fmt: skip
        self.add("executions", **key, problem_set=problem_set, non_empty=True, closed_fence=bool(code),
                 extraction="ok" if code else "no_code:truncated", parses=bool(code), complete=bool(code), code=code,
                 code_sha256=None, normal_sha256=None, verdict=verdict, detail=values.get("detail", ""), num_tests=2,
                 num_passed={"pass": 2, "wrong": 1}.get(verdict, 0), cpu_seconds=0.1, wall_seconds=0.1, isolation="bwrap")  # fmt: skip
        for index, result in enumerate({"pass": ("pass", "pass"), "no_code": ()}.get(verdict, ("pass", verdict))):
            self.add("test_results", **key, test_idx=index, verdict=result, detail=values.get("detail", "") if index else "")

    def metric(self, round: int, name: str, value: float | None, purpose: str = "eval", problem_set: str = "all",
               low: float | None = None, high: float | None = None, n: int = 0) -> None:  # fmt: skip
        self.add("metrics", round=round, name=name, purpose=purpose, problem_set=problem_set, value=value, low=low, high=high, n=n)

    def scores(self, round: int, ks: Sequence[int]) -> None:
        """The pass@k metrics of the executions added so far."""
        rows = [row for row in self.tables["executions"] if row.round == round]
        for problem_set in {"all", *(row.problem_set for row in rows)}:
            passes = defaultdict(list)
            for row in rows:
                if problem_set in ("all", row.problem_set):
                    passes[row.problem_id].append(row.verdict == "pass")
            for k in ks:
                values = [pass_at_k(len(found), sum(found), k) for found in passes.values()]
                low, high = mean_interval(values, 0) or (None, None)
                self.metric(round, f"pass_at_{k}", sum(values) / len(values), "eval", problem_set, low, high, len(values))


@pytest.fixture(scope="session")
def new_rows(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rows]:
    """Makes empty rows of a run in a folder of its own."""
    return lambda run_id: Rows(RunPaths(tmp_path_factory.mktemp("runs") / run_id))


@pytest.fixture(scope="session")
def hand_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """Four problems, two samples each, two rounds. Solve rates: base 0, 0, 1/2, 1; round 1: 1, 1/2, 1/2, 1."""
    rows = new_rows("hand-1")
    rows.run(rounds=3, config_json=json.dumps({"notes": "A demo.", "train": {"learning_rate": 1e-4}}))
    solved = {0: (0, 0, 1, 2), 1: (2, 1, 1, 2)}
    for round, counts in solved.items():
        rows.ended(round)
        for problem, count in enumerate(counts):
            for index in range(2):
                rows.graded(round, f"toy/{problem}", index, "pass" if index < count else "wrong")
        rows.scores(round, (1, 2))
        rows.metric(round, "extraction_rate", 0.75 + round / 8, n=8)
        rows.metric(round, "generate_seconds", 200.0, "")
        rows.metric(round, "generate_tokens", 50_000.0, "")
    for problem in range(4):
        tests = [{"args": [problem], "expected": problem, "visible": True}, {"args": [[1, "a"]], "expected": None, "visible": False}]
        rows.problem(f"toy/{problem}", tests_json=json.dumps(tests))
    for name, value in {"sampled": 40, "non_empty": 39, "closed_fence": 38, "parses": 36, "complete": 37, "kept": 30}.items():
        rows.metric(1, f"num_{name}", value, "train", n=40)
    rows.metric(1, "train_loss", 0.5, "train", n=3)
    return rows.write()


@pytest.fixture(scope="session")
def story_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """A run as it may look after two of three rounds; every text a model or a user wrote is hostile somewhere."""
    return tell_story(new_rows("demo-2026-11-21-090000"))


def tell_story(rows: Rows, last: int = 2, hostile: bool = True) -> RunPaths:
    dice = random.Random(5)
    texts = HOSTILE if hostile else ("Here is the function you asked for.",)
    config = {
        "name": "demo", "rounds": 3, "seed": 7, "notes": "The learning rate is far above the paper's: a demo only. " + texts[0],
        "model": {"path": "smollm2-135m-instruct"}, "evaluate": {"num_samples": 4, "temperature": 0.6, "k": [1, 4]},
        "problems": {"train": ["fresh:train?n=48"], "evaluate": ["humaneval", "fresh:test?n=24"]},
        "train": {"learning_rate": 1e-4, "method": "full", "lora": {"rank": 16}},
    }  # fmt: skip
    provenance = {
        "model_note": "The weights are a Q4_1 file made whole again: their numbers are not the original's.",
        "versions": {"ssd-iter": "0.1.0", "torch": "2.9.0", "python": "3.11.7"}, "git": {"commit": "0" * 40, "dirty": False},
        "command": ["ssd-iter", "run", texts[-1]],
    }  # fmt: skip
    rows.run(rounds=3, model="smollm2-135m-instruct", config_json=json.dumps(config), provenance_json=json.dumps(provenance))
    problems = [(f"humaneval/test/{n}", 0.02 + 0.3 * dice.random() ** 3) for n in range(40)]
    problems += [(f"fresh/test/{n:02d}", 0.1 + 0.5 * dice.random()) for n in range(24)]
    for number, (problem_id, _) in enumerate(problems):
        tests = {"check": "def check(candidate):\n    assert candidate(2) == 4\n    assert candidate([]) is None\n"}
        cases = [{"args": [number, [1, 2]], "expected": number, "visible": True}, {"args": [texts[number % len(texts)]], "expected": "x", "visible": False}]
        rows.problem(problem_id, tests_json=json.dumps(tests if problem_id.startswith("human") else cases), entry_point="double")
    for round in range(last + 1):
        _tell_round(rows, round, problems, dice, texts)
    rows.add("findings", round=last, name="low_extraction", severity="warning", message=f"Extraction fell below 80%. {texts[8 % len(texts)]}",
             evidence_json="{}")  # fmt: skip
    return rows.write()


def _tell_round(rows: Rows, round: int, problems: list[tuple[str, float]], dice: random.Random, texts: Sequence[str]) -> None:
    rows.ended(round)
    lift = (1.0, 1.9, 1.95)[min(round, 2)]
    for number, (problem_id, chance) in enumerate(problems):
        for index in range(4):
            failure = dice.choices(("wrong", "exception", "no_code", "timeout:cpu", "syntax"), (60, 18, 9, 3, 6))[0]
            verdict = "pass" if dice.random() < min(0.95, chance * lift) else failure
            text = texts[(number + index) % len(texts)]
            code = f"def double(x: int) -> int:\n    # {text}\n    total = 0\n    for _ in range(2):\n        total += x\n    return total\n"
            rows.graded(round, problem_id, index, verdict, code=code, num_completion_tokens=dice.randint(40, 384),
                        prompt=f"<|im_start|>user\nComplete this function: double the number. {text}<|im_end|>\n<|im_start|>assistant\n",
                        completion=f"Sure, here it is.\n```python\n{code}```\nIt adds x twice. {text}",
                        detail="" if verdict == "pass" else f"expected 4, got 5 {text}")  # fmt: skip
    rows.scores(round, (1, 4))
    for purpose in ("train", "eval") if round else ("eval",):
        sampled = 48 if purpose == "train" else 4 * len(problems)
        shares = {"sampled": 1.0, "non_empty": 0.995, "closed_fence": 0.93 - 0.02 * round, "parses": 0.88, "complete": 0.9, "kept": 0.85}
        for name, share in shares.items():
            if name != "kept" or purpose == "train":
                rows.metric(round, f"num_{name}", float(int(share * sampled)), purpose, n=sampled)
        rate = shares["closed_fence"]
        rows.metric(round, "extraction_rate", rate, purpose, "all", rate - 0.03, rate + 0.025, sampled)
        rows.metric(round, "truncation_rate", 0.1, purpose, "all", 0.08, 0.13, sampled)
        rows.metric(round, "mean_completion_tokens", 182.4 - 11 * round, purpose, "all", 170.0 - 11 * round, 195.5 - 11 * round, sampled)
        rows.metric(round, "unique_solutions", 3.61 - 0.3 * round, purpose, "all", 3.4 - 0.3 * round, 3.8 - 0.3 * round, len(problems))
    if round:
        rows.metric(round, "train_loss", 0.412 - 0.05 * round, "train", n=12)
        for index, reason in enumerate(["syntax"] * 4 + ["stub"] * 2 + ["empty"]):
            rows.add("filter_verdicts", round=round, purpose="train", decode_id=DECODE, problem_id=f"fresh/train/{index}", sample_idx=0,
                     problem_set="fresh", non_empty=True, closed_fence=True, extraction="ok", parses=False, complete=True, code="x",
                     code_sha256=None, normal_sha256=None, keep=False, reason=reason)  # fmt: skip
    for stage, seconds in {"generate": 612.4, "filter": 1.2, "train": 1904.0, "grade": 48.7}.items():
        if round or stage in ("generate", "grade"):
            rows.metric(round, f"{stage}_seconds", seconds, "")
    rows.metric(round, "generate_tokens", 112_430.0, "")
    if round:
        rows.metric(round, "train_tokens", 8_120.0, "")
    for stage in ("generate", "grade"):
        rows.add("events", round=round, stage=stage, kind="finished", message=f"{stage} finished {texts[round % len(texts)]}", payload_json="{}",
                 created_at=START + timedelta(hours=round, minutes=5))  # fmt: skip
