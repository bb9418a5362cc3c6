"""The Analogies page in a real browser: an answer taken apart, six methods, an expected word, and the link that brings it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scripts.app_server import open_page, settled
from tests.browser.test_app import ask, main, no_bug


def test_the_verdict_stands_before_the_picture(page, server):
    open_page(page, server, "analogies")
    verdict = main(page).get_by_text("The offset changed the answer, and leaving the asked words out did the rest")
    expect(verdict).to_be_visible()
    picture = main(page).locator(".js-plotly-plot").first
    assert verdict.bounding_box()["y"] < picture.bounding_box()["y"]
    expect(main(page).get_by_test_id("stMetric")).to_have_count(3)
    expect(main(page).get_by_test_id("stMetricValue").nth(1)).to_have_text("king")


def test_the_terms_of_a_score_are_drawn_with_a_legend_that_lies_on_nothing(page, server):
    open_page(page, server, "analogies")
    chart = main(page).locator(".js-plotly-plot").first
    expect(chart.locator(".legendtext")).to_have_text(["+ king", "- man", "+ woman", "the score: their sum"])
    lowest_tick = max(tick["y"] + tick["height"] for tick in (each.bounding_box() for each in chart.locator(".xtick text").all()))
    assert chart.locator(".legend").bounding_box()["y"] > lowest_tick - 2


@pytest.mark.parametrize("method", ["3CosMul", "PairDirection", "3CosAvg", "LRCos", "Only-b"])
def test_each_method_is_a_click_away(page, server, method):
    open_page(page, server, "analogies")
    page.get_by_test_id("stButtonGroup").get_by_text(method, exact=True).click()
    settled(page)
    expect(main(page)).to_contain_text(f"by {method} (")
    assert f"analogy_method={method}" in page.url
    no_bug(page)


def test_an_expected_word_is_asked_for_in_the_line_and_comes_back_by_its_link(page, server):
    open_page(page, server, "analogies")
    ask(page, "Analogy", "paris : france :: tokyo : japan")
    expect(main(page)).to_contain_text("japan, the expected answer, is first by 5 of 6 methods")
    page.goto(page.url)
    settled(page)
    expect(main(page)).to_contain_text("japan, the expected answer, is first by 5 of 6 methods")


def test_a_list_to_learn_from_is_chosen_by_its_link(page, server):
    open_page(page, server, "analogies", analogy="paris : france :: tokyo : ?", analogy_pairs="capital-world", analogy_method="LRCos")
    expect(main(page)).to_contain_text("LRCos learned from")
    expect(main(page)).to_contain_text("of @capital-world")
    no_bug(page)
