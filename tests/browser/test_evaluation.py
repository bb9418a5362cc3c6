"""The page Evaluation in a real Chromium: the first picture, a dropped suite, a run with its bar, and a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from scripts.app_server import Server, open_page, settled

SLOW = 90_000  # milliseconds: a run starts a process of its own, and other tests share the machine


def main(page: Page):
    return page.get_by_test_id("stMain")


def no_bug(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.fixture
def server_of_its_own(start_server) -> Server:
    return start_server()


def test_the_first_picture_is_there_without_a_click(page, server, traffic):
    open_page(page, server, "evaluation")
    expect(main(page)).to_contain_text("glove-6b-50d answers 49.7%", timeout=SLOW)
    expect(main(page)).to_contain_text("76% of the 19,544")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.locator(".st-key-chart_sections")).to_contain_text("all covered")
    no_bug(page)
    assert not traffic.console_errors


def test_a_dropped_suite_is_asked_and_a_broken_one_names_its_line(page, server_of_its_own):
    open_page(page, server_of_its_own, "evaluation", suite="simlex999")
    zone = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]")
    zone.set_input_files([{"name": "kin.txt", "mimeType": "text/plain", "buffer": b": kin\nman woman king queen\nman woman boy\n"}])
    expect(main(page)).to_contain_text("kin.txt, line 3: an analogy has four words, this line has 3", timeout=SLOW)
    settled(page)
    good = b": kin\nman woman king queen\nman woman boy girl\nking queen uncle aunt\n"
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").set_input_files(
        [{"name": "kin.txt", "mimeType": "text/plain", "buffer": good}]
    )
    expect(main(page)).to_contain_text("kin: 3 questions in 1 sections. Choose it above as a suite.", timeout=SLOW)
    open_page(page, server_of_its_own, "evaluation", suite="kin", eval_state="all")
    expect(main(page)).to_contain_text(re.compile("glove-6b-50d answers .* of all 3 questions"), timeout=SLOW)
    no_bug(page)


def test_all_words_are_asked_by_a_run_that_a_reload_still_shows(page, server_of_its_own):
    open_page(page, server_of_its_own, "evaluation", eval_among="all")
    main(page).get_by_role("button", name="Evaluate", exact=True).click()
    expect(main(page)).to_contain_text("Evaluate glove-6b-50d on Google analogies by 3CosAdd", timeout=SLOW)
    expect(main(page)).to_contain_text("answers 46.2%", timeout=SLOW)
    expect(main(page)).to_contain_text("of all 19,544 questions, among all 400,000 words")
    open_page(page, server_of_its_own, "evaluation", eval_among="all")
    expect(main(page)).to_contain_text("answers 46.2%", timeout=SLOW)
    no_bug(page)
