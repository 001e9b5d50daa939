-- How good is each round? pass@k with its 95 % interval over problems.
-- $problem_set = "all": a problem set's name, or all together
SELECT round, name[9:]::BIGINT AS k, value AS pass_at_k, low, high, n AS num_problems
FROM metrics
WHERE name LIKE 'pass_at_%' AND problem_set = $problem_set
ORDER BY k, round;
