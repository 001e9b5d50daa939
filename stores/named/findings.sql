-- What fell, against what, and how sure is it? All that detectors and stages had to say.
-- $round = null: this round only
SELECT round, severity, name, metric, reference, effect, low, high, p, message, problems
FROM findings
WHERE $round IS NULL OR round = $round
ORDER BY round, severity, name, metric, reference;
