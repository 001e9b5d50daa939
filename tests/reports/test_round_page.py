"""What a round's page shows of its blocks, and what it says where a block has nothing to show."""

from __future__ import annotations

import re

import pytest

from reports.render import write_round_report


@pytest.fixture(scope="module")
def page(hostile_run):
    return hostile_run.round_page(2).read_text(encoding="utf-8")


@pytest.fixture
def page_of(new_rows):
    """The page of round 1 of a run that a test fills in."""

    def make(fill, round=1):
        rows = new_rows("made-1")
        rows.run()
        fill(rows)
        return write_round_report(rows.write(), round).read_text(encoding="utf-8")

    return make


def test_every_figure_has_its_numbers_and_a_caption(page):
    figures = page.count("<figure")
    assert figures >= 5
    assert page.count("<figcaption") == figures == len(re.findall("<summary>The numbers of th", page))


def test_every_link_within_the_page_leads_somewhere(page):
    links = {link for link in re.findall(r'href="#([^"]*)"', page) if not link.startswith("s=")}
    assert links <= set(re.findall(r'id="([^"]*)"', page))
    assert {"headline", "changed", "accuracy", "diversity", "funnel", "training", "samples", "stages"} <= links


def test_links_to_samples_are_spelt_as_addresses_are(page):
    links = re.findall(r'href="#(s=[^"]*)"', page)
    assert links and all(re.fullmatch(r"s=[\w./%~-]+/0", link) for link in links)


def test_why_a_verdict_was_given_stands_on_the_page(page):
    assert "Why this verdict" in page and "Invalid above 1%" in page


def test_a_round_that_ended_before_its_evaluation_says_so_in_every_block(page_of):
    page = page_of(lambda rows: rows.ended(1, status="ended"))
    for text in (
        "This round was not evaluated: no model came out of it",
        "No earlier round was evaluated",
        "No training step is known of this round",
        "No stage has reported its time",
        "No diversity is known",
    ):
        assert text in page


def test_a_round_without_training_steps_says_how_to_get_them(page):
    assert "the files in <code>shards/train_steps</code> are missing" in page
    assert "and make this page again: <code>ssd-iter report " in page


def test_what_this_version_does_not_measure_is_called_that(page):
    assert "Not measured" in page and "has no probe yet" in page and "has no sweep yet" in page


def test_rounds_whose_numbers_are_not_defined_have_a_page(page_of):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            rows.solved(round, (0, 1))
            for name in ("extraction_rate", "simpson_diversity", "mean_completion_tokens"):
                rows.metric(round, name, None)
        rows.metric(1, "train_loss", None, "train")

    assert "What changed since the base model" in page_of(fill)


def test_the_base_models_page_has_nothing_about_training_or_change(page_of):
    def fill(rows):
        rows.ended(0)
        rows.solved(0, (0, 1))

    page = page_of(fill, round=0)
    assert 'id="changed"' not in page and 'id="training"' not in page
