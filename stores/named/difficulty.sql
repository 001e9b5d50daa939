-- On which problems is it good? pass@k by problem set, style and difficulty.
-- $k = 1
-- $round = null: this round only
-- NULL where a problem has fewer than k graded samples.
WITH graded AS (
    SELECT round, decode_id, problem_id, problem_set,
        count(*) FILTER (WHERE verdict <> 'sandbox_error') AS n,
        count(*) FILTER (WHERE verdict = 'pass') AS c
    FROM executions
    WHERE purpose = 'eval' AND ($round IS NULL OR round = $round)
    GROUP BY ALL
),
kinds AS (
    SELECT problem_id, style, coalesce(difficulty, 'level ' || level) AS difficulty
    FROM problems
    WHERE purpose = 'eval'
)
SELECT problem_set, style, difficulty, round, $k AS k,
    CASE WHEN min(n) >= $k THEN avg(pass_at_k(n, c, $k)) END AS pass_at_k,
    CASE WHEN min(n) >= $k THEN stddev_samp(pass_at_k(n, c, $k)) / sqrt(count(*)) END AS standard_error,
    count(*) AS num_problems, sum(n)::BIGINT AS num_graded
FROM graded
LEFT JOIN kinds USING (problem_id)
GROUP BY problem_set, style, difficulty, round
ORDER BY ALL;
