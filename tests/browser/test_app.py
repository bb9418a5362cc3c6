"""The main job in a real Chromium: ask, see, drop in words, select, come back by a link. No request leaves 127.0.0.1."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from scripts.app_server import open_page, settled, visit

PAGES = {
    "": "Neighbours",
    "neighbours": "Neighbours",
    "analogies": "Analogies",
    "directions": "Directions",
    "map": "Map",
    "one_hot": "One-hot",
    "word_lists": "Word lists",
}


def heading(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()


def no_bug(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def main(page: Page):
    return page.get_by_test_id("stMain")


def ask(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label)
    box.fill(text)
    box.press("Enter")
    settled(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [path for path in PAGES if path])
def test_a_page_shows_a_chart_and_no_bug(page, server, traffic, path, color_scheme):
    open_page(page, server, path)
    heading(page, PAGES[path])
    expect(main(page).locator(".js-plotly-plot").first).to_be_visible()
    no_bug(page)
    assert not traffic.console_errors


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_page_follows_the_readers_colour_scheme(page, server, color_scheme):
    open_page(page, server, "analogies")
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    brightness = sum(int(part) for part in re.findall(r"\d+", ground)[:3]) / 3
    assert brightness > 200 if color_scheme == "light" else brightness < 60
    expect(page.locator(".js-plotly-plot .ytick text").first).to_be_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('.js-plotly-plot .ytick text')).fill")
    tick = sum(int(part) for part in re.findall(r"\d+", ink)[:3]) / 3
    assert abs(tick - brightness) > 120, f"labels {ink} on {ground}"


def test_a_typed_analogy_is_answered_with_queen(page, server):
    open_page(page, server, "analogies")
    ask(page, "Analogy", "man : woman :: king : ?")
    expect(main(page)).to_contain_text("gives queen by 3CosAdd")
    expect(main(page).locator(".js-plotly-plot .ytick text").first).to_have_text("queen")
    expect(main(page).locator(".js-plotly-plot").nth(1)).to_contain_text("offset cosine in all dimensions")
    assert "analogy=man" in page.url


def test_an_example_is_asked_by_a_click(page, server):
    open_page(page, server, "")
    page.get_by_test_id("stButtonGroup").get_by_text("jaguar", exact=True).click()
    settled(page)
    expect(page.get_by_role("textbox", name="Word or expression")).to_have_value("jaguar")
    expect(main(page)).to_contain_text("Nearest to jaguar")
    page.get_by_test_id("stButtonGroup").get_by_text("einstein", exact=True).click()
    settled(page)
    expect(main(page)).to_contain_text("Nearest to einstein")


def test_the_space_is_kept_from_page_to_page(page, server):
    open_page(page, server, "")
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Space").click()
    page.get_by_role("option", name="random-50d").click()
    settled(page)
    for title in ("Analogies", "Map", "Neighbours"):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        heading(page, title)
        settled(page)
        expect(page.get_by_test_id("stSidebar")).to_contain_text("50,000 words × 50 dimensions")
        assert "space=random-50d" in page.url


LINKS = [
    ("", {"q": "king - man + woman"}, "Nearest to king - man + woman: queen"),
    ("neighbours", {"q": "berlin", "space": "random-50d"}, "among all 50,000 words"),
    ("analogies", {"analogy": "paris : france :: tokyo : ?"}, "gives japan by 3CosAdd"),
    ("directions", {"pairs": "gender", "shuffled": "true"}, "shuffled pairs are"),
    ("map", {"map_of": "Most frequent", "map_n": "60"}, "60 words by PCA"),
    ("one_hot", {"words": "cat dog horse"}, "the 2 others tie"),
    ("word_lists", {"list": "fruits"}, "@fruits: 24 of 24 words"),
]


@pytest.mark.parametrize(("path", "params", "told"), LINKS, ids=[path or "front" for path, _, _ in LINKS])
def test_a_copied_link_is_the_first_request_of_a_fresh_server(start_server, page, path, params, told):
    server = start_server()
    open_page(page, server, path, **params)
    heading(page, PAGES[path])
    expect(main(page)).to_contain_text(told)
    no_bug(page)


def test_the_link_that_is_shown_reopens_the_view(page, server, browser):
    open_page(page, server, "")
    ask(page, "Word or expression", "0.5*paris + 0.5*berlin")
    page.get_by_role("button", name="Link").first.click()
    link = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").inner_text().strip()
    with visit(browser) as (other, _):
        other.goto(link)
        settled(other)
        expect(main(other)).to_contain_text("Nearest to 0.5*paris + 0.5*berlin")


def test_a_dropped_list_is_found_on_the_map(page, start_server):
    server = start_server()
    open_page(page, server, "word_lists")
    files = [
        {"name": "my birds.txt", "mimeType": "text/plain", "buffer": "sparrow\neagle\nowl\nzzzqqq\n".encode("utf-16")},
        {"name": "royal.csv", "mimeType": "text/csv", "buffer": b"man,woman\nking,queen\nprince,princess\n"},
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x01"},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").set_input_files(files)
    expect(main(page)).to_contain_text("@my-birds: 4 words, kept for your next visit.")
    expect(main(page)).to_contain_text("@royal: 3 pairs")
    expect(page.get_by_test_id("stAlert").filter(has_text="picture.png")).to_be_visible()
    expect(page.get_by_test_id("stAlert").filter(has_text="empty.txt")).to_be_visible()
    open_page(page, server, "map", lists="my-birds")
    expect(main(page)).to_contain_text("3 words by PCA")
    expect(main(page)).to_contain_text("Not in glove-6b-50d from @my-birds: zzzqqq")
    expect(main(page).locator(".js-plotly-plot .textpoint").filter(has_text="owl")).to_be_visible()
    open_page(page, server, "", q="king + @royal")
    expect(main(page)).to_contain_text("it stands for the mean offset")


def test_a_list_of_100_000_lines_is_taken_and_told_where_it_is_too_long(page, start_server):
    server = start_server()
    open_page(page, server, "word_lists")
    lines = (
        "\n".join(f"word{n}" for n in range(99_990))
        + "\n"
        + "\n".join(["cat", "dog", "horse", "cow", "pig", "hen", "ox", "ant", "bee", "owl"])
    )
    file = {"name": "long.txt", "mimeType": "text/plain", "buffer": lines.encode()}
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").set_input_files(file)
    expect(main(page)).to_contain_text("@long: 100,000 words, kept for your next visit.", timeout=30_000)
    open_page(page, server, "map", lists="long")
    expect(main(page)).to_contain_text("words by PCA", timeout=30_000)
    expect(main(page)).to_contain_text("Not in glove-6b-50d from @long: word0")
    open_page(page, server, "one_hot", words="@long")
    expect(main(page)).to_contain_text("Not in glove-6b-50d from @long: word0")
    no_bug(page)


@pytest.mark.parametrize(
    ("name", "button", "title"), [("fruits", "Open on the map", "Map"), ("gender", "Open in Directions", "Directions")]
)
def test_a_list_is_opened_on_another_page_by_a_click(page, server, name, button, title):
    open_page(page, server, "word_lists", list=name, space="random-50d")
    main(page).get_by_role("link", name=button).click()
    heading(page, title)
    settled(page)
    no_bug(page)
    assert f"={name}" in page.url
    assert "space=random-50d" in page.url


def test_a_list_in_the_address_that_is_not_here_is_named(page, server):
    open_page(page, server, "map", lists="nope")
    expect(page.get_by_test_id("stAlert")).to_contain_text("The address asks for @nope, which is not among the lists here.")


@pytest.mark.parametrize("path", [path for path in PAGES if path])
def test_a_tiny_space_gets_pages_and_messages_and_no_bug(page, start_server, monkeypatch, path):
    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    server = start_server()
    monkeypatch.setenv("EMBEDDINGS_HOME", str(server.home))
    catalog.keep(WordVectors.from_arrays("tiny", ["up", "down", "x" * 300], [[0.0, 1.0], [0.0, -1.0], [0.0, 0.0]]))
    open_page(page, server, path, space="tiny", q="up", words="up down", several="up down", analogy="up - down + up", lists="nope")
    heading(page, PAGES[path])
    no_bug(page)


def drop(page: Page, name: str, data: bytes) -> None:
    """A real drag and drop: the browser's own drop event with a file in it."""
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible()
    page.evaluate(
        """([name, bytes]) => {
            const transfer = new DataTransfer()
            transfer.items.add(new File([new Uint8Array(bytes)], name, {type: "text/plain"}))
            const zone = document.querySelector('[data-testid=stFileUploaderDropzone]')
            for (const kind of ["dragenter", "dragover", "drop"])
                zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer}))
        }""",
        [name, list(data)],
    )


