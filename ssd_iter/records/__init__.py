"""All row types: what a run knows, one dataclass a table.

Stages write them as Parquet shards (`ssd_iter.run.shards`), the store ingests them into DuckDB
tables of the same names and columns. Fields ending in `_json` hold one JSON document. `TABLES`
maps each table name to its row type.
"""

from __future__ import annotations

from ssd_iter.records.numbers import Event, Finding, Metric, ProblemCounts, TrainStep
from ssd_iter.records.runs import ProblemRow, Round, Run
from ssd_iter.records.samples import (
    Execution,
    ExtractionFacts,
    FilterVerdict,
    Sample,
    SampleKey,
    TestResult,
    sample_key,
)
from ssd_iter.records.words import ExtractionStatus, FinishReason, Purpose, RoundStatus, RoundVerdict, Severity, Verdict

__all__ = [
    "TABLES",
    "Event",
    "Execution",
    "ExtractionFacts",
    "ExtractionStatus",
    "FilterVerdict",
    "Finding",
    "FinishReason",
    "Metric",
    "ProblemCounts",
    "ProblemRow",
    "Purpose",
    "Round",
    "RoundStatus",
    "RoundVerdict",
    "Run",
    "Sample",
    "SampleKey",
    "Severity",
    "TestResult",
    "TrainStep",
    "Verdict",
    "sample_key",
]

TABLES: dict[str, type] = {
    "runs": Run,
    "rounds": Round,
    "problems": ProblemRow,
    "samples": Sample,
    "filter_verdicts": FilterVerdict,
    "executions": Execution,
    "test_results": TestResult,
    "train_steps": TrainStep,
    "metrics": Metric,
    "problem_counts": ProblemCounts,
    "findings": Finding,
    "events": Event,
}
