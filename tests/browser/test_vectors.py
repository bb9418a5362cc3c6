"""The page of vectors in a real Chromium: drop, watch, ask, cancel, reload, export, rename, remove. Real processes do the work."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from embeddings import runs
from embeddings.errors import Cancelled
from embeddings.settings import Progress
from scripts.app_server import Server, open_page, settled

SLOW = 60_000  # milliseconds: a run starts a process of its own, and other tests share the machine


def vectors(n: int = 400, dim: int = 8, extra: bytes = b"") -> bytes:
    """A word2vec text file: king and queen lie near each other, every other word lies elsewhere."""
    rows = [f"{word} 1 {0.1 * at:.1f} " + " ".join(["0"] * (dim - 2)) for at, word in enumerate(("king", "queen"))]
    rows += [f"word{at} {-1 - at % 7} {at % 5} " + " ".join(str((at * place) % 11 - 5) for place in range(dim - 2)) for at in range(n - 2)]
    return f"{n} {dim}\n".encode() + "\n".join(rows).encode() + b"\n" + extra


def main(page: Page):
    return page.get_by_test_id("stMain")


def no_bug(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    settled(page)  # while a run is on, the drop zone before may still stand beside the new one
    zone = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]")
    zone.set_input_files([{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files])
    held = re.compile(rf"^{re.escape(files[0][0])} \(.*, dropped( at [\d:]+)?\)( \(\d+\))?$")
    expect(main(page).get_by_role("combobox", name="File", exact=True)).to_have_value(held)  # it waits on the disk
    settled(page)


def press(page: Page, name: str) -> None:
    main(page).get_by_role("button", name=name, exact=True).click()
    settled(page)


def opened_popover(page: Page, name: str):
    main(page).get_by_role("button", name=name, exact=True).first.click()
    return page.get_by_test_id("stPopoverBody").last


@pytest.fixture
def server_of_its_own(start_server, monkeypatch) -> Server:
    """An app with a data folder of its own, which this process uses too."""
    server = start_server()
    monkeypatch.setenv("EMBEDDINGS_HOME", str(server.home))
    return server


def test_a_dropped_file_is_watched_reported_and_asked(page, server_of_its_own, traffic):
    open_page(page, server_of_its_own, "vectors")
    upload(page, ("mine.vec.gz", gzip.compress(vectors(extra=b"short 1 2\n"))))
    expect(main(page)).to_contain_text("Recognised: Text")
    expect(main(page).get_by_role("textbox", name="Name of the space").first).to_have_value("mine")
    main(page).get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    expect(main(page)).to_contain_text("mine is kept: 400 words of 8 dimensions", timeout=SLOW)
    expect(main(page)).to_contain_text("Refused: 1 row: line 402:")
    assert not list((server_of_its_own.home / "uploads").glob("*/*")), "the dropped file has gone with its import"
    main(page).get_by_role("link", name="Ask mine").click()
    expect(page.get_by_role("heading", name="Neighbours")).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("400 words × 8 dimensions")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("1 row refused")
    assert "space=mine" in page.url
    box = page.get_by_role("textbox", name="Word or expression")
    box.fill("king")
    box.press("Enter")
    expect(main(page)).to_contain_text("Nearest to king: queen")
    no_bug(page)
    assert not traffic.console_errors


def test_the_ask_link_changes_a_space_that_was_chosen_before(page, server_of_its_own):
    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    catalog.keep(WordVectors.from_arrays("tiny", ["up", "down", "left"], [[0.0, 1.0], [0.0, -1.0], [1.0, 0.0]]))
    open_page(page, server_of_its_own, "vectors", space="random-50d", about="tiny")
    main(page).get_by_role("link", name="Ask it").click()
    expect(page.get_by_role("heading", name="Neighbours")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("3 words × 2 dimensions")
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Space").click()
    page.get_by_role("option", name="random-50d").click()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("50,000 words × 50 dimensions")
    settled(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("50,000 words × 50 dimensions")


def test_the_words_dropped_later_and_a_name_typed_at_the_last_moment_are_taken(page, server_of_its_own):
    out = io.BytesIO()
    np.save(out, np.eye(3, dtype=np.float32))
    open_page(page, server_of_its_own, "vectors")
    upload(page, ("arr.npy", out.getvalue()))
    zone = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]")
    zone.set_input_files([{"name": "arr.words.txt", "mimeType": "text/plain", "buffer": b"up\ndown\nleft\n"}])
    expect(main(page).get_by_role("combobox", name="The file of their words")).to_have_value(re.compile(r"^arr\.words\.txt"))
    expect(main(page).get_by_role("combobox", name="File", exact=True)).to_have_value(re.compile(r"^arr\.npy"))
    settled(page)
    main(page).get_by_role("textbox", name="Name of the space").first.fill("typed")
    main(page).get_by_role("button", name="Import", exact=True).click()  # at once: the field has not told the server yet
    expect(main(page)).to_contain_text("typed is kept: 3 words of 3 dimensions", timeout=SLOW)
    no_bug(page)


def test_an_equal_file_dropped_twice_can_be_told_apart(page, server_of_its_own):
    open_page(page, server_of_its_own, "vectors")
    upload(page, ("same.vec", vectors(20)))
    settled(page)
    upload(page, ("same.vec", vectors(20)))
    files = main(page).get_by_role("combobox", name="File", exact=True)
    expect(files).to_have_value(re.compile(r"dropped at"))
    newest = files.input_value()
    files.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a menu closes when the page scrolls under it
    files.click()
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    other = next(label for label in options.all_inner_texts() if label != newest)
    page.get_by_role("option", name=other, exact=True).click()
    settled(page)
    expect(files).to_have_value(other)
    no_bug(page)


def test_an_archive_of_two_asks_which_and_a_pickle_is_refused(page, server_of_its_own):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("in/small.8d.txt", vectors(50))
        archive.writestr("in/large.8d.txt", vectors(60))
    open_page(page, server_of_its_own, "vectors")
    upload(page, ("two.zip", out.getvalue()))
    expect(main(page)).to_contain_text("The archive holds 2 files. Which one?")
    which = main(page).get_by_role("combobox", name="The archive holds 2 files. Which one?")
    which.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a menu closes when the page scrolls under it
    which.click()
    page.get_by_role("option", name="large.8d.txt").click()
    settled(page)
    expect(main(page).get_by_role("textbox", name="Name of the space").first).to_have_value("large-8d")
    press(page, "Import")
    expect(main(page)).to_contain_text("large-8d is kept: 60 words of 8 dimensions", timeout=SLOW)
    upload(page, ("model.kv", pickle.dumps({"vectors": 1})))
    alert = main(page).get_by_test_id("stAlert").filter(has_text="model.kv is a Python pickle")
    expect(alert).to_be_visible()
    expect(main(page).get_by_role("button", name="Import", exact=True)).to_have_count(0)
    press(page, "Let go of the file")
    expect(alert).to_have_count(0)
    no_bug(page)


def test_a_reload_in_the_middle_finds_the_run_and_cancel_ends_it(page, server_of_its_own):
    run = runs.create(["import", "far.vec", "--name=far"], "Import far from far.vec")
    with pytest.raises(Cancelled), runs.watched(run.folder) as watch:
        watch.report(Progress(250, 1000, "reading rows"))
        open_page(page, server_of_its_own, "vectors")
        expect(main(page)).to_contain_text("25 % · reading rows")
        watch.report(Progress(500, 1000, "reading rows"))
        time.sleep(0.3)
        watch.report(Progress(600, 1000, "reading rows"))
        expect(main(page)).to_contain_text("60 % · reading rows")  # without a click
        page.reload()
        settled(page)
        expect(main(page)).to_contain_text("60 % · reading rows")
        main(page).get_by_role("button", name="Cancel").click()
        expect(main(page).get_by_role("button", name="Stopping")).to_be_disabled()
        watch.report(Progress(700, 1000, "reading rows"))
    expect(main(page)).to_contain_text("Import far from far.vec: cancelled after")
    press(page, "Dismiss")
    expect(main(page)).not_to_contain_text("Import far from far.vec")
    no_bug(page)


def test_an_import_is_cancelled_for_real_and_leaves_nothing(page, server_of_its_own):
    files = server_of_its_own.home / "files"
    files.mkdir()
    (files / "endless.vec").write_bytes(vectors(2, 50) + b"".join(b"w%d %b\n" % (row, b"0.123456 " * 49 + b"1") for row in range(400_000)))
    open_page(page, server_of_its_own, "vectors")
    main(page).get_by_role("button", name="Import", exact=True).click()
    main(page).get_by_role("button", name="Cancel").click()
    expect(main(page)).to_contain_text("Import endless from endless.vec: cancelled after", timeout=SLOW)
    assert not list((server_of_its_own.home / "spaces").glob("*")), "nothing half-made is left"
    assert (files / "endless.vec").exists()
    no_bug(page)


def test_a_space_is_exported_and_taken_away(page, server_of_its_own, tmp_path):
    open_page(page, server_of_its_own, "vectors", about="random-50d")
    body = opened_popover(page, "Export")
    body.get_by_role("combobox", name="Format").click()
    page.get_by_role("option", name="word2vec binary").click()
    settled(page)
    body.get_by_role("button", name="Write the files").click()
    page.keyboard.press("Escape")
    expect(main(page)).to_contain_text("random-50d is written as 1 file", timeout=SLOW)
    with page.expect_download() as download:
        main(page).get_by_role("link", name=re.compile(r"random-50d\.bin")).click()
    assert download.value.suggested_filename == "random-50d.bin"
    download.value.save_as(tmp_path / "taken.bin")
    assert (tmp_path / "taken.bin").read_bytes() == (server_of_its_own.home / "exports" / "random-50d.bin").read_bytes()
    expect(main(page)).to_contain_text("KeyedVectors.load_word2vec_format")
    no_bug(page)


def test_only_files_of_the_folder_of_exports_are_given_out(page, server_of_its_own, tmp_path):
    exports = server_of_its_own.home / "exports"
    exports.mkdir()
    (exports / "a.vec").write_bytes(b"1 1\na 1\n")
    (exports / ".making-b").write_bytes(b"half 0.123")
    (tmp_path / "secret").write_bytes(b"secret 0.123")
    os.symlink(tmp_path / "secret", exports / "link.vec")
    (server_of_its_own.home / "other").write_bytes(b"other 0.123")
    given = page.request.get(f"{server_of_its_own.url}/exports/a.vec")
    assert (given.status, given.body()) == (200, b"1 1\na 1\n")
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["x-content-type-options"] == "nosniff"
    for name in ("link.vec", ".making-b", "..%2Fother", "%2e%2e%2fother", "none.vec", "..", "%00", "a" * 300):
        answer = page.request.get(f"{server_of_its_own.url}/exports/{name}")
        assert b"secret 0.123" not in answer.body() and b"other 0.123" not in answer.body() and b"half 0.123" not in answer.body(), name
        assert answer.status != 500, name


def test_a_space_is_renamed_and_removed(page, server_of_its_own):
    from embeddings import catalog
    from embeddings.word_vectors import WordVectors

    catalog.keep(WordVectors.from_arrays("tiny", ["up", "down", "left"], [[0.0, 1.0], [0.0, -1.0], [1.0, 0.0]]))
    open_page(page, server_of_its_own, "vectors", space="tiny")
    body = opened_popover(page, "Rename")
    body.get_by_role("textbox", name="New name").fill("small")
    body.get_by_role("textbox", name="New name").press("Enter")
    settled(page)
    body.get_by_role("button", name="Rename it").click()
    expect(main(page)).to_contain_text("tiny is called small now.")
    settled(page)
    assert "space=small" in page.url
    expect(page.get_by_test_id("stAlert").filter(has_text="not here")).to_have_count(0)
    page.keyboard.press("Escape")
    body = opened_popover(page, "Remove")
    expect(body).to_contain_text("Remove small for good?")
    body.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    settled(page)
    assert Path(server_of_its_own.home / "spaces" / "small").exists()
    body = opened_popover(page, "Remove")
    body.get_by_role("button", name="Yes, remove it").click()
    expect(main(page)).to_contain_text("the sidebar is on glove-6b-50d now")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("400,000 words × 50 dimensions")
    assert not Path(server_of_its_own.home / "spaces" / "small").exists()
    no_bug(page)


def test_no_network_is_told_with_the_way_by_hand(page, start_server):
    server = start_server(https_proxy="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9")
    open_page(page, server, "vectors", find="glove-6b-100d")
    main(page).get_by_role("button", name="Fetch", exact=True).click()
    alert = main(page).get_by_test_id("stAlert").filter(has_text="Fetch glove-6b-100d")
    expect(alert).to_be_visible(timeout=180_000)
    expect(alert).to_contain_text("is there a network?")
    expect(alert).to_contain_text("https://nlp.stanford.edu/data/wordvecs/glove.6B.zip")
    no_bug(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, {"width": 800, "height": 900}], ids=["wide", "narrow"])
def test_the_page_is_whole_in_light_and_dark_wide_and_narrow(page, server, traffic, color_scheme, viewport):
    open_page(page, server, "vectors")
    for title in ("Spaces you can ask", "Open your own", "Fetch official vectors"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")
    no_bug(page)
    assert not traffic.console_errors
