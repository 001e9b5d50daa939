-- How far has the model moved? Lengths, repetition, and how well its texts are told from the base's.
-- $purpose = "eval": which samples: eval or train
SELECT name AS metric, round, value, low, high, n
FROM metrics
WHERE problem_set = 'all' AND purpose = $purpose AND name IN (
    'mean_completion_tokens', 'truncation_rate', 'extraction_rate', 'repetition_rate', 'distinct_2', 'distinct_4',
    'compression_ratio', 'drift_auc_base', 'drift_auc_previous', 'vendi_score'
)
ORDER BY metric, round;
