"""What the shared samples of a real model are known to score; see tests/data/README.md."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import mean

import pytest

from ssd_iter.execution.levels import resolve_isolation
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.filtering.extraction import facts
from ssd_iter.grading.evaluation import grade
from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.problems import humaneval

DATA = Path(__file__).parents[1] / "data" / "smollm2_humaneval.jsonl.gz"
LIMITS = Limits(cpu_seconds=1.0)  # what passes takes a tenth of this; two loop for ever


@pytest.fixture(scope="module")
def problems():
    return {problem.problem_id: problem for problem in humaneval.load()}


@pytest.fixture(scope="module")
def samples(make_sample):
    rows = [json.loads(line) for line in gzip.decompress(DATA.read_bytes()).decode().split("\n") if line]
    return [
        make_sample(
            row["text"],
            row["task_id"].replace("HumanEval/", "humaneval/test/"),
            row["sample_idx"],
            finish_reason=row["finish_reason"],
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def known(samples, problems):
    """Facts by rule, in the order of the samples."""
    rules = ("entry_point", "last")
    return {rule: [facts(s, problems[s.problem_id].entry_point, rule) for s in samples] for rule in rules}


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox(resolve_isolation("auto"), 2)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def verdicts(samples, problems, known, sandbox):
    """Verdict by problem and code; what both rules extract is run once."""
    differing = [s for s, one, other in zip(samples, *known.values(), strict=True) if one.code != other.code]
    found = {}
    for rule, to_grade in (("entry_point", samples), ("last", differing)):
        for execution, _ in grade(to_grade, problems, rule=rule, limits=LIMITS, sandbox=sandbox):
            found[execution.problem_id, execution.code] = execution.verdict
    return found


def test_what_their_form_tells(known):
    rows = known["entry_point"]
    assert len(rows) == 820
    assert Counter(row.extraction for row in rows) == {"ok": 720, "no_code:truncated": 99, "no_code:none": 1}
    assert sum(row.code is not None and not row.parses for row in rows) == 55
    assert sum(not row.complete for row in rows) == 105


@pytest.mark.parametrize(
    ("rule", "passes", "pass_at_1", "pass_at_5"),
    [("entry_point", 41, 0.0500, 0.0976), ("last", 35, 0.0427, 0.0793)],
)
def test_what_they_score(known, verdicts, problems, rule, passes, pass_at_1, pass_at_5):
    passed = Counter(row.problem_id for row in known[rule] if verdicts[row.problem_id, row.code] == "pass")
    assert passed.total() == passes
    scores = [mean(pass_at_k(5, passed[problem], k) for problem in problems) for k in (1, 5)]
    assert scores == pytest.approx([pass_at_1, pass_at_5], abs=5e-5)


def test_no_program_is_the_sandboxs_fault(verdicts):
    assert "sandbox_error" not in verdicts.values()
