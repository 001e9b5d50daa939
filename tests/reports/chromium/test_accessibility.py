"""No violation of WCAG 2.2, levels A and AA, as far as axe-core can tell."""

from __future__ import annotations

import pytest

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def violations():
    """Each rule that a page breaks, and where."""
    from axe_playwright_python.sync_playwright import Axe

    def found(page):
        broken = Axe().run(page, options=RULES).response["violations"]
        return [(rule["id"], node["target"], node["failureSummary"]) for rule in broken for node in rule["nodes"]]

    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule(seen, hostile_run, over_all, visit, violations, scheme):
    seen.emulate_media(color_scheme=scheme)
    for file in (over_all, hostile_run.index, hostile_run.round_page(2)):
        visit(file)
        assert not violations(seen)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_part_of_a_sample_breaks_a_rule(seen, hostile_run, visit, violations, scheme, tabs):
    seen.emulate_media(color_scheme=scheme)
    seen.set_viewport_size({"width": 1200, "height": 800})
    visit(hostile_run.round_page(2))
    for name, _ in tabs():
        assert not violations(seen), name
    seen.keyboard.press("?")
    assert not violations(seen)


def test_axe_sees_what_is_wrong(seen, violations):
    seen.set_content("<!doctype html><title>x</title><img src='data:,'>")
    assert {rule for rule, *_ in violations(seen)} == {"html-has-lang", "image-alt"}
