"""The pages in a real Chromium."""

from __future__ import annotations

import itertools

import pytest

from stores.visible import visible


def test_hostile_texts_fire_nothing(seen, hostile_run, hostile_texts, pages, visit, tabs):
    for file in pages(hostile_run):
        visit(file)
        seen.mouse.move(200, 300)
        if file.name == "report.html":
            seen.keyboard.press("?")
            seen.keyboard.press("Escape")
            for _ in hostile_texts:
                seen.keyboard.press("j")
                list(tabs())
    seen.wait_for_timeout(200)
    assert seen.said == [file.as_uri() for file in pages(hostile_run)]


def test_hostile_texts_are_shown_as_text(seen, hostile_run, hostile_texts, visit):
    visit(hostile_run.round_page(2))
    seen.uncheck("#browser-flipped")
    seen.locator("#browser-list").focus()
    seen.keyboard.press("Home")
    seen.keyboard.press("2")
    shown = []
    for _ in range(5 * len(hostile_texts)):
        seen.keyboard.press("j")
        shown.append(one_line(seen.inner_text("#browser-panel")))
    assert not [text for text in hostile_texts if not any(one_line(visible(text)) in each for each in shown)]


def one_line(text):
    return " ".join(text.split())


def test_nothing_scrolls_sideways_on_a_narrow_screen(seen, hostile_run, pages, visit):
    for file in pages(hostile_run):
        visit(file)
        assert seen.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_funnel_needs_no_scrolling(seen, hostile_run, pages, visit):
    for width, file in itertools.product((390, 1200), pages(hostile_run)[1:]):
        seen.set_viewport_size({"width": width, "height": 800})
        visit(file)
        too_wide = "[...document.querySelectorAll('.bars')].some(each => scrolls(each.closest('.scroll')))"
        assert not seen.evaluate(f"() => {{ const scrolls = e => e.scrollWidth > e.clientWidth; return {too_wide} }}")


@pytest.mark.parametrize("width", [390, 1200])
def test_a_long_lineage_fits_and_its_labels_do_not_touch(seen, long_run, visit, width, overlap):
    seen.set_viewport_size({"width": width, "height": 800})
    visit(long_run.index)
    (drawing,) = [each for each in seen.locator("figure svg[aria-label^=Lineage]").all() if each.is_visible()]
    boxes = [box for box in (text.bounding_box() for text in drawing.locator("text").all()) if box["width"]]
    assert len(boxes) > 15 and all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]
    assert min(box["height"] for box in boxes) >= 10


def test_our_styles_pass_our_own_policy(seen, hostile_run, visit):
    visit(hostile_run.index)
    assert seen.evaluate("getComputedStyle(document.querySelector('.badge')).borderRadius") != "0px"


def test_the_pages_lead_to_each_other(seen, hostile_run):
    seen.goto(hostile_run.index.as_uri())
    seen.get_by_role("link", name="Round 2").first.click()
    seen.get_by_role("link", name="Round 1").click()
    seen.get_by_role("link", name=hostile_run.run_id).click()
    assert seen.url == hostile_run.index.as_uri()


def test_headings_go_down_one_level_at_a_time(seen, hostile_run, pages, visit):
    for file in pages(hostile_run):
        visit(file)
        levels = seen.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_landmarks_have_names_of_their_own(seen, hostile_run, pages, visit):
    for file in pages(hostile_run):
        visit(file)
        assert seen.evaluate("[...document.querySelectorAll('table')].every(each => each.caption)")
        names = seen.evaluate(
            "[...document.querySelectorAll('section')].map(each => each.getAttribute('aria-labelledby'))"
        )
        ids = seen.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len(set(ids)) and len(names) == len(set(names)) and set(names) <= set(ids)
