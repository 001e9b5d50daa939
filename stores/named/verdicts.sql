-- How do the evaluation samples end? Passes, and each kind of failure, by round.
-- $problem_set = null: this problem set only
SELECT round, verdict, count(*) AS num_samples, count(*) / sum(count(*)) OVER (PARTITION BY round) AS share
FROM executions
WHERE purpose = 'eval' AND ($problem_set IS NULL OR problem_set = $problem_set)
GROUP BY round, verdict
ORDER BY round, num_samples DESC, verdict;
