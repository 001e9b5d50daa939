"""The sample browser of a round's page, by mouse and by keys, in a real Chromium."""

from __future__ import annotations

import functools
import itertools
import random

import pytest

from reports.render import write_round_report


@pytest.fixture(scope="module")
def page(hand_run):
    return write_round_report(hand_run, 1)


@pytest.fixture
def hand(seen, page, visit):
    """Round 1 of the run made by hand: of eight problems, 0 to 3 are newly solved, 4 to 7 were solved before."""
    visit(page)
    return seen


def title(page):
    return page.inner_text("#browser-title")


def count(page):
    return page.inner_text("#browser-status")


def test_problems_that_flipped_come_first(hand):
    assert count(hand) == "8 samples of 16."
    assert title(hand) == "pass toy/0 · sample 0"
    assert "problem solved 2 of 2 times · the base model: 0 of 2 · newly solved" in hand.inner_text("#browser-facts")


def test_keys_walk_the_list_and_stop_at_its_ends(hand):
    hand.keyboard.press("k")
    assert title(hand) == "pass toy/0 · sample 0"
    for _ in range(9):
        hand.keyboard.press("j")
    assert title(hand) == "wrong toy/3 · sample 1"
    assert hand.locator("[aria-selected=true][role=option]").count() == 1


def test_a_key_shows_what_changed_since_the_round_before(hand):
    hand.keyboard.press("d")
    assert hand.locator(".strip li").all_inner_texts() == ["the base model\n0 of 2", "round 1\n2 of 2"]
    assert "What changed from" in hand.inner_text("#browser-panel")
    assert hand.locator("[role=tab][aria-selected=true]").inner_text() == "Evolution"


def test_a_key_searches_and_typing_is_not_taken_for_keys(hand):
    hand.uncheck("#browser-flipped")
    hand.locator("h2").first.click()
    hand.keyboard.press("/")
    hand.keyboard.type("toy/5")
    assert count(hand) == "2 samples of 16."
    assert title(hand).endswith("toy/5 · sample 0")
    assert hand.locator("[role=tab][aria-selected=true]").inner_text() == "Code"


def test_filters_add_up_and_nothing_found_is_said(hand):
    hand.select_option("[data-filter=verdict]", "wrong")
    assert count(hand) == "2 samples of 16."
    hand.fill("#browser-search", "no such text")
    assert count(hand) == "0 samples of 16."
    assert not hand.locator("#browser-title").is_visible()
    hand.keyboard.press("Escape")


def test_what_the_box_hides_is_told_and_can_be_had(hand):
    hand.fill("#browser-search", "toy/6")
    assert count(hand) == "0 samples of 16."
    assert hand.inner_text("#browser-hidden") == "The box above hides 2 samples that would match."
    hand.get_by_role("button", name="Untick it").click()
    assert count(hand) == "2 samples of 16." and title(hand).endswith("toy/6 · sample 0")
    assert hand.inner_text("#browser-hidden") == "" and not hand.is_checked("#browser-flipped")


def test_choices_count_what_the_box_leaves(hand):
    texts = hand.locator("[data-filter=verdict] option").all_inner_texts()
    assert texts == ["any", "any but pass", "pass (6)", "wrong (2)"]
    hand.select_option("[data-filter=verdict]", "wrong")
    hand.uncheck("#browser-flipped")
    assert hand.locator("[data-filter=verdict] option").all_inner_texts()[2:] == ["pass (12)", "wrong (4)"]
    assert hand.input_value("[data-filter=verdict]") == "wrong" and count(hand) == "4 samples of 16."


def test_any_failure_can_be_asked_for(hand):
    hand.uncheck("#browser-flipped")
    hand.select_option("[data-filter=verdict]", label="any but pass")
    assert count(hand) == "4 samples of 16."


def test_keys_can_be_switched_off(hand):
    hand.keyboard.press("?")
    assert hand.locator("dialog").is_visible()
    hand.uncheck("#browser-keys-on")
    hand.get_by_role("button", name="Close").click()
    hand.keyboard.press("j")
    assert title(hand) == "pass toy/0 · sample 0"


