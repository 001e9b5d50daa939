"""What the store adds to the row types: the columns that are a view's own, and the tables about the database itself."""

from __future__ import annotations

from collections.abc import Mapping

_CHANGES: Mapping[str, str] = {
    "solved_before": "Evaluation samples that passed in the round that this one follows.",
    "solved_now": "Those that passed in this round.",
    "gained": "The second less the first: below 0, fewer passed.",
}

VIEWS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "v_rounds": (
        ("rounds",),
        {
            "status": "Whether a model came out of it; NULL until the round ends, as are `parent_round`, `verdict`.",
            "pass_at_1": "Evaluation samples, all problem sets together: mean over problems, a fraction.",
            "pass_at_1_low": "Lower end of its 95 % interval over problems.",
            "pass_at_1_high": "Its upper end.",
            "largest_k": "The largest k of `evaluate.k`.",
            "pass_at_largest_k": "pass@k for that k; NULL where a problem has fewer than k graded samples.",
            "extraction_rate": "Share of evaluation samples with a closed code fence, a fraction.",
            "truncation_rate": "Share of evaluation samples that `max_tokens` cut off, a fraction.",
            "simpson_diversity": "The chance that two evaluation samples of one problem are different programs.",
            "num_kept": "Training samples that the filter kept.",
            "train_loss": "Nats per trained token, over all steps of the round.",
        },
    ),
    "v_pass_at_k": (
        ("samples",),
        {
            "problem_set": "A problem set's name, or `all` for all problems together.",
            "k": "From 1 to the most graded samples that any problem of the set has.",
            "pass_at_k": "Mean over problems, a fraction; NULL where any problem has fewer than k graded samples.",
            "num_problems": "Problems that have samples.",
            "num_graded": "Their samples that count.",
            "num_ungraded": "Those that do not: `sandbox_error`, or not executed yet.",
        },
    ),
    "v_changes": (("samples", "rounds"), _CHANGES),
    "v_flips": (("samples", "rounds"), _CHANGES),
    "v_samples": (
        ("samples", "filter_verdicts", "executions"),
        {
            "keep": "The filter kept it for training; NULL of evaluation samples.",
            "reason": "Why the filter dropped it; NULL where it did not.",
            "verdict": "How running it ended; NULL of training samples, and until it was run.",
            "num_tests": "Tests the problem has; NULL where `verdict` is, as are the columns after it.",
        },
    ),
}
"""For each view, the tables whose columns it passes on, and what its other columns mean."""

LEDGERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ingested_shards": (
        "The shards the database holds, each taken in once.",
        {
            "shard": "Its path under `shards/`.",
            "table_name": "The table its rows are in.",
            "num_rows": "How many rows it brought.",
            "ingested_at": "When, UTC.",
        },
    ),
    "schema_migrations": (
        "The SQL files that made the database's schema, in order.",
        {
            "version": "The file's number.",
            "name": "The file's name in `stores/migrations/`.",
            "sha256": "Hash of its text.",
            "applied_at": "When, UTC.",
            "app_version": "The ssd-iter that did it.",
        },
    ),
}
