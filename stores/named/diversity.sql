-- Do the answers become alike? How different the programs of one problem are, round by round.
-- $purpose = "eval": which samples: eval or train
SELECT name AS metric, round, value, low, high, n
FROM metrics
WHERE problem_set = 'all' AND purpose = $purpose AND (
    name IN ('simpson_diversity', 'correct_diversity', 'behaviour_diversity')
    OR name LIKE 'unique_at_%' OR name LIKE 'unique_correct_at_%' OR name LIKE 'behaviours_at_%'
)
ORDER BY metric, round;
