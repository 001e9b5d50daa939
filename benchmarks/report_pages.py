"""What reports cost: `python benchmarks/report_pages.py [--overview 1000000] [--out FILE.json]`.

Bars: the page of a round of 10,000 evaluation samples in 3 s and 6 MB, and 1 s until its sample browser can be used;
the overview of a run of 1,000,000 samples in 30 s and 1 GB; the same bytes when written again. Runs are made of rows in
a database. A completion is one half of each of two recorded ones (820 of SmolLM2 on HumanEval, tests/data), so that few
are alike; its code is about as long. Each page is written twice, by a process of its own: `first_seconds` hold the
late imports and the start of what draws charts, `seconds` do not, as in a run, whose process writes page after page.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from reports.render import write_index, write_round_report
from ssd_iter.config.load import validate
from ssd_iter.metrics.registry import REGISTRY
from ssd_iter.run.paths import RunPaths
from stores.connection import open_database
from stores.schema import migrate

RECORDED = Path(__file__).parents[1] / "tests" / "data" / "smollm2_humaneval.jsonl.gz"
CONFIG = {
    "name": "large",
    "model": {"path": "smollm2-135m-instruct"},
    "problems": {"train": ["fresh:train?n=100"], "evaluate": ["humaneval"], "fresh_seed": 1},
}
BARS = {
    "round": {"seconds": 3.0, "megabytes": 6.0, "interactive_seconds": 1.0},
    "overview": {"first_seconds": 30.0, "peak_megabytes": 1000.0},
}

FILL = """
CREATE TEMP TABLE drawn AS
SELECT round, purpose, problem, sample_idx, hash(round, purpose, problem, sample_idx) AS dice,
       left(one.text, one.text.length() // 2) || right(two.text, two.text.length() // 2) AS completion
FROM range($rounds) AS r(round), (VALUES ('eval'), ('train')) AS p(purpose), range($problems) AS q(problem),
     range($samples) AS s(sample_idx)
JOIN recorded AS one ON one.place = hash(round, purpose, problem, sample_idx, 1) % $recorded
JOIN recorded AS two ON two.place = hash(round, purpose, problem, sample_idx, 2) % $recorded
WHERE purpose = 'eval' OR (round > 0 AND $trained);

INSERT INTO samples BY NAME
SELECT 'large' AS run_id, round, purpose, 'T0.6-k20-p0.95-m384' AS decode_id, 'made/test/' || problem AS problem_id,
       sample_idx, 'made' AS problem_set, repeat('Write a function. ', 40) || problem AS prompt, completion,
       range(120)::INTEGER[] AS prompt_token_ids, range(120)::INTEGER[] AS completion_token_ids,
       if(dice % 8 = 0, 'length', 'stop') AS finish_reason, 60 + dice % 300 AS num_completion_tokens,
       round AS sampled_from_round, 'transformers' AS engine, 1 AS seed, TIMESTAMP '2026-11-21' AS created_at
FROM drawn;

CREATE TEMP TABLE judged AS
SELECT 'large' AS run_id, round, purpose, 'T0.6-k20-p0.95-m384' AS decode_id, 'made/test/' || problem AS problem_id,
       sample_idx, 'made' AS problem_set, true AS non_empty, dice % 9 > 0 AS closed_fence, dice % 11 > 0 AS parses,
       if(dice % 9 > 0, 'ok', 'no_code:truncated') AS extraction, dice % 8 > 0 AS complete,
       if(dice % 9 > 0, replace(completion, '```', ''), NULL) AS code, sha256(completion) AS code_sha256,
       sha256(left(completion, 60)) AS normal_sha256,
       CASE WHEN dice % 9 = 0 THEN 'no_code' WHEN hash(dice) % 100 < hash(problem) % 40 + 2 * round THEN 'pass'
            WHEN dice % 7 = 0 THEN 'exception' ELSE 'wrong' END AS verdict, dice
FROM drawn;

INSERT INTO executions BY NAME
SELECT * EXCLUDE dice, if(verdict = 'pass', '', if(verdict = 'exception', 'KeyError: ', 'got ') || dice) AS detail,
       10 AS num_tests, if(verdict = 'pass', 10, dice % 10) AS num_passed, 0.1 AS cpu_seconds, 0.1 AS wall_seconds,
       12.0 AS max_rss_mb, 1 AS attempts, false AS cached, false AS inproc, 'ns' AS isolation,
       md5(verdict || dice % 5) AS behaviour_sha256, 'cpu3' AS limits_id
FROM judged WHERE purpose = 'eval';

INSERT INTO test_results BY NAME
SELECT run_id, round, purpose, decode_id, problem_id, sample_idx, test_idx,
       if(test_idx < num_passed, 'pass', verdict) AS verdict, if(test_idx < num_passed, '', detail) AS detail,
       0.1 AS cpu_seconds
FROM executions, range(10) AS t(test_idx) WHERE verdict <> 'no_code' AND test_idx <= num_passed;

INSERT INTO filter_verdicts BY NAME
SELECT * EXCLUDE (verdict, dice), parses AND extraction = 'ok' AS keep, if(keep, NULL, 'syntax') AS reason
FROM judged WHERE purpose = 'train';

INSERT INTO problems BY NAME
SELECT 'large' AS run_id, 0 AS round, 'eval' AS purpose, 'made/test/' || problem AS problem_id, 'made' AS problem_set,
       'test' AS split, 'function' AS style, 'solve' AS entry_point, problem % 6 AS level, []::VARCHAR[] AS tags,
       to_json([{args: [i, problem], expected: i * problem, visible: i < 3} FOR i IN range(10)])::VARCHAR AS tests_json
FROM range($problems) AS q(problem);

INSERT INTO rounds BY NAME
SELECT 'large' AS run_id, round, nullif(round - 1, -1) AS parent_round, nullif(round - 1, -1) AS sampled_from_round,
       nullif(round - 1, -1) AS trained_from_round, if(round > 0, [round], [])::INTEGER[] AS data_rounds,
       'finished' AS status, 'OK' AS verdict, TIMESTAMP '2026-11-21' + to_hours(round) AS started_at,
       TIMESTAMP '2026-11-21' + to_hours(round + 1) AS finished_at
FROM range($rounds) AS r(round);

INSERT INTO metrics BY NAME
SELECT run_id, round, 'pass_at_' || k AS name, 'eval' AS purpose, problem_set, pass_at_k AS value,
       pass_at_k - 0.01 AS low, pass_at_k + 0.01 AS high, num_problems AS n
FROM v_pass_at_k WHERE purpose = 'eval' AND k IN (1, 10);

INSERT INTO metrics BY NAME
SELECT 'large' AS run_id, round, name, purpose, 'all' AS problem_set, 0.5 + round / 50 AS value, 0.4 AS low,
       0.8 AS high, 100 AS n
FROM range($rounds) AS r(round), measured;

INSERT INTO problem_counts BY NAME
SELECT run_id, round, purpose, decode_id, problem_set, problem_id, count(*) AS n,
       count(*) FILTER (WHERE verdict = 'pass') AS c, count(code) AS extracted, [count(code)]::INTEGER[] AS classes,
       [c]::INTEGER[] AS correct_classes, [count(code)]::INTEGER[] AS behaviour_classes
FROM executions GROUP BY ALL;

INSERT INTO train_steps BY NAME
SELECT 'large' AS run_id, round, step, step / 100 AS epoch, 1 / (1 + step) AS loss, 1.0 AS grad_norm,
       1e-4 AS learning_rate, 4000 AS num_tokens, 900.0 AS tokens_per_second
FROM range(1, $rounds) AS r(round), range(100) AS s(step);
"""


def make_run(paths: RunPaths, rounds: int, problems: int, samples: int, trained: bool) -> None:
    """A run's database, filled with rows; `samples` evaluation samples a problem and round, and as many to train on."""
    with gzip.open(RECORDED, "rt") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    measured = [(spec.name, purpose) for spec in REGISTRY if "<k>" not in spec.name for purpose in spec.purposes]
    sizes = {"rounds": rounds, "problems": problems, "samples": samples}
    parameters: dict[str, Any] = {**sizes, "recorded": len(texts), "trained": trained}
    for round in range(rounds):
        paths.round(round).mkdir(parents=True)
    with open_database(paths.database, 1) as connection:
        migrate(connection)
        connection.register("recorded", pa.table({"place": range(len(texts)), "text": texts}))
        connection.register("measured", pa.Table.from_pylist([{"name": n, "purpose": p} for n, p in measured]))
        for statement in FILL.split(";\n"):
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
            if statement.strip():
                connection.execute(statement, used)
        config = validate(CONFIG, "the benchmark").model_dump_json()
        known = {
            "run_id": "large", "name": "large", "model": "smollm2", "model_sha256": "ab" * 32, "rounds": rounds - 1,
            "seed": 7, "config_digest": "cd" * 32, "config_json": config, "provenance_json": "{}",
            "created_at": datetime(2026, 11, 21),
        }  # fmt: skip
        connection.execute(
            f"INSERT INTO runs ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})", list(known.values())
        )


def write_page(folder: str, page: str) -> dict[str, Any]:
    """Write one page twice, in this process."""
    paths = RunPaths(Path(folder))
    seconds, digests = [], set()
    for _ in range(2):
        began = time.perf_counter()
        written = write_index(paths) if page == "index" else write_round_report(paths, int(page))
        seconds.append(time.perf_counter() - began)
        digests.add(hashlib.sha256(written.read_bytes()).hexdigest())
    return {
        "first_seconds": seconds[0],
        "seconds": seconds[1],
        "peak_megabytes": peak_megabytes(),
        "megabytes": written.stat().st_size / 1e6,
        "same_bytes": len(digests) == 1,
        "page": str(written),
    }


def peak_megabytes() -> float:
    """Of this process since its program was started; getrusage would count the parent that it was forked from."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def interactive_seconds(page: str) -> float | None:
    """From navigation until the sample browser can be used: the median of five loads; None without a Chromium."""
    executable = shutil.which("chromium")
    if executable is None:
        return None
    from playwright.sync_api import sync_playwright

    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            tab = browser.new_page()
            tab.goto(Path(page).as_uri())
            tab.wait_for_selector("#browser:not([hidden])")
            times.append(tab.evaluate("performance.getEntriesByName('samples-ready')[0].startTime") / 1000)
            tab.close()
        browser.close()
    return statistics.median(times)


def measure(page: str, **sizes: Any) -> dict[str, Any]:
    """Make a run, write one of its pages in a fresh process, and open it."""
    with tempfile.TemporaryDirectory() as folder:
        paths = RunPaths(Path(folder) / "large")
        make_run(paths, **sizes)
        command = [sys.executable, __file__, "--here", str(paths.root), page]
        found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        written = found.pop("page")
        return found if page == "index" else found | {"interactive_seconds": interactive_seconds(written)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--overview", type=int, default=1_000_000, help="samples of the run whose overview is made")
    parser.add_argument("--out", type=Path, help="JSON file for the numbers")
    parser.add_argument("--here", nargs=2, metavar=("RUN", "PAGE"), help="write one page in this process; prints JSON")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(write_page(*given.here)))
        return
    found = {
        "round": measure("3", rounds=4, problems=250, samples=40, trained=True),
        "overview": measure("index", rounds=10, problems=given.overview // 100, samples=10, trained=False),
    }
    for name, numbers in found.items():
        for measured, value in numbers.items():
            bar = BARS[name].get(measured)
            text = "not measured" if value is None else f"{value:,.2f}" if isinstance(value, float) else value
            print(f"{name:10} {measured:22} {text:>10}{f'   (at most {bar:g})' if bar else ''}")
    if given.out:
        given.out.write_text(json.dumps(found, indent=2) + "\n")
    bars = [(name, measured, bar) for name, bars in BARS.items() for measured, bar in bars.items()]
    missed = [f"{name}: {measured}" for name, measured, bar in bars if (found[name][measured] or 0) > bar]
    if missed or not all(numbers["same_bytes"] for numbers in found.values()):
        raise SystemExit(f"missed: {', '.join(missed) or 'the same bytes'}")


if __name__ == "__main__":
    main()
