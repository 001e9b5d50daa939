-- What did it cost? Seconds and tokens of every stage of every round.
SELECT round, string_split(name, '_')[1] AS stage,
    max(value) FILTER (WHERE name LIKE '%_seconds') AS seconds,
    max(value) FILTER (WHERE name LIKE '%_tokens')::BIGINT AS tokens,
    tokens / seconds AS tokens_per_second
FROM metrics
WHERE purpose = '' AND problem_set = 'all' AND (name LIKE '%_seconds' OR name LIKE '%_tokens')
GROUP BY round, stage
ORDER BY round, list_position(['filter', 'train', 'generate', 'grade', 'resample', 'regrade'], stage);
