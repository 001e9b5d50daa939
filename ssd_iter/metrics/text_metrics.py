"""The metric rows that are about text: repetition, variety, drift. All of them over all problem sets together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssd_iter.metrics.budget import first_of, token_budget
from ssd_iter.metrics.compression import compression_ratio
from ssd_iter.metrics.distinct import distinct_rate
from ssd_iter.metrics.drift import Written, drift_auc
from ssd_iter.metrics.maker import Maker
from ssd_iter.metrics.near_duplicates import near_duplicate_rate
from ssd_iter.metrics.ngrams import texts_of
from ssd_iter.metrics.repetition import repetition_rates
from ssd_iter.metrics.vendi import MOST_TEXTS, vendi_score
from ssd_iter.records import FilterVerdict, Metric, Sample, sample_key


def variety(samples: Sequence[Sample], purpose: str, earlier: Sequence[Metric], make: Maker) -> Iterator[Metric]:
    """Repetition, distinct-n and compression of the samples of one purpose."""
    texts = texts_of([sample.completion_token_ids for sample in samples])
    budget = token_budget(earlier, purpose, int(texts.lengths.sum()))
    bigrams, fourgrams = texts.ngrams(2), texts.ngrams(4)
    rates = repetition_rates(fourgrams)
    yield make("repetition_rate", purpose, float(rates.mean()) if len(rates) else None, len(rates))
    yield make("distinct_2", purpose, distinct_rate(bigrams, budget), len(samples))
    yield make("distinct_4", purpose, distinct_rate(fourgrams, budget), len(samples))
    completions = [sample.completion for sample in samples]
    yield make("compression_ratio", purpose, compression_ratio(completions, texts.lengths, budget), len(samples))


def drift(
    samples: Sequence[Sample], base: Sequence[Written], parent: Sequence[Written], make: Maker
) -> Iterator[Metric]:
    """How far the evaluation samples are from the base model's and from those of the round it follows."""
    from_base = drift_auc(samples, base)
    from_parent = from_base if parent == base else drift_auc(samples, parent)
    for name, found in (("drift_auc_base", from_base), ("drift_auc_previous", from_parent)):
        auc, interval, num_problems = (found.auc, found.interval, found.num_problems) if found else (None, None, 0)
        yield make(name, "eval", auc, num_problems, interval=interval)


def vendi(samples: Sequence[Sample], earlier: Sequence[Metric], make: Maker) -> Iterator[Metric]:
    """The Vendi score of as many evaluation samples as the first round had."""
    first = first_of(earlier, "vendi_score", "eval")
    num_texts = first.n if first else min(len(samples), MOST_TEXTS)
    yield make("vendi_score", "eval", vendi_score([sample.completion for sample in samples], num_texts), num_texts)


def near_duplicates(samples: Sequence[Sample], verdicts: Sequence[FilterVerdict], make: Maker) -> Iterator[Metric]:
    """Near duplicates among the training samples that were kept."""
    kept = {sample_key(verdict) for verdict in verdicts if verdict.keep}
    texts = [sample.completion_token_ids for sample in samples if sample_key(sample) in kept]
    yield make("near_duplicate_rate", "train", near_duplicate_rate(texts), len(texts))
