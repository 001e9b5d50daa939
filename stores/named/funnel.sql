-- What becomes of the samples? How many hold code, parse, end by themselves, are kept, are trained on.
-- $purpose = "train": which samples: train or eval
WITH counted AS (
    SELECT round, purpose, name, value::BIGINT AS num
    FROM metrics
    WHERE problem_set = 'all' AND purpose = $purpose
)
SELECT round,
    max(num) FILTER (WHERE name = 'num_sampled') AS sampled,
    max(num) FILTER (WHERE name = 'num_non_empty') AS non_empty,
    max(num) FILTER (WHERE name = 'num_closed_fence') AS closed_fence,
    max(num) FILTER (WHERE name = 'num_parses') AS parses,
    max(num) FILTER (WHERE name = 'num_complete') AS complete,
    max(num) FILTER (WHERE name = 'num_kept') AS kept,
    max(num) FILTER (WHERE name = 'num_train_pairs') AS trained_on,
    kept / sampled AS share_kept
FROM counted
GROUP BY round
HAVING sampled IS NOT NULL
ORDER BY round;