def test_tabs_go_by_arrows(hand):
    hand.locator("#browser-tab-code").focus()
    hand.keyboard.press("ArrowRight")
    assert hand.evaluate("document.activeElement.id") == "browser-tab-tests"
    assert hand.locator("#browser-panel tbody tr").count() == 2


def test_the_tests_that_ran_are_told_with_call_and_answer(hand):
    hand.uncheck("#browser-flipped")
    hand.select_option("[data-filter=verdict]", "wrong")
    hand.click("#browser-tab-tests")
    rows = [row.split("\t") for row in hand.locator("#browser-panel tbody tr").all_inner_texts()]
    assert rows == [["0", "solve(2)", "4", "pass", ""], ["1", "solve([1])", "null", "wrong", ""]]


def test_colours_leave_the_program_as_it_is(hand):
    assert hand.locator("#browser-panel .code-keyword").all_inner_texts() == ["def", "return"]
    assert hand.locator("#browser-panel pre").text_content() == "def solve(x):\n    # \n    return x + x\n"


def test_a_link_leads_to_a_sample_whatever_is_filtered(seen, page, visit):
    visit(page, "#s=toy/6/1")
    assert title(seen) == "pass toy/6 · sample 1" and count(seen) == "16 samples of 16."
    seen.evaluate("location.hash = '#s=toy/2/0'")
    seen.wait_for_function("document.getElementById('browser-title').textContent.includes('toy/2')")


def test_the_address_follows_the_sample(hand):
    hand.keyboard.press("j")
    assert hand.evaluate("location.hash") == "#s=toy/0/1"
    hand.locator("[role=option]").nth(4).click()
    assert hand.evaluate("location.hash") == "#s=toy/2/0"
    hand.reload()
    hand.wait_for_selector("#browser:not([hidden])")
    assert title(hand).endswith("toy/2 · sample 0")


def test_a_link_to_a_sample_that_is_not_here_says_so(seen, page, visit):
    visit(page, "#s=toy/9/0")
    assert "Sample 0 of toy/9 is not on this page" in count(seen) and title(seen) == "pass toy/0 · sample 0"


def test_a_link_to_a_problem_that_is_here_shows_another_of_its_samples(seen, page, visit):
    visit(page, "#s=toy/7/5")
    assert "Sample 5 of toy/7 is not on this page" in count(seen) and title(seen) == "pass toy/7 · sample 0"


def test_hostile_names_can_be_linked_to(seen, hostile_run, visit):
    visit(hostile_run.round_page(2))
    seen.uncheck("#browser-flipped")
    seen.fill("#browser-search", "admin only")
    seen.locator("[role=option] .name").filter(has_text="admin only").last.click()
    named = title(seen)
    assert "admin only" in named
    seen.reload()
    seen.wait_for_selector("#browser:not([hidden])")
    assert title(seen) == named


def test_opening_the_page_does_not_scroll_it(hand):
    assert hand.evaluate("scrollY") == 0


def test_without_a_script_the_list_stays(browser, page):
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(page.as_uri())
        assert plain.locator("details.sample").count() == 16 and not plain.locator("#browser").is_visible()


def test_a_diff_holds_both_texts(hand):
    dice = random.Random(3)
    texts = ["\n".join(dice.choices("abc", k=dice.randrange(9))) for _ in range(60)]
    pairs = list(itertools.pairwise(texts))
    diffs = hand.evaluate("pairs => pairs.map(pair => lineDiff(...pair))", pairs)
    for (before, after), lines in zip(pairs, diffs, strict=True):
        assert "\n".join(line for mark, line in lines if mark != "+") == before
        assert "\n".join(line for mark, line in lines if mark != "-") == after
        kept = sum(mark == " " for mark, _ in lines)
        assert kept == longest_common(before.split("\n"), after.split("\n"))


def longest_common(one, other):
    """How many lines two texts have in common, in order."""

    @functools.cache
    def common(i, j):
        if i == len(one) or j == len(other):
            return 0
        return common(i + 1, j + 1) + 1 if one[i] == other[j] else max(common(i + 1, j), common(i, j + 1))

    return common(0, 0)
