-- Which problems did each round newly solve, and newly lose? By no sample before, or now; largest losses first.
-- $round = null: this round only
-- $limit = 40
SELECT round, parent_round, problem_set, problem_id, solved_before, solved_now, gained
FROM v_flips
WHERE $round IS NULL OR round = $round
ORDER BY gained, round, problem_id
LIMIT $limit;
