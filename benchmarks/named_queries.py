"""What the named queries take on a large run: `python benchmarks/named_queries.py [--problems 10000] [--out FILE]`.

Bar: 2 s each on 1,000,000 samples. The run is made up of rows, as shards that are taken in like any: 10 rounds of 10
evaluation samples a problem, drawn from 12 programs a problem (those of benchmarks/metrics.py), and one training sample
a problem and round. A query is timed whole, from opening the run to its rows in Python, in a process that has asked the
same before; beside it a page of `ssd-iter samples`.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from metrics import NOW, NUM_KINDS, NUM_ROUNDS, NUM_SAMPLES, program

from ssd_iter.metrics.registry import REGISTRY
from ssd_iter.records import Metric, ProblemRow, Round
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import schema_of, write_shard
from stores.connection import open_memory
from stores.named_queries import named_queries
from stores.run_store import RunStore
from stores.sample_pages import Wanted, read_page
from stores.sql_console import run_query

BAR_SECONDS = 2.0

DRAWN = """
CREATE TABLE drawn AS
WITH asked AS (
    SELECT 'eval' AS purpose, range AS sample_idx FROM range({num_samples})
    UNION ALL SELECT 'train', 0 WHERE {round} > 0
),
chosen AS (
    SELECT *, (hash(problem, sample_idx, purpose, {round}) % (12 - {round}))::BIGINT AS kind
    FROM range({problems}) AS p(problem), asked
)
SELECT 'made' AS run_id, {round}::BIGINT AS round, purpose, 'T1-k0-p1-m384' AS decode_id,
    'made/test/' || problem AS problem_id, sample_idx::BIGINT AS sample_idx, 'made' AS problem_set, kind, code,
    sha256(code) AS sha, parses
FROM chosen JOIN programs USING (problem, kind)
"""
KEY = "run_id, round, purpose, decode_id, problem_id, sample_idx, problem_set"
FORM = f"""
SELECT {KEY}, true AS non_empty, true AS closed_fence, 'ok' AS extraction, parses, true AS complete, code,
    sha AS code_sha256, CASE WHEN parses THEN sha END AS normal_sha256
"""
SAMPLES = f"""
SELECT {KEY}, repeat('Write a function. ', 16) AS prompt,
    'Here is a function in ' || sample_idx || ' words.' || chr(10) || code AS completion,
    range(20)::INTEGER[] AS prompt_token_ids, range(40)::INTEGER[] AS completion_token_ids, 'stop' AS finish_reason,
    (100 + hash(sha) % 200)::BIGINT AS num_completion_tokens, round AS sampled_from_round, 'made' AS engine,
    1::BIGINT AS seed, TIMESTAMP '2026-11-21' AS created_at
FROM drawn
"""
VERDICTS = (
    f"{FORM}, parses AS keep, CASE WHEN NOT parses THEN 'syntax' END AS reason FROM drawn WHERE purpose = 'train'"
)
EXECUTIONS = f"""
{FORM}, CASE WHEN NOT parses THEN 'syntax' WHEN kind % 3 = 0 THEN 'wrong' ELSE 'pass' END AS verdict, '' AS detail,
    3::BIGINT AS num_tests, 3::BIGINT AS num_passed, 0.1 AS cpu_seconds, 0.1 AS wall_seconds, 12.0 AS max_rss_mb,
    1::BIGINT AS attempts, false AS cached, false AS inproc, 'ns' AS isolation, sha AS behaviour_sha256,
    'made' AS limits_id
FROM drawn WHERE purpose = 'eval'
"""
RESULTS = """
SELECT run_id, round, purpose, decode_id, problem_id, sample_idx, unnest(range(3)) AS test_idx, 'pass' AS verdict,
    '' AS detail, 0.03 AS cpu_seconds
FROM drawn WHERE purpose = 'eval'
"""
TABLES = {"samples": SAMPLES, "filter_verdicts": VERDICTS, "executions": EXECUTIONS, "test_results": RESULTS}


def make_run(paths: RunPaths, num_problems: int) -> None:
    """Shards of the whole run, a table and round each, and the database made of them."""
    pairs = [(problem, kind) for problem in range(num_problems) for kind in range(NUM_KINDS)]
    programs = pa.table(
        {
            "problem": [problem for problem, _ in pairs],
            "kind": [kind for _, kind in pairs],
            "code": [program(problem, kind, kind != 0) for problem, kind in pairs],
            "parses": [kind != 0 for _, kind in pairs],
        }
    )
    with open_memory() as connection:
        connection.register("programs", programs)
        for round in range(NUM_ROUNDS):
            connection.execute("DROP TABLE IF EXISTS drawn")
            connection.execute(DRAWN.format(round=round, problems=num_problems, num_samples=NUM_SAMPLES))
            for table, sql in TABLES.items():
                target = paths.shard(table, round, "made")
                target.parent.mkdir(parents=True, exist_ok=True)
                connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    write_small_tables(paths, num_problems)
    RunStore(paths).rebuild()


def write_small_tables(paths: RunPaths, num_problems: int) -> None:
    """Problems, rounds, and every metric there is of every round."""
    empty = {field.name: None if field.nullable else "" for field in schema_of(ProblemRow)}
    rows = [
        ProblemRow(
            **empty
            | {"run_id": "made", "round": 0, "purpose": "eval", "problem_id": f"made/test/{problem}", "tags": ()}
            | {"problem_set": "made", "style": "function", "level": problem % 6, "inproc": False}
            | {"statement_in_code": False}
        )
        for problem in range(num_problems)
    ]
    write_shard(paths.shard("problems", 0, "eval"), rows, ProblemRow)
    for round in range(NUM_ROUNDS):
        before = round - 1 if round else None
        row = Round(
            run_id="made", round=round, parent_round=before, sampled_from_round=before, trained_from_round=before,
            data_rounds=(), status="finished", verdict="OK", started_at=NOW, finished_at=NOW,
        )  # fmt: skip
        write_shard(paths.shard("rounds", round, "round"), [row], Round)
        metrics = [
            Metric(
                run_id="made", round=round, name=spec.name.replace("<k>", "1"), purpose=purpose, problem_set="all",
                value=0.5, low=0.4, high=0.6, n=num_problems,
            )
            for spec in REGISTRY
            for purpose in spec.purposes
        ]  # fmt: skip
        write_shard(paths.shard("metrics", round, "round"), metrics, Metric)


def seconds(action: Callable[[], object]) -> float:
    """Of the second time."""
    action()
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--problems", type=int, default=10_000)
    parser.add_argument("--out", type=Path, help="JSON file for the numbers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = RunPaths(Path(folder) / "made")
        began = time.perf_counter()
        make_run(paths, given.problems)
        ((samples,),) = run_query(paths, "SELECT count(*) FROM samples").rows
        size = paths.database.stat().st_size >> 20
        print(f"{samples:,} samples made in {time.perf_counter() - began:.0f} s, {size} MiB")
        table = {
            query.name: seconds(lambda query=query: run_query(paths, query.sql, query.parameters({})))
            for query in named_queries()
        }
        wanted = Wanted(round=3, verdict="fail", flipped=True, condition="num_completion_tokens > 200")
        table["a page of samples"] = seconds(lambda: read_page(paths, wanted, 20, 100))
    for name, took in table.items():
        print(f"{name:20} {took:6.2f} s{'  above the bar' if took > BAR_SECONDS else ''}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if given.out:
        given.out.write_text(json.dumps({"samples": samples, "seconds": table}, indent=2))


if __name__ == "__main__":
    main()
