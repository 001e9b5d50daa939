-- One table for each entry of ssd_iter.records.TABLES: the same columns in the same order, then the shard a row came from.
-- Times are UTC without a zone: fetching a TIMESTAMPTZ into Python needs pytz, which is no dependency of ours.
-- zstd is asked for by column: left alone, DuckDB 2.0 stores texts of some KB uncompressed.
-- No foreign keys (an ALTER beside one can hang, and ingestion order is free) and no ENUM (a new word needs no migration).

CREATE TABLE runs (
    run_id VARCHAR,
    name VARCHAR,
    created_at TIMESTAMP,
    model VARCHAR,
    model_sha256 VARCHAR,
    rounds BIGINT,
    seed BIGINT,
    config_digest VARCHAR,
    config_json VARCHAR USING COMPRESSION zstd,
    provenance_json VARCHAR USING COMPRESSION zstd,
    shard VARCHAR
);

CREATE TABLE rounds (
    run_id VARCHAR,
    round BIGINT,
    parent_round BIGINT,
    sampled_from_round BIGINT,
    trained_from_round BIGINT,
    data_rounds INTEGER[],
    status VARCHAR,
    verdict VARCHAR,
    started_at TIMESTAMP,
    finished_at TIMESTAMP,
    shard VARCHAR
);

CREATE TABLE problems (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    problem_id VARCHAR,
    problem_set VARCHAR,
    selector VARCHAR,
    split VARCHAR,
    style VARCHAR,
    statement VARCHAR USING COMPRESSION zstd,
    starter_code VARCHAR USING COMPRESSION zstd,
    entry_point VARCHAR,
    preamble VARCHAR USING COMPRESSION zstd,
    comparison VARCHAR,
    inproc BOOLEAN,
    tests_json VARCHAR USING COMPRESSION zstd,
    statement_in_code BOOLEAN,
    reference VARCHAR USING COMPRESSION zstd,
    time_limit DOUBLE,
    memory_mb BIGINT,
    level BIGINT,
    difficulty VARCHAR,
    date VARCHAR,
    tags VARCHAR[],
    family VARCHAR,
    content_sha256 VARCHAR,
    semantic_key VARCHAR,
    source_version VARCHAR,
    licence VARCHAR,
    shard VARCHAR
);

CREATE TABLE samples (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    decode_id VARCHAR,
    problem_id VARCHAR,
    sample_idx BIGINT,
    problem_set VARCHAR,
    prompt VARCHAR USING COMPRESSION zstd,
    completion VARCHAR USING COMPRESSION zstd,
    prompt_token_ids INTEGER[],
    completion_token_ids INTEGER[],
    finish_reason VARCHAR,
    num_completion_tokens BIGINT,
    sampled_from_round BIGINT,
    engine VARCHAR,
    seed BIGINT,
    created_at TIMESTAMP,
    shard VARCHAR
);

CREATE TABLE filter_verdicts (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    decode_id VARCHAR,
    problem_id VARCHAR,
    sample_idx BIGINT,
    problem_set VARCHAR,
    non_empty BOOLEAN,
    closed_fence BOOLEAN,
    extraction VARCHAR,
    parses BOOLEAN,
    complete BOOLEAN,
    code VARCHAR USING COMPRESSION zstd,
    code_sha256 VARCHAR,
    normal_sha256 VARCHAR,
    keep BOOLEAN,
    reason VARCHAR,
    shard VARCHAR
);

CREATE TABLE executions (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    decode_id VARCHAR,
    problem_id VARCHAR,
    sample_idx BIGINT,
    problem_set VARCHAR,
    non_empty BOOLEAN,
    closed_fence BOOLEAN,
    extraction VARCHAR,
    parses BOOLEAN,
    complete BOOLEAN,
    code VARCHAR USING COMPRESSION zstd,
    code_sha256 VARCHAR,
    normal_sha256 VARCHAR,
    verdict VARCHAR,
    detail VARCHAR USING COMPRESSION zstd,
    num_tests BIGINT,
    num_passed BIGINT,
    cpu_seconds DOUBLE,
    wall_seconds DOUBLE,
    max_rss_mb DOUBLE,
    attempts BIGINT,
    cached BOOLEAN,
    inproc BOOLEAN,
    isolation VARCHAR,
    behaviour_sha256 VARCHAR,
    limits_id VARCHAR,
    shard VARCHAR
);

CREATE TABLE test_results (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    decode_id VARCHAR,
    problem_id VARCHAR,
    sample_idx BIGINT,
    test_idx BIGINT,
    verdict VARCHAR,
    detail VARCHAR USING COMPRESSION zstd,
    cpu_seconds DOUBLE,
    shard VARCHAR
);

CREATE TABLE train_steps (
    run_id VARCHAR,
    round BIGINT,
    step BIGINT,
    epoch DOUBLE,
    loss DOUBLE,
    grad_norm DOUBLE,
    learning_rate DOUBLE,
    num_tokens BIGINT,
    tokens_per_second DOUBLE,
    shard VARCHAR
);

CREATE TABLE metrics (
    run_id VARCHAR,
    round BIGINT,
    name VARCHAR,
    purpose VARCHAR,
    problem_set VARCHAR,
    value DOUBLE,
    low DOUBLE,
    high DOUBLE,
    n BIGINT,
    shard VARCHAR
);

CREATE TABLE problem_counts (
    run_id VARCHAR,
    round BIGINT,
    purpose VARCHAR,
    decode_id VARCHAR,
    problem_set VARCHAR,
    problem_id VARCHAR,
    n BIGINT,
    c BIGINT,
    extracted BIGINT,
    classes INTEGER[],
    correct_classes INTEGER[],
    behaviour_classes INTEGER[],
    shard VARCHAR
);

CREATE TABLE findings (
    run_id VARCHAR,
    round BIGINT,
    name VARCHAR,
    severity VARCHAR,
    message VARCHAR USING COMPRESSION zstd,
    metric VARCHAR,
    reference VARCHAR,
    effect DOUBLE,
    low DOUBLE,
    high DOUBLE,
    p DOUBLE,
    problems VARCHAR[],
    evidence_json VARCHAR USING COMPRESSION zstd,
    shard VARCHAR
);

CREATE TABLE events (
    run_id VARCHAR,
    round BIGINT,
    stage VARCHAR,
    kind VARCHAR,
    message VARCHAR USING COMPRESSION zstd,
    payload_json VARCHAR USING COMPRESSION zstd,
    created_at TIMESTAMP,
    shard VARCHAR
);

-- The ledger: a shard's rows and its entry here are committed together, so that a shard is taken in exactly once.
CREATE TABLE ingested_shards (
    shard VARCHAR PRIMARY KEY,
    table_name VARCHAR NOT NULL,
    num_rows BIGINT NOT NULL,
    ingested_at TIMESTAMP NOT NULL
);
