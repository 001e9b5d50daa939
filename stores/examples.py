"""Ten questions about iterated self-distillation, each as a query to start from: what docs/store.md shows.

They look at one run's database. A problem is (decode_id, problem_id): asked under other settings it is another one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the query that answers it, and how the answer is to be read."""

    question: str
    sql: str
    reading: str


EXAMPLES = (
    Example(
        "Which problems does no sample solve any more?",
        """
SELECT problem_id, decode_id, list(c ORDER BY round) AS passed, arg_max(n, round) AS last_n
FROM problem_counts
WHERE purpose = 'eval' AND n > 0
GROUP BY problem_id, decode_id
HAVING max(c) > 0 AND arg_max(c, round) = 0
ORDER BY max(c / n) DESC, problem_id, decode_id
""",
        """
Solved by some sample of an earlier round, by none of the last; `passed` has one number a round. A problem that is
solved one time in five goes unsolved in 8 samples with a chance of 17 %: look first at those that passed often.
""",
    ),
    Example(
        "What became of every problem?",
        """
WITH traces AS (
    SELECT decode_id, problem_id, list(2 * c >= n ORDER BY round) AS half_pass
    FROM problem_counts
    WHERE purpose = 'eval' AND n > 0
    GROUP BY decode_id, problem_id
)
SELECT
    CASE
        WHEN list_bool_and(half_pass) THEN 'always'
        WHEN NOT list_bool_or(half_pass) THEN 'never'
        WHEN half_pass = list_sort(half_pass) THEN 'learned'
        WHEN half_pass = list_reverse_sort(half_pass) THEN 'forgotten'
        ELSE 'flickering'
    END AS life,
    count(*) AS problems
FROM traces
GROUP BY life
ORDER BY problems DESC, life
""",
        """
As on the run's page, by whether at least half of a problem's samples pass: `always` and `never` in every round,
`learned` from some round to the end, `forgotten` up to some round. Problems near one half turn by chance, the more the
fewer samples they have. Whether *any* sample passes is another question: the view `v_flips`.
""",
    ),
    Example(
        "Do wrong answers become alike?",
        """
WITH programs AS (
    SELECT round, decode_id, problem_id, normal_sha256, count(*) AS m
    FROM executions
    WHERE purpose = 'eval' AND normal_sha256 IS NOT NULL AND verdict NOT IN ('pass', 'sandbox_error')
    GROUP BY ALL
),
per_problem AS (
    SELECT round, sum(m * (m - 1)) / (sum(m) * (sum(m) - 1)) AS alike
    FROM programs
    GROUP BY round, decode_id, problem_id
    HAVING sum(m) > 1
)
SELECT round, avg(alike) AS chance_alike, count(*) AS problems
FROM per_problem
GROUP BY round
ORDER BY round
""",
        """
The chance that two wrong samples of one problem are the same program, mean over the problems that have two; code that
does not parse is left out. Rising, the model makes up its mind where it is wrong too: 0.03, 0.29, 0.44, 0.60 in the
[run that narrows](metrics_and_detectors.md#one-real-run-that-narrows). With `behaviour_sha256` in place of
`normal_sha256`: wrong in the same way.
""",
    ),
    Example(
        "What is trained on again and again?",
        """
WITH kept AS (
    SELECT
        round,
        min(round) OVER (PARTITION BY problem_id, normal_sha256) AS first_round,
        count(*) OVER (PARTITION BY round, problem_id, normal_sha256) AS copies
    FROM filter_verdicts
    WHERE keep AND normal_sha256 IS NOT NULL
)
SELECT
    round,
    count(*) AS kept,
    count(*) FILTER (WHERE copies > 1) / count(*) AS twice_in_round,
    count(*) FILTER (WHERE first_round < round) / count(*) AS seen_before
FROM kept
GROUP BY round
ORDER BY round
""",
        """
Shares of a round's kept samples, of those whose code parses: `twice_in_round`, another kept sample answers the same
problem with the same program; `seen_before`, one of an earlier round did. Rising towards 1, the model is trained on
what it says anyway: 0, 0.59, 0.87 in rounds 1 to 3 of the run that narrows.
""",
    ),
    Example(
        "Does length drift?",
        """
WITH lengths AS (
    SELECT round, decode_id, problem_id, avg(num_completion_tokens) AS tokens
    FROM samples
    WHERE purpose = 'eval'
    GROUP BY ALL
),
changes AS (
    SELECT now.round, now.tokens - base.tokens AS change
    FROM lengths AS now
    JOIN lengths AS base USING (decode_id, problem_id)
    WHERE base.round = 0 AND now.round > 0
)
SELECT
    round,
    avg(change) AS tokens_since_base,
    1.96 * stddev_samp(change) / sqrt(count(*)) AS plus_minus,
    count(*) AS problems
FROM changes
GROUP BY round
ORDER BY round
""",
        """
Tokens more than the base model writes for the same problem, with a 95 % interval over problems. A completion that was
cut off counts with the tokens it has: where `truncation_rate` moves, this is too little.
""",
    ),
    Example(
        "Which filter reasons grow?",
        """
WITH shares AS (
    SELECT round, coalesce(reason, 'kept') AS reason, count(*) / sum(count(*)) OVER (PARTITION BY round) AS share
    FROM filter_verdicts
    GROUP BY round, reason
)
PIVOT shares ON round USING max(share) GROUP BY reason ORDER BY reason
""",
        """
Of all samples drawn for training, the share that each rule drops, a column a round; NULL where it dropped none. A
sample has the first reason that applies, so a rule that drops more leaves less to those after it.
""",
    ),
    Example(
        "How sure is the change of pass@1?",
        """
WITH rates AS (
    SELECT round, decode_id, problem_id, c / n AS rate
    FROM problem_counts
    WHERE purpose = 'eval' AND n > 0
),
changes AS (
    SELECT rounds.round, rounds.parent_round, now.rate - before.rate AS change
    FROM rounds
    JOIN rates AS now ON now.round = rounds.round
    JOIN rates AS before ON before.round = rounds.parent_round
        AND before.decode_id = now.decode_id AND before.problem_id = now.problem_id
)
SELECT
    round,
    parent_round,
    avg(change) AS change,
    1.96 * stddev_samp(change) / sqrt(count(*)) AS plus_minus,
    3.24 * stddev_samp(change) / sqrt(count(*)) AS detectable,
    count(*) AS problems
FROM changes
GROUP BY round, parent_round
ORDER BY round
""",
        """
Each problem is its own control: the change since the round that a round follows, with a 95 % interval over problems,
and the change that would leave 0 outside it nine times in ten. The pages draw the interval by bootstrap; looking at
many rounds, trust the detectors (`findings`), which correct for it.
""",
    ),
    Example(
        "Does it learn, or only sharpen?",
        """
SELECT
    round,
    decode_id,
    max(pass_at_k) FILTER (WHERE k = 1) AS pass_at_1,
    max(k) AS k,
    arg_max(pass_at_k, k) AS pass_at_k,
    arg_max(pass_at_k, k) - pass_at_1 AS gap
FROM v_pass_at_k
WHERE purpose = 'eval' AND problem_set = 'all' AND pass_at_k IS NOT NULL
GROUP BY round, decode_id
ORDER BY round, decode_id
""",
        """
pass@1, and pass@k for the largest k there is. Where pass@1 rises and pass@k does not, samples agree more on what the
model could do before: sharpening. Where pass@k falls, it could do more before.
""",
    ),
    Example(
        "Which problems feed the training set?",
        """
SELECT
    v.round,
    v.problem_set,
    p.level,
    count(*) AS sampled,
    count(*) FILTER (WHERE keep) AS kept,
    kept / sum(kept) OVER (PARTITION BY v.round) AS share_of_training_set
FROM filter_verdicts AS v
JOIN problems AS p USING (run_id, purpose, problem_id)
GROUP BY v.round, v.problem_set, p.level
ORDER BY v.round, v.problem_set, p.level
""",
        """
By level of the generated problems; put `p.difficulty` or `p.family` in its place for others. A filter that looks at
form alone can still favour the problems that are easy to answer in good form.
""",
    ),
    Example(
        "How do answers fail?",
        """
SELECT
    round,
    verdict,
    count(*) / sum(count(*)) OVER (PARTITION BY round) AS share,
    count(*) FILTER (WHERE NOT complete) / count(*) AS cut_off
FROM executions
WHERE purpose = 'eval' AND verdict <> 'sandbox_error'
GROUP BY round, verdict
ORDER BY round, share DESC, verdict
""",
        """
The share of evaluation samples with each verdict, and how many of those `max_tokens` cut off. `no_code` that falls
while `wrong` rises is a model that learned the form of an answer, not the answer.
""",
    ),
)
