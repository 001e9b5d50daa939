-- Which programs are written most often? Names of locals, comments and layout aside; one of each.
-- $purpose = "eval": which samples: eval or train
-- $round = null: this round only
-- $limit = 20
WITH programs AS (
    SELECT round, purpose, decode_id, problem_id, sample_idx, normal_sha256, verdict = 'pass' AS passed
    FROM executions WHERE purpose = $purpose
    UNION ALL
    SELECT round, purpose, decode_id, problem_id, sample_idx, normal_sha256, NULL AS passed
    FROM filter_verdicts WHERE purpose = $purpose
),
commonest AS (
    SELECT round, purpose, decode_id, problem_id, normal_sha256, count(*) AS times, bool_or(passed) AS passed,
        min(sample_idx) AS sample_idx
    FROM programs
    WHERE normal_sha256 IS NOT NULL AND ($round IS NULL OR round = $round)
    GROUP BY round, purpose, decode_id, problem_id, normal_sha256
    ORDER BY times DESC, round, problem_id, normal_sha256
    LIMIT $limit
)
SELECT round, problem_id, times, passed, sample_idx, coalesce(e.code, f.code) AS code
FROM commonest
LEFT JOIN executions AS e USING (round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN filter_verdicts AS f USING (round, purpose, decode_id, problem_id, sample_idx)
ORDER BY times DESC, round, problem_id, commonest.normal_sha256;
