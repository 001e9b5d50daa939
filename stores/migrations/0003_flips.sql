-- Problems of which more or fewer samples passed than in the round that a round follows: gained above 0, or below. What
-- has no graded sample in one of the two is left out. Rounds are here once they have ended.
CREATE VIEW v_changes AS
WITH solved AS (
    SELECT run_id, round, decode_id, problem_set, problem_id, count(*) FILTER (WHERE verdict = 'pass') AS num_solved
    FROM executions
    WHERE purpose = 'eval' AND verdict <> 'sandbox_error'
    GROUP BY run_id, round, decode_id, problem_set, problem_id
)
SELECT
    now.round, r.parent_round, now.problem_set, now.problem_id, before.num_solved AS solved_before,
    now.num_solved AS solved_now, now.num_solved - before.num_solved AS gained, now.decode_id, now.run_id
FROM solved AS now
JOIN rounds AS r USING (run_id, round)
JOIN solved AS before
    ON before.run_id = now.run_id AND before.decode_id = now.decode_id AND before.problem_id = now.problem_id
    AND before.round = r.parent_round
WHERE now.num_solved <> before.num_solved
ORDER BY now.run_id, now.round, gained, now.problem_id;

-- Of the changes those across 0: problems newly solved (by no sample of the round that a round follows, by some of this
-- one) and newly lost (the reverse).
CREATE OR REPLACE VIEW v_flips AS
FROM v_changes
WHERE solved_before = 0 OR solved_now = 0;
