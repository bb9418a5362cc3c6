"""Neighbours in a real Chromium: hubs counted by a real process, rankings, subsets and views from the address and by click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from scripts.app_server import open_page, settled

SLOW = 90_000  # milliseconds: a run starts a process of its own, and other tests share the machine


def main(page: Page):
    return page.get_by_test_id("stMain")


def test_hubs_are_counted_watched_and_shown(page, start_server):
    server = start_server()
    open_page(page, server, space="random-50d")
    main(page).get_by_role("button", name="Count the hubs").click()
    expect(main(page)).to_contain_text(re.compile(r"Hubs of random-50d, k = 10: [\d,]+ hubs among 50,000 words"), timeout=SLOW)
    settled(page)
    expect(main(page)).to_contain_text("among the 10 nearest of how many of all 50,000 words")
    assert (server.home / "beside" / "random-50d" / "hubness-10" / "counts.npy").is_file()
    main(page).get_by_role("radio", name="CSLS").click()
    settled(page)
    expect(main(page)).to_contain_text("CSLS lists the same words as the plain cosine, in another order.")
    expect(main(page)).not_to_contain_text("could be missing")
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_address_reopens_ranking_subset_and_view(page, server):
    open_page(page, server, q="germany", near_rank="Mutual rank", near_only="/land$/", view="centred")
    expect(main(page)).to_contain_text("Asked of glove-6b-50d, centred")
    expect(main(page)).to_contain_text("736 words of 400,000 match")
    expect(main(page)).to_contain_text("Rank from both sides")
    assert all(part in page.url for part in ("near_rank=", "near_only=", "view=centred"))


@pytest.mark.parametrize("only", ["/(a+)+$/", "/(.?){900}(.?){900}q/"])
def test_a_catastrophic_expression_does_not_hang_the_page(page, server, only):
    open_page(page, server)
    box = main(page).get_by_role("textbox", name="Only among")
    box.fill(only)
    box.press("Enter")
    settled(page)
    expect(main(page)).to_contain_text(re.compile("takes too long|words of 400,000 match"), timeout=15_000)
    box.fill("/land$/")
    box.press("Enter")
    settled(page)
    expect(main(page)).to_contain_text("736 words of 400,000 match")
