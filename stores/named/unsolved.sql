-- Which problems has no sample of any round solved? And in which ways their samples ended.
-- $limit = 40
SELECT problem_set, problem_id, count(DISTINCT round) AS num_rounds, count(*) AS num_samples,
    string_agg(DISTINCT verdict, ', ' ORDER BY verdict) AS verdicts
FROM executions
WHERE purpose = 'eval' AND verdict <> 'sandbox_error'
GROUP BY problem_set, problem_id
HAVING count(*) FILTER (WHERE verdict = 'pass') = 0
ORDER BY problem_set, problem_id
LIMIT $limit;
