from __future__ import annotations

import dataclasses

from reports.blocks.funnel import MEANINGS, drops
from ssd_iter.config.schema import FilterConfig


def dropped(rows, count, texts=True):
    rows.ended(1)
    for index in range(count):
        rows.graded(1, f"toy/{index}", 0, "no_code", "text " * 200)
        sample = rows.tables["samples"].pop()
        key = {"round": 1, "purpose": "train", "decode_id": sample.decode_id, "problem_id": sample.problem_id}
        form = {"closed_fence": False, "non_empty": True, "extraction": "no_code:none", "parses": False, "code": None}
        form |= {"complete": False, "code_sha256": None, "normal_sha256": None, "keep": False, "reason": "syntax"}
        rows.add("filter_verdicts", **key, sample_idx=0, problem_set="toy", **form)
        if texts:
            rows.tables["samples"].append(dataclasses.replace(sample, purpose="train"))


def test_at_most_three_samples_stand_for_a_reason(seen):
    (row,) = drops(*seen(lambda rows: dropped(rows, 5)), 1)
    assert (row["label"], row["count"], len(row["examples"])) == ("syntax", "5", 3)


def test_a_reason_is_told_in_words(seen):
    (row,) = drops(*seen(lambda rows: dropped(rows, 1)), 1)
    assert row["meaning"] == "no code at all, or code that Python does not parse"
    assert MEANINGS.keys() >= set(FilterConfig().rules)


def test_an_example_says_how_its_completion_begins(seen):
    (row,) = drops(*seen(lambda rows: dropped(rows, 1)), 1)
    (example,) = row["examples"]
    assert example["text"].startswith("Here it is.") and example["text"].endswith(" …")
    assert example["length"] == "40 tokens"


def test_a_dropped_sample_whose_text_is_missing_is_still_counted(seen):
    (row,) = drops(*seen(lambda rows: dropped(rows, 1, texts=False)), 1)
    assert (row["count"], row["examples"][0]["text"]) == ("1", None)
