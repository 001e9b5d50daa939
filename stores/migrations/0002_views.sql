-- Answers to the questions asked most. The same statements run inside a snapshot, where the names below are unions.

-- The unbiased estimate of pass@k (Chen et al. 2021): 1 - C(n-c, k) / C(n, k); NULL where it is not defined (n < k).
-- The product runs over k factors: the usual form over n-c+1..n is empty at c = 0, and avg() would drop every failed problem.
CREATE MACRO pass_at_k(n, c, k) AS CASE
    WHEN n IS NULL OR c IS NULL OR k IS NULL OR k < 1 OR n < k OR c < 0 OR c > n THEN NULL
    WHEN n - c < k THEN 1.0::DOUBLE
    ELSE 1.0::DOUBLE - list_product([1.0::DOUBLE - c::DOUBLE / (n - i) FOR i IN range(0, k::BIGINT)])
END;

-- pass@k averaged over problems, for each k up to the samples a problem has. NULL where any problem has fewer than k graded
-- samples, never an average over the others. `no_code` is a fail; a `sandbox_error` and a sample not yet executed are ungraded.
CREATE VIEW v_pass_at_k AS
WITH graded AS (
    SELECT
        s.run_id, s.round, s.purpose, s.decode_id, s.problem_set, s.problem_id,
        count(*) AS num_samples,
        count(*) FILTER (WHERE e.verdict <> 'sandbox_error') AS n,
        count(*) FILTER (WHERE e.verdict = 'pass') AS c
    FROM samples AS s
    LEFT JOIN executions AS e USING (run_id, round, purpose, decode_id, problem_id, sample_idx)
    GROUP BY ALL
),
by_set AS (
    SELECT * REPLACE (unnest([problem_set, 'all']) AS problem_set) FROM graded
),
sized AS (
    SELECT *, max(n) OVER (PARTITION BY run_id, round, purpose, decode_id, problem_set) AS largest_n FROM by_set
)
SELECT
    run_id, round, purpose, decode_id, problem_set, k,
    CASE WHEN min(n) >= k THEN avg(pass_at_k(n, c, k)) END AS pass_at_k,
    count(*) AS num_problems,
    sum(n)::BIGINT AS num_graded,
    sum(num_samples - n)::BIGINT AS num_ungraded
FROM sized, unnest(range(1, largest_n + 1)) AS ks(k)
GROUP BY run_id, round, purpose, decode_id, problem_set, k;

-- Samples without their long texts, with what was found out about each.
CREATE VIEW v_samples AS
SELECT
    s.run_id, s.round, s.purpose, s.decode_id, s.problem_id, s.sample_idx, s.problem_set,
    s.sampled_from_round, s.finish_reason, s.num_completion_tokens, s.engine, s.seed, s.created_at,
    coalesce(f.extraction, e.extraction) AS extraction,
    coalesce(f.parses, e.parses) AS parses,
    coalesce(f.code_sha256, e.code_sha256) AS code_sha256,
    coalesce(f.normal_sha256, e.normal_sha256) AS normal_sha256,
    f.keep, f.reason,
    e.verdict, e.num_tests, e.num_passed, e.cpu_seconds, e.wall_seconds
FROM samples AS s
LEFT JOIN filter_verdicts AS f USING (run_id, round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN executions AS e USING (run_id, round, purpose, decode_id, problem_id, sample_idx);

-- The headline metrics, one row a round; all other names, problem sets and intervals are in `metrics`, every k in
-- `v_pass_at_k`.
CREATE VIEW v_rounds AS
WITH overall AS (
    FROM metrics SELECT *, CASE WHEN name LIKE 'pass_at_%' THEN name[9:]::BIGINT END AS k WHERE problem_set = 'all'
),
headline AS (
    SELECT
        run_id, round,
        max(value) FILTER (WHERE k = 1) AS pass_at_1,
        max(low) FILTER (WHERE k = 1) AS pass_at_1_low,
        max(high) FILTER (WHERE k = 1) AS pass_at_1_high,
        max(k) AS largest_k,
        arg_max(value, k) AS pass_at_largest_k,
        max(value) FILTER (WHERE name = 'extraction_rate' AND purpose = 'eval') AS extraction_rate,
        max(value) FILTER (WHERE name = 'truncation_rate' AND purpose = 'eval') AS truncation_rate,
        max(value) FILTER (WHERE name = 'simpson_diversity' AND purpose = 'eval') AS simpson_diversity,
        max(value::BIGINT) FILTER (WHERE name = 'num_kept') AS num_kept,
        max(value) FILTER (WHERE name = 'train_loss') AS train_loss
    FROM overall
    GROUP BY run_id, round
)
SELECT round, r.parent_round, r.status, r.verdict, h.* EXCLUDE (run_id, round), run_id
FROM headline AS h
FULL JOIN rounds AS r USING (run_id, round)
ORDER BY run_id, round;

-- Problems whose solved samples changed since the round that a round follows: gained above 0, lost below. Rounds are here
-- once they have ended.
CREATE VIEW v_flips AS
WITH solved AS (
    SELECT run_id, round, problem_set, problem_id, count(*) FILTER (WHERE verdict = 'pass') AS num_solved
    FROM executions
    WHERE purpose = 'eval'
    GROUP BY run_id, round, problem_set, problem_id
)
SELECT
    now.round, r.parent_round, now.problem_set, now.problem_id, before.num_solved AS solved_before,
    now.num_solved AS solved_now, now.num_solved - before.num_solved AS gained, now.run_id
FROM solved AS now
JOIN rounds AS r USING (run_id, round)
JOIN solved AS before
    ON before.run_id = now.run_id AND before.problem_id = now.problem_id AND before.round = r.parent_round
WHERE now.num_solved <> before.num_solved
ORDER BY now.run_id, now.round, gained, now.problem_id;
