-- Why were training samples dropped? Each filter reason, by round.
-- $problem_set = null: this problem set only
SELECT round, coalesce(reason, 'kept') AS reason, count(*) AS num_samples,
    count(*) / sum(count(*)) OVER (PARTITION BY round) AS share
FROM filter_verdicts
WHERE $problem_set IS NULL OR problem_set = $problem_set
GROUP BY round, reason
ORDER BY round, num_samples DESC, reason;
