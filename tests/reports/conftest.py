"""Runs made of rows alone, written as shards: one small enough to compute by hand, one told with hostile texts."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.facts import Facts
from reports.render import write_index, write_round_report
from ssd_iter.config.schema import LineageConfig
from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.metrics.intervals import mean_interval
from ssd_iter.records import TABLES
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard
from stores.queries import Outcome

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLAIN = Lineage(LineageConfig())
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
    "'user\u202e\u2066# admin only\u2069 \u2066' \u200b\ufeff\u2028 zero\x00nul \x1b[31mred\x1b[0m \x07 \x9b1m",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=1 onerror=alert('mxss')>\">",
    "</script><script>alert('data')</script><!--<script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert('noscript')>\"></p></noscript> ]]> --!>",
    "<object data=https://example.invalid></object><embed src=//example.invalid><audio src=x onerror=alert('audio')>",
    "<svg><animate onbegin=alert('animate') attributeName=x /><use href=https://example.invalid#x /></svg>",
    "<template><script>alert('template')</script></template><input autofocus onfocus=alert('focus')><dialog open>",
    "tags \U000e0041\U000e0100 fillers \u3164\u115f\u034f \u2029 👩\u200d👧 \u05e9\u05dc `${x}` %3Cscript%3E",
)


class Rows:
    """Rows of one run; `write` makes shards of them. Each method fills in what the reports do not look at."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths
        self.tables: dict[str, list[Any]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        self.tables[table].append(TABLES[table](run_id=self.paths.run_id, **values))

    def write(self) -> RunPaths:
        self.tables["problem_counts"] = problem_counts(self.tables["executions"])
        for table, rows in self.tables.items():
            for number in {getattr(row, "round", 0) for row in rows}:
                here = [row for row in rows if getattr(row, "round", 0) == number]
                write_shard(self.paths.shard(table, number, "rows"), here, TABLES[table])
        for row in self.tables["rounds"]:
            self.paths.round(row.round).mkdir(parents=True, exist_ok=True)
        return self.paths

    def run(self, rounds: int = 3, model: str = "smollm2", config: Any = None, provenance: Any = None) -> None:
        documents = {"config_json": json.dumps(config or {}), "provenance_json": json.dumps(provenance or {})}
        fixed = {"model_sha256": "ab" * 32, "config_digest": "cd" * 32, "seed": 7}
        self.add("runs", name="demo", created_at=START, model=model, rounds=rounds, **fixed, **documents)

    def ended(self, round: int, status: str = "finished", lineage: Lineage = PLAIN, verdict: str = "OK") -> None:
        start = START + timedelta(hours=round)
        times = {"started_at": start, "finished_at": start + timedelta(minutes=48)}
        sources = {
            "parent_round": lineage.parent(round),
            "sampled_from_round": lineage.sampled_from(round),
            "trained_from_round": lineage.trained_from(round),
            "data_rounds": tuple(source.round for source in lineage.data_of(round)) if round else (),
        }
        self.add("rounds", round=round, **sources, status=status, verdict=verdict, **times)

    def finding(self, round: int, name: str, severity: str, message: str, **test: Any) -> None:
        """A finding; `test` are the columns of one that rests on a test of a metric."""
        untested = dict.fromkeys(("metric", "reference", "effect", "low", "high", "p")) | {"problems": ()}
        self.add("findings", round=round, name=name, severity=severity, message=message, evidence_json="{}",
                 **untested | test)  # fmt: skip

    def problem(self, problem_id: str, tests: Any, entry_point: str = "solve") -> None:
        texts = ("selector", "statement", "starter_code", "preamble", "reference", "content_sha256", "source_version")
        unknown = ("level", "difficulty", "date", "family", "semantic_key", "time_limit", "memory_mb")
        self.add(
            "problems", round=0, purpose="eval", problem_id=problem_id, problem_set=problem_id.split("/")[0],
            split="test", style="function", entry_point=entry_point, tests_json=json.dumps(tests), licence="",
            statement_in_code=True, tags=(), comparison="exact", inproc=False, **dict.fromkeys(texts, ""),
            **dict.fromkeys(unknown),
        )  # fmt: skip

    def graded(
        self, round: int, problem_id: str, sample_idx: int, verdict: str, text: str = "", detail: str = ""
    ) -> None:
        """One evaluation sample with its execution and its two tests; `text` stands in prompt, completion and code."""
        code = None if verdict == "no_code" else f"def solve(x):\n    # {text}\n    return x + x\n"
        key = {"round": round, "purpose": "eval", "decode_id": DECODE, "problem_id": problem_id}
        key |= {"sample_idx": sample_idx}
        problem_set = problem_id.split("/")[0]
        self.add(
            "samples", **key, problem_set=problem_set, prompt=f"Write solve. {text}", prompt_token_ids=(1, 2),
            completion=f"Here it is.\n```python\n{code}```\n{text}", completion_token_ids=(3, 4), seed=1,
            num_completion_tokens=40 + sample_idx, sampled_from_round=round, engine="transformers", created_at=START,
            finish_reason="stop" if code else "length",
        )  # fmt: skip
        results = {"pass": ("pass", "pass"), "no_code": ()}.get(verdict, ("pass", verdict))
        self.add(
            "executions", **key, problem_set=problem_set, **form_of(code), verdict=verdict, detail=detail,
            num_tests=2, num_passed=results.count("pass"), cpu_seconds=0.1, wall_seconds=0.1, isolation="ns",
            max_rss_mb=12.0, attempts=1, cached=False, inproc=False, limits_id="cpu3",
            behaviour_sha256=verdict if code else None,
        )  # fmt: skip
        for index, result in enumerate(results):
            found = "" if result == "pass" else detail
            self.add("test_results", **key, test_idx=index, verdict=result, detail=found, cpu_seconds=0.1)

    def solved(self, round: int, passes: Sequence[int]) -> None:
        """Two graded samples of each of some problems, of which so many pass, and the scores that this gives."""
        for problem, passed in enumerate(passes):
            for index in range(2):
                self.graded(round, f"toy/{problem}", index, "pass" if index < passed else "wrong")
        self.scores(round, (1, 2))

    def metric(
        self, round: int, name: str, value: float | None, purpose: str = "eval", spread: float | None = None, n: int = 8
    ) -> None:
        """A metric over all problem sets; with `spread`, its interval reaches that far to both sides."""
        low, high = (None, None) if spread is None or value is None else (value - spread, value + spread)
        key = {"round": round, "name": name, "purpose": purpose, "problem_set": "all"}
        self.add("metrics", **key, value=value, low=low, high=high, n=n)

    def scores(self, round: int, ks: Sequence[int]) -> None:
        """The pass@k metrics of the executions added so far, over all problems and by set."""
        passes: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
        for row in self.tables["executions"]:
            if row.round == round:
                for problem_set in ("all", row.problem_set):
                    passes[problem_set][row.problem_id].append(row.verdict == "pass")
        for problem_set, found in passes.items():
            for k in ks:
                values = [pass_at_k(len(each), sum(each), k) for each in found.values()]
                low, high = mean_interval(values, 0) or (None, None)
                key = {"round": round, "name": f"pass_at_{k}", "purpose": "eval", "problem_set": problem_set}
                self.add("metrics", **key, value=sum(values) / len(values), low=low, high=high, n=len(values))


def form_of(code: str | None) -> dict[str, Any]:
    facts = {"non_empty": True, "code": code, "code_sha256": None, "normal_sha256": None}
    facts |= dict.fromkeys(("closed_fence", "parses", "complete"), code is not None)
    return facts | {"extraction": "no_code:truncated" if code is None else "ok"}


def write_reports(paths: RunPaths) -> RunPaths:
    for round in paths.rounds():
        write_round_report(paths, round)
    write_index(paths)
    return paths


@pytest.fixture(scope="session")
def new_rows(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rows]:
    """Makes empty rows of a run in a folder of its own."""
    return lambda run_id: Rows(RunPaths(tmp_path_factory.mktemp("runs") / run_id))


@pytest.fixture(scope="session")
def hand_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """Eight problems of one set, two samples each. Passes in the base: 0 0 0 0 1 1 2 2; in round 1: 2 2 1 1 1 1 2 2."""
    rows = new_rows("hand-1")
    rows.run(config={"notes": "A demo.", "train": {"learning_rate": 1e-4}}, provenance={"model_note": "Made whole."})
    for round, passes in enumerate([(0, 0, 0, 0, 1, 1, 2, 2), (2, 2, 1, 1, 1, 1, 2, 2)]):
        rows.ended(round)
        rows.solved(round, passes)
        rows.metric(round, "extraction_rate", 0.75 + round / 8, spread=0.05)
        rows.metric(round, "generate_seconds", 200.0, "")
        rows.metric(round, "generate_tokens", 50_000.0, "")
    for problem in range(8):
        rows.problem(
            f"toy/{problem}", [{"args": [problem], "expected": 2 * problem}, {"args": [[1]], "expected": None}]
        )
    steps = {"sampled": 40, "non_empty": 39, "closed_fence": 38, "parses": 36, "complete": 37, "kept": 30}
    for name, count in steps.items():
        rows.metric(1, f"num_{name}", float(count), "train")
    rows.metric(1, "train_loss", 0.5, "train")
    rows.metric(1, "train_seconds", 3700.0, "")
    return rows.write()


@pytest.fixture(scope="session")
def rollback_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """Rounds 0 to 3, then round 4 follows round 1, from which it differs in the problems 2 and 3."""
    rows = new_rows("back-1")
    rows.run(rounds=4)
    passes = [(0, 0, 0, 0, 1, 1, 2, 2), (2, 2, 1, 1, 1, 1, 2, 2), (0,) * 8, (0,) * 7 + (1,), (2, 2, 2, 2, 1, 1, 2, 2)]
    for round, solved in enumerate(passes):
        rows.ended(round, lineage=Lineage(LineageConfig(), {4: 1}))
        rows.solved(round, solved)
        rows.metric(round, "extraction_rate", 0.5 + round / 10)
        rows.metric(round, "num_sampled", 40.0)
    where = {"round": 4, "stage": "", "created_at": START, "payload_json": "{}"}
    rows.add("events", **where, kind="rolled_back", message="round 4 follows round 1")
    return write_reports(rows.write())


@pytest.fixture(scope="session")
def facts_of(new_rows: Callable[[str], Rows]) -> Callable[..., Facts]:
    """The facts of a run of rounds alone; `ended` are those that no model came out of."""

    def make(rounds: int, rollbacks: Mapping[int, int] = {}, ended: Sequence[int] = (), **knobs: Any) -> Facts:
        rows, config = new_rows("made-1"), LineageConfig(**knobs)
        rows.run(config={"lineage": config.model_dump()})
        for round in range(rounds + 1):
            rows.ended(round, "ended" if round in ended else "finished", lineage=Lineage(config, rollbacks))
        (run,), ended_rounds = rows.tables["runs"], tuple(rows.tables["rounds"])
        outcomes = tuple(Outcome(r, "T0.6", "toy", "toy/1", 2, 1) for r in range(rounds + 1) if r not in ended)
        return Facts(
            run=run, rounds=ended_rounds, metrics={}, outcomes=outcomes, findings=(), verdict_tallies=(),
            drop_tallies=(), engines=(), isolations=(),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def long_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """The index of 32 rounds with three rollbacks, two of them into abandoned rounds; all samples drawn by the base."""
    rows, config = new_rows("long-1"), LineageConfig(sample_from="base")
    rows.run(rounds=32, config={"lineage": config.model_dump()})
    for round in range(33):
        rows.ended(round, lineage=Lineage(config, {9: 5, 18: 8, 25: 14}))
        rows.solved(round, (round % 3, round % 2, 1))
    write_index(rows.write())
    return rows.paths


@pytest.fixture(scope="session")
def hostile_texts() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_run(new_rows: Callable[[str], Rows]) -> RunPaths:
    """A run after two of three rounds, with reports; every text a model or a user wrote is hostile."""
    return write_reports(tell_story(new_rows("demo \"><img src=x onerror=alert('folder')> #1%20"), HOSTILE))


def tell_story(rows: Rows, texts: Sequence[str]) -> RunPaths:
    """Two rounds after the base, two problem sets, every kind of row; `texts` go wherever a text can be."""
    dice = random.Random(5)
    config = {"notes": f"A learning rate for a demo only. {texts[0]}", "train": {"lora": {"rank": 16}, "seeds": [1, 2]}}
    note = f"A Q4_1 file made whole again: its numbers are not the original's. {texts[1]}"
    rows.run(
        model=f"smollm2 {texts[5]}",
        config=config,
        provenance={"model_note": note, "git": {"dirty": False}, texts[2]: texts[3]},
    )
    chances = {f"humaneval/test/{n}": 0.02 + 0.3 * dice.random() ** 3 for n in range(30)}
    chances |= {f"fresh/test/{n:02d}": 0.1 + 0.5 * dice.random() for n in range(20)}
    chances |= {f"{texts[8]}/test/{n}": 0.5 for n in range(4)}
    for number, problem_id in enumerate(chances):
        cases = [{"args": [number, [1, 2]], "expected": 2}, {"args": [texts[number % len(texts)]], "expected": "x"}]
        rows.problem(problem_id, cases if problem_id.startswith("fresh") else {"check": texts[number % len(texts)]})
    for round, lift in enumerate((1.0, 1.9, 1.95)):
        rows.ended(round)
        _evaluate(rows, round, {name: chance * lift for name, chance in chances.items()}, dice, texts)
        _measure(rows, round)
        where = {"round": round, "stage": "generate", "created_at": START + timedelta(hours=round, minutes=5)}
        rows.add("events", **where, kind="finished", message=f"generate finished {texts[4]}", payload_json="{}")
    message = f"Extraction fell below 80%. {texts[8]}"
    rows.finding(2, "low_extraction", "warning", message)
    numbers = {"effect": 0.052, "low": 0.031, "high": 0.073, "p": 0.0005}
    rows.finding(
        2, "warn", "warning", f"pass@1 fell. {texts[1]}", metric="pass_at_1", reference=f"round 1 {texts[2]}",
        problems=tuple(texts[3:5]), **numbers,
    )  # fmt: skip
    return rows.write()


def _evaluate(rows: Rows, round: int, chances: dict[str, float], dice: random.Random, texts: Sequence[str]) -> None:
    failures, weights = ("wrong", "exception", "no_code", "timeout:cpu", "syntax"), (60, 18, 9, 3, 6)
    for number, (problem_id, chance) in enumerate(chances.items()):
        for index in range(4):
            verdict = "pass" if dice.random() < chance else dice.choices(failures, weights)[0]
            text = texts[(number + index) % len(texts)]
            rows.graded(round, problem_id, index, verdict, text, "" if verdict == "pass" else f"expected 4, got {text}")
    rows.scores(round, (1, 4))


def _measure(rows: Rows, round: int) -> None:
    steps = {"sampled": 200, "non_empty": 199, "closed_fence": 186 - 4 * round, "parses": 176, "complete": 180}
    for purpose in ("train", "eval") if round else ("eval",):
        for name, count in steps.items():
            rows.metric(round, f"num_{name}", float(count), purpose)
        rows.metric(round, "extraction_rate", 0.93 - 0.02 * round, purpose, 0.03)
        rows.metric(round, "truncation_rate", 0.1, purpose, 0.02)
        rows.metric(round, "mean_completion_tokens", 182.4 - 11 * round, purpose, 12.0)
        rows.metric(round, "simpson_diversity", 0.86 - 0.04 * round, purpose, 0.03)
        rows.metric(round, "repetition_rate", 0.04 + 0.01 * round, purpose)
        rows.metric(round, "distinct_2", 0.31 - 0.02 * round, purpose)
        rows.metric(round, "compression_ratio", 3.4 + 0.2 * round, purpose)
    for name, value in {"unique_at_4": 3.21, "unique_correct_at_4": 0.74, "behaviours_at_4": 2.1}.items():
        rows.metric(round, name, value - 0.2 * round, spread=0.1)
    for name in ("correct_diversity", "behaviour_diversity", "drift_auc_base"):
        rows.metric(round, name, 0.6 if round else None, spread=0.05)
    for stage, seconds in {"generate": 612.4, "grade": 48.7}.items():
        rows.metric(round, f"{stage}_seconds", seconds, "")
    rows.metric(round, "generate_tokens", 112_430.0, "")
    if round:
        rows.metric(round, "num_kept", 170.0, "train")
        rows.metric(round, "train_loss", 0.412 - 0.05 * round, "train")
        for index, reason in enumerate(["syntax"] * 4 + ["stub"] * 2 + ["empty"]):
            key = {"round": round, "purpose": "train", "decode_id": DECODE, "problem_id": f"fresh/train/{index}"}
            rows.add(
                "filter_verdicts", **key, sample_idx=0, problem_set="fresh", **form_of(None), keep=False, reason=reason
            )