def test_a_file_is_taken_by_drag_and_drop_and_can_be_removed(page, start_server):
    server = start_server()
    open_page(page, server, "word_lists")
    drop(page, "trees.txt", b"oak\nelm\nbirch\n")
    expect(main(page)).to_contain_text("@trees: 3 words, kept for your next visit.")
    open_page(page, server, "word_lists", list="trees")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    settled(page)
    expect(main(page)).to_contain_text("@trees was removed")


def test_the_lasso_makes_a_table(page, server):
    open_page(page, server, "map", lists="animals")
    main(page).locator('.modebar-btn[data-title="Lasso Select"]').click()
    chart = main(page).locator(".js-plotly-plot .nsewdrag").first
    box = chart.bounding_box()
    left, top, right, bottom = box["x"] + 3, box["y"] + 3, box["x"] + box["width"] - 3, box["y"] + box["height"] - 3
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 8)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()
    expect(page.get_by_role("heading", name="Selected: 12 words")).to_be_visible()


def test_a_click_selects_one_word(page, server):
    open_page(page, server, "map", lists="animals")
    point = main(page).locator(".js-plotly-plot .scatterlayer .point").first.bounding_box()
    page.mouse.click(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    expect(page.get_by_role("heading", name="Selected: 1 word", exact=True)).to_be_visible()


@pytest.mark.parametrize("word", ["<img src=x onerror=alert(1)>", "**bold** :smile: [a](http://b)", "$x$ `y` _z_"])
def test_a_word_is_never_markup(page, start_server, word):
    server = start_server()
    seen = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    open_page(page, server, "", q=json.dumps(word))
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_be_visible()
    assert word in alert.inner_text().replace("\u2060", "")
    assert alert.locator("img, strong, em, a, code").count() == 0
    assert not seen


def test_markup_in_a_space_is_text_on_every_chart_and_table(page, start_server, tmp_path, monkeypatch):
    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    server = start_server()
    monkeypatch.setenv("EMBEDDINGS_HOME", str(server.home))
    words = ["<b>bold</b>", "<img/src=x>", "**stars**", "=1+1", "a&amp;b", "`tick`", "plain", ":smile:"]
    vectors = [[1.0, i / 10, (i % 3) / 5] for i in range(len(words))]
    catalog.keep(WordVectors.from_arrays("markup", words, vectors))
    open_page(page, server, "", space="markup", q='"<b>bold</b>"')
    expect(main(page).locator(".js-plotly-plot .ytick text")).to_have_count(len(words) - 1)
    ticks = main(page).locator(".js-plotly-plot .ytick text").all_text_contents()
    assert set(words[1:]) == set(ticks)
    assert main(page).locator("img[src='x'], .js-plotly-plot b").count() == 0
    expect(main(page).locator(".js-plotly-plot .scatterlayer .point").first).to_be_visible()  # nothing moves after the second chart
    bar = main(page).locator(".js-plotly-plot .bars .point").nth(ticks.index("<img/src=x>")).bounding_box()
    page.mouse.move(bar["x"] + 30, bar["y"] + bar["height"] / 2, steps=4)
    expect(main(page).locator(".js-plotly-plot .hoverlayer").first).to_contain_text("<img/src=x>")
    expect(main(page)).to_contain_text("Nearest to <b>bold</b>")
    no_bug(page)


def test_a_near_spelling_is_taken_by_a_click(page, server):
    open_page(page, server, "", q="kign - man + woman")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("No vector")
    page.get_by_role("button", name="king", exact=True).click()
    settled(page)
    expect(main(page)).to_contain_text("Nearest to king - man + woman: queen")


@pytest.mark.parametrize(
    ("label", "ending", "start"),
    [("PNG", "png", b"\x89PNG"), ("SVG", "svg", b"<svg"), ("CSV", "csv", b"\xef\xbb\xbf"), ("HTML", "html", b"<!doctype html>")],
)
def test_a_result_is_downloaded(page, server, tmp_path, label, ending, start):
    open_page(page, server, "", q="king - man + woman")
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as download:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name=label, exact=False).click()
    download.value.save_as(tmp_path / "file")
    data = (tmp_path / "file").read_bytes()
    assert data.lstrip().startswith(start)
    assert download.value.suggested_filename == f"neighbours.{ending}"
    if ending in ("svg", "csv", "html"):
        assert b"queen" in data
    if ending == "html":
        assert not re.search(rb"<script[^>]+src=", data), "the page must need no network"


def test_the_table_of_a_result_opens(page, server):
    open_page(page, server, "", q="king - man + woman")
    page.get_by_role("button", name="Table (12)").click()
    expect(page.get_by_test_id("stPopoverBody").get_by_test_id("stDataFrame")).to_be_visible()


def test_tsne_is_drawn_on_the_map(page, server):
    open_page(page, server, "map", lists="animals", map="t-SNE")
    expect(main(page)).to_contain_text("12 words by t-SNE", timeout=30_000)
    no_bug(page)


def test_a_narrow_window_puts_charts_under_each_other(page, server):
    page.set_viewport_size({"width": 800, "height": 900})
    open_page(page, server, "analogies")
    first, second = (main(page).locator(".js-plotly-plot").nth(n).bounding_box() for n in (0, 1))
    assert second["y"] > first["y"] + first["height"] - 1
    assert first["width"] > 350
