-- Which completions are longest? `ssd-iter samples RUN --problem ID` shows one in full.
-- $purpose = null: these samples only: eval or train
-- $round = null: this round only
-- $limit = 20
WITH longest AS (
    SELECT round, purpose, decode_id, problem_id, sample_idx, num_completion_tokens, finish_reason
    FROM samples
    WHERE ($purpose IS NULL OR purpose = $purpose) AND ($round IS NULL OR round = $round)
    ORDER BY num_completion_tokens DESC, round, purpose, problem_id, sample_idx
    LIMIT $limit
)
SELECT round, purpose, problem_id, sample_idx, num_completion_tokens, finish_reason, verdict, reason
FROM longest
LEFT JOIN executions AS e USING (round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN filter_verdicts AS f USING (round, purpose, decode_id, problem_id, sample_idx)
ORDER BY num_completion_tokens DESC, round, purpose, problem_id, sample_idx;
