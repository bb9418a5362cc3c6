"""The page of vectors in AppTest: what is here, its report, and what can be done with it; runs are made by hand or for real."""

from __future__ import annotations

import gzip
import io
import os
import signal
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from embeddings import catalog, runs, search
from embeddings.word_vectors import Source, WordVectors
from explorer import brought, cached, jobs, reports

ROOT = Path(__file__).resolve().parents[2]
TEXT = b"king 1 0\nqueen 0 1\nking 5 5\nshort 1\nman 1 1\n"  # a duplicate in line 3, a refused row in line 4


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    cached.open_spaces.clear()
    return AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60)


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Ends what a test left at work."""
    yield
    for run in jobs.all():
        if run.live and run.pid not in {None, os.getpid()}:
            os.kill(run.pid, signal.SIGKILL)


def opened(app: AppTest, **params: str) -> AppTest:
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(str(ROOT / "pages" / "vectors.py")).run()
    assert not app.exception, app.exception[0].value
    return app


def seen(app: AppTest) -> str:
    """All text of the page as a reader sees it."""
    kinds = (app.markdown, app.caption, app.error, app.warning, app.success, app.info)
    return "\n".join(str(block.value) for kind in kinds for block in kind).replace("\\", "").replace("\u2060", "")


def imported(name: str = "small", data: bytes = TEXT, tmp: Path | None = None) -> None:
    """Keep a space that was read from a file, as the page's own runs do."""
    file = (tmp or brought.home()) / f"{name}.vec"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    catalog.import_file(file, name)


def wait_for_run(app: AppTest, seconds: float = 60) -> runs.Run:
    """The newest run, once it has ended, with the page drawn again."""
    end = time.monotonic() + seconds
    while (run := jobs.all()[0]).live:
        assert time.monotonic() < end, run
        time.sleep(0.05)
    app.run()
    assert not app.exception
    return run


COLUMNS = {"table_spaces": "open now", "table_refused": "why it was refused", "table_duplicates": "word", "table_offers": "here as"}


def table(app: AppTest, key: str):
    return next(frame.value for frame in app.dataframe if COLUMNS[key] in frame.value.columns)


# ---------------------------------------------------------------------------------------------------- the spaces there are


def test_the_page_is_finished_before_the_first_click(app):
    opened(app)
    told = seen(app)
    assert [part.value for part in app.subheader] == ["Spaces you can ask", "Open your own", "Fetch official vectors"]
    assert table(app, "table_spaces")["name"].tolist() == ["glove-6b-50d", "random-50d"]
    assert "It came with this program: no file was imported, so there is no repair report." in told
    assert "so it can be neither renamed nor removed" in told
    assert "No file is here yet. Drop one above" in told
    assert "1 space open now" in told
    assert not app.error and not app.warning


def test_a_report_is_shown_in_full_with_its_refused_rows_and_duplicates(app):
    imported()
    opened(app, about="small")
    told = seen(app)
    assert "5 rows read, 3 kept, each of 2 dimensions." in told
    assert "Refused: 1 row: line 4:" in told
    assert "Duplicates: 1 word stood again, the first was kept: 'king' (line 3, kept from 1)" in told
    assert table(app, "table_refused")["line"].tolist() == [4]
    assert table(app, "table_duplicates").to_numpy().tolist() == [["king", 1, 3]]
    assert "SHA-256 of the file" in told


def test_the_printed_python_runs_and_tells_the_same(app, capsys):
    imported()
    opened(app, about="small")
    scripts = [block.value for block in app.code if block.language == "python"]
    assert len(scripts) == 2
    for script in scripts:
        exec(compile(script, "as_python", "exec"), {"__name__": "printed"})
    told = capsys.readouterr().out
    assert "glove-6b-50d 400000 50" in told and "5 rows read, 3 kept, each of 2 dimensions." in told


def test_the_sidebar_tells_of_repairs_in_one_line_on_every_page(app):
    imported()
    app.query_params["space"] = "small"
    app.run()
    told = seen(app)
    assert "1 row refused, 1 duplicate dropped" in told
    assert "“most frequent” means the first rows here" in told
    assert any(link.label == "See Vectors" for link in app.sidebar.get("page_link"))


def test_the_box_needs_no_such_line(app):
    app.run()
    assert "refused" not in seen(app) and "most frequent” means" not in seen(app)


def test_words_of_a_file_are_never_markup(app):
    imported("odd", b"king 1 0\n**b**:smile: 1 2 3\nqueen 0 1\n<b>x</b> 1\n`t` 1 1\n`t` 2 2\n")
    opened(app, about="odd")
    assert not app.exception
    report = next(block.value for block in app.markdown if "rows read" in block.value)
    assert r"\`t\`" in report


def test_the_space_of_the_sidebar_is_the_one_in_full_until_another_is_chosen(app):
    imported()
    opened(app, space="random-50d")
    assert app.selectbox(key="about").value == "random-50d"
    app.selectbox(key="space").set_value("small").run()
    assert app.selectbox(key="about").value == "small"
    app.selectbox(key="about").set_value("glove-6b-50d").run()
    assert app.selectbox(key="about").value == "glove-6b-50d"
    assert app.selectbox(key="space").value == "small"


def test_an_address_about_a_space_that_is_not_here_is_told(app):
    opened(app, about="../etc")
    assert "The address asks about the space '../etc', which is not here." in seen(app)
    assert app.selectbox(key="about").value == "glove-6b-50d"


def test_a_damaged_space_is_told_and_the_others_stay(app):
    imported()
    (catalog.beside("small") / "meta.json").write_text("{")
    opened(app)
    told = seen(app)
    assert "**small** is damaged and cannot be opened." in told and "'small' is not a kept space: meta.json cannot be read." in told
    assert "Expecting property name" not in told, "what a parser says is kept apart"
    assert str(catalog.beside("small")) in told
    assert table(app, "table_spaces")["name"].tolist() == ["glove-6b-50d", "random-50d"]
    assert not app.error and not app.warning
    app.button(key="remove_small_yes").click().run()
    assert "small was removed" in seen(app) and not catalog.beside("small").exists()
    assert "is damaged" not in seen(app) and "Damaged and left out" not in seen(app)


def test_a_space_whose_vectors_were_cut_is_told_in_one_line_elsewhere(app):
    imported()
    file = catalog.beside("small") / "vectors.npy"
    file.write_bytes(file.read_bytes()[:-4])
    opened(app, space="small")
    told = seen(app)
    assert "The address asks for the space 'small', which is damaged. glove-6b-50d is shown." in told
    assert "**small** is damaged and cannot be opened." in told and "vectors.npy has" in told
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    assert "Damaged and left out: small. The page Vectors tells more." in seen(app)
    assert "vectors.npy has" not in seen(app)


def test_a_budget_of_memory_that_is_none_is_told(app, monkeypatch):
    monkeypatch.setenv("EMBEDDINGS_MEMORY", "much")
    opened(app)
    assert "EMBEDDINGS_MEMORY is 'much'; it takes a number of gigabytes above 0" in seen(app)


def test_a_small_budget_lets_go_of_the_space_asked_longest_ago_and_the_page_tells(app, monkeypatch):
    monkeypatch.setenv("EMBEDDINGS_MEMORY", "0.001")
    opened(app)
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.selectbox(key="space").set_value("random-50d").run()
    app.switch_page(str(ROOT / "pages" / "vectors.py")).run()
    shown = table(app, "table_spaces")
    assert shown.loc[shown["open now"], "name"].tolist() == ["random-50d"]
    assert "That is more than the 1.0 MB set aside by EMBEDDINGS_MEMORY, but one space always stays open." in seen(app)


# ---------------------------------------------------------------------------------------------------- renamed and removed


def test_a_space_in_use_is_renamed_and_stays_in_use(app):
    imported()
    opened(app, space="small", about="small")
    app.text_input(key="rename_small").set_value("little").run()
    app.button(key="rename_it").click().run()
    assert "small is called little now." in seen(app)
    assert (app.selectbox(key="space").value, app.selectbox(key="about").value) == ("little", "little")
    assert not app.error
    assert cached.space("little")["king"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("name", "told"), [("Glove 6B", "'glove-6b' can"), ("glove-6b-50d", "There is a space 'glove-6b-50d' already"), ("", "needs a name")]
)
def test_a_name_that_will_not_do_is_told_before_the_click(app, name, told):
    imported()
    opened(app, about="small")
    app.text_input(key="rename_small").set_value(name).run()
    assert told in seen(app)
    assert app.button(key="rename_it").disabled


def test_a_removed_space_frees_its_bytes_and_the_sidebar_goes_back_to_the_box(app):
    imported()
    opened(app, space="small", about="small")
    told = seen(app)
    assert "Remove **small** for good?" in told and "It is in use here. Afterwards the sidebar is on glove-6b-50d." in told
    app.button(key="remove_small_yes").click().run()
    assert "small was removed:" in seen(app) and "It was the one in use; the sidebar is on glove-6b-50d now." in seen(app)
    assert app.selectbox(key="space").value == "glove-6b-50d"
    assert not catalog.beside("small").exists()
    assert "small" not in cached.open_spaces().held()


def test_a_space_that_another_window_removed_is_told(app):
    imported()
    opened(app, about="small")
    catalog.remove("small")
    app.button(key="remove_small_yes").click().run()
    assert "There is no kept space 'small'." in seen(app)
    assert app.selectbox(key="about").value == "glove-6b-50d"


def test_a_window_that_uses_a_space_which_another_window_removed_goes_back_to_the_box(app):
    imported()
    opened(app, space="small", about="small")
    catalog.remove("small")
    app.run()
    assert not app.exception and not app.error
    assert (app.selectbox(key="space").value, app.selectbox(key="about").value) == ("glove-6b-50d", "glove-6b-50d")
    gone = "The space 'small' is not here any longer: it was renamed or removed."
    assert f"{gone} glove-6b-50d is shown." in seen(app)
    app.selectbox(key="space").set_value("random-50d").run()
    assert gone not in seen(app)


def test_a_link_within_the_app_changes_the_space_and_a_later_choice_stays(app):
    imported()
    app.query_params["space"] = "random-50d"
    app.run()
    app.query_params["space"] = "small"
    app.run()
    assert app.selectbox(key="space").value == "small"
    app.selectbox(key="space").set_value("random-50d").run()
    assert app.selectbox(key="space").value == "random-50d"
    app.run()
    assert app.selectbox(key="space").value == "random-50d"


# ---------------------------------------------------------------------------------------------------- opening


def dropped(name: str, data: bytes) -> Path:
    return brought.spill(name, io.BytesIO(data))


def test_a_dropped_file_is_imported_and_its_report_is_shown_at_once(app, home):
    dropped("my words.vec.gz", gzip.compress(TEXT))
    opened(app)
    assert "Recognised: Text: GloVe, word2vec or fastText .vec" in seen(app)
    assert app.text_input[[box.label for box in app.text_input].index("Name of the space")].value == "my_words"
    app.button(key="import_it").click().run()
    assert brought.waiting() == []
    run = wait_for_run(app)
    assert run.state == "done", run.error
    told = seen(app)
    assert "my_words is kept: 3 words of 2 dimensions" in told
    assert "Repair report of my_words" in told and "5 rows read, 3 kept" in told
    assert any("Ask my" in link.proto.label for link in app.get("page_link"))
    assert not list((home / "runs").glob("*/files/*/*")), "the dropped file went with its run"
    app.button(key=f"dismiss_{run.id}").click().run()
    assert "Repair report of my_words" not in seen(app)


def test_an_archive_asks_which_file_and_names_the_space_after_it(app):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("in/a.20d.txt", TEXT)
        archive.writestr("in/b.30d.txt", b"up 1 2 3\ndown 3 2 1\n")
    path = dropped("two.zip", out.getvalue())
    opened(app)
    which = app.selectbox(key=f"import_member_{path}")
    assert which.label == "The archive holds 2 files. Which one?"
    assert which.options == ["in/a.20d.txt (44 bytes)", "in/b.30d.txt (20 bytes)"]
    which.set_value("in/b.30d.txt").run()
    app.button(key="import_it").click().run()
    assert wait_for_run(app).state == "done"
    assert catalog.open_space("b-30d")["up"].tolist() == [1, 2, 3]


def test_vectors_without_words_wait_for_the_file_of_their_words(app):
    out = io.BytesIO()
    np.save(out, np.array([[1, 0], [0, 1]], np.float32))
    path = dropped("mine.npy", out.getvalue())
    opened(app)
    assert "These are vectors without words. Drop the file of their words as well" in seen(app)
    assert app.button(key="import_it").disabled
    dropped("mine.words.txt", b"up\ndown\n")
    app.selectbox(key="import_file").set_value(str(path)).run()
    assert not app.button(key="import_it").disabled
    app.button(key="import_it").click().run()
    assert wait_for_run(app).error == ""
    assert catalog.open_space("mine")["down"].tolist() == [0, 1]
    assert brought.waiting() == []


def upload(app: AppTest, *files: tuple[str, bytes]) -> None:
    zone = app.file_uploader[0]
    zone.set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    assert not app.exception, app.exception[0].value


def npy(array) -> bytes:
    out = io.BytesIO()
    np.save(out, np.array(array, np.float32))
    return out.getvalue()


def chosen_name(app: AppTest):
    return next(box for box in app.text_input if box.label == "Name of the space")


def test_the_words_dropped_after_their_vectors_are_put_into_their_place(app):
    opened(app)
    upload(app, ("arr.npy", npy([[1, 0], [0, 1]])))
    path = app.selectbox(key="import_file").value
    assert "These are vectors without words" in seen(app)
    upload(app, ("other.words.txt", b"a\nb\n"))
    assert app.selectbox(key="import_file").value == path
    words = app.selectbox(key=f"import_words_{path}")
    assert words.label == "The file of their words" and words.value.endswith("other.words.txt")
    assert "other.words.txt is taken for the words of arr.npy." in seen(app)
    upload(app, ("first", b"up\ndown\n"))
    assert app.selectbox(key=f"import_words_{path}").value.endswith("first")
    app.button(key="import_it").click().run()
    assert wait_for_run(app).error == ""
    assert catalog.open_space("arr")["down"].tolist() == [0, 1]


def test_what_was_typed_just_before_the_click_is_what_is_imported(app):
    path = dropped("a.vec", TEXT)
    opened(app)
    chosen_name(app).set_value("typed")
    app.text_input(key=f"import_title_{path}").set_value("A title")
    app.button(key="import_it").click().run()
    assert wait_for_run(app).error == ""
    assert catalog.entry("typed").source.title == "A title"


def test_a_bad_name_typed_just_before_the_click_is_told_and_starts_nothing(app):
    dropped("a.vec", TEXT)
    opened(app)
    chosen_name(app).set_value("Not A Name")
    app.button(key="import_it").click().run()
    assert any("'Not A Name' cannot name a space" in error.value.replace("\\", "") for error in app.error)
    assert jobs.all() == []


def test_the_same_file_twice_is_two_entries_that_can_be_told_apart_and_keeps_what_was_typed(app):
    opened(app)
    upload(app, ("same.vec", TEXT))
    first = app.selectbox(key="import_file").value
    chosen_name(app).set_value("typed").run()
    upload(app, ("same.vec", b"up 1\n"))
    files = app.selectbox(key="import_file")
    assert len(set(files.options)) == 2, "their sizes differ"
    upload(app, ("same.vec", TEXT))
    files = app.selectbox(key="import_file")
    assert len(set(files.options)) == 3 and files.value != first
    assert sum(" at " in label for label in files.options) == 2
    assert chosen_name(app).value == "typed"
    files.set_value(first).run()
    assert app.selectbox(key="import_file").value == first


def test_a_proposed_name_that_is_taken_meanwhile_moves_on_and_a_typed_one_stays(app):
    dropped("mine.vec", TEXT)
    opened(app)
    assert chosen_name(app).value == "mine"
    imported("mine", tmp=brought.home() / "other")
    app.run()
    assert chosen_name(app).value == "mine-2" and not app.button(key="import_it").disabled
    chosen_name(app).set_value("typed").run()
    imported("typed", tmp=brought.home() / "other")
    app.run()
    assert chosen_name(app).value == "typed" and "There is a space 'typed' already" in seen(app)


def test_of_files_dropped_together_the_readable_one_is_chosen_and_the_other_named(app):
    opened(app)
    upload(app, ("good.vec", TEXT), ("bad.pdf", b"%PDF-1.7 ..."))
    assert app.selectbox(key="import_file").value.endswith("good.vec")
    told = seen(app)
    assert "2 files are here. good.vec is chosen below." in told
    assert [error.value.replace("\\", "") for error in app.error] == ["bad.pdf is a PDF document."]
    assert "Recognised: Text" in told


def test_a_file_in_no_known_format_is_told_in_short_and_pickles_are_not_offered(app):
    dropped("odd.dat", b"\x00\x01\x02")
    opened(app)
    (error,) = app.error
    assert error.value.replace("\\", "") == "odd.dat is in no format known here."
    (fold,) = [fold for fold in app.expander if fold.label == "Formats that can be opened here"]
    listed = fold.markdown[0].value
    assert "word2vec" in listed and "pickle" not in listed


def test_entries_of_the_folder_that_are_not_listed_are_named_with_the_reason(app, home):
    brought.files_folder().mkdir(parents=True)
    os.mkfifo(brought.files_folder() / "pipe.vec")
    (brought.files_folder() / "in").mkdir()
    opened(app)
    told = seen(app)
    assert (
        "2 entries of the folder are not listed. `in`: a folder; lay its files here. `pipe.vec`: a pipe or a device, and no file." in told
    )


def test_an_import_leaves_no_folder_where_its_file_was_dropped(app):
    opened(app)
    upload(app, ("a.vec", TEXT))
    app.button(key="import_it").click().run()
    assert list(brought.uploads_folder().iterdir()) == []
    wait_for_run(app)


def test_what_a_killed_import_left_is_swept_by_the_page(app, home):
    half = home / "spaces" / ".making-0123"
    half.mkdir(parents=True)
    (half / "vectors.npy").write_bytes(b"half")
    lock = half.with_suffix(".lock")
    lock.touch()
    opened(app)
    assert half.exists(), "only just begun"
    os.utime(lock, (time.time() - 60,) * 2)
    app.run()
    assert not half.exists() and not lock.exists()


def test_a_pickle_is_refused_with_its_cures_to_copy(app):
    dropped("model.kv", b"\x80\x04\x95")
    opened(app)
    assert "model.kv is a Python pickle" in seen(app)
    cures = [block.value for block in app.code]
    assert "python -m embeddings import FILE --trust-pickle" in cures
    assert "kv.save_word2vec_format('vectors.bin', binary=True)" in cures
    assert not [button for button in app.button if button.key == "import_it"]
    app.button(key="let_go").click().run()
    assert "No file is here yet" in seen(app)


def test_a_file_in_the_folder_is_imported_and_left_where_it_is(app):
    brought.files_folder().mkdir(parents=True)
    (brought.files_folder() / "large.vec").write_bytes(TEXT)
    opened(app)
    assert app.selectbox(key="import_file").options == ["large.vec (44 bytes, in the folder)"]
    app.button(key="import_it").click().run()
    assert wait_for_run(app).state == "done"
    assert (brought.files_folder() / "large.vec").exists()


def test_a_file_that_went_before_the_click_is_told(app):
    path = dropped("a.vec", TEXT)
    opened(app)
    brought.discard(path)
    app.button(key="import_it").click().run()
    assert "a.vec is not among the files here any longer. Drop it again" in seen(app)
    assert jobs.all() == []


def test_a_run_that_failed_is_told_with_its_cure(app):
    rows = "".join(f"w{n} {n} {-n}\n" for n in range(60_000)).encode()
    dropped("a.vec.gz", gzip.compress(rows)[:-40_000])
    opened(app)
    app.button(key="import_it").click().run()
    run = wait_for_run(app)
    assert run.state == "failed" and "a.vec.gz" in run.error
    assert f"{run.name}: {run.error}" in seen(app)
    assert not list(brought.home().glob("runs/*/files/*/*"))


def test_a_name_that_another_window_took_before_the_click_is_told_and_the_file_stays(app):
    path = dropped("a.vec", TEXT)
    opened(app)
    chosen_name(app).set_value("given").run()
    imported("given", tmp=brought.home() / "other")
    app.button(key="import_it").click().run()
    assert any("There is a space 'given' already" in error.value.replace("\\", "") for error in app.error)
    assert jobs.all() == [] and path.exists()


def test_a_second_click_starts_no_second_run(app, monkeypatch):
    opened(app, about="random-50d")
    live = runs.create(["export", "random-50d", "word2vec", "--overwrite"], "Export random-50d as word2vec text")
    app.button(key="export_it").click().run()
    assert "Export random-50d as word2vec text: at work already, see its bar." in seen(app)
    assert [run.id for run in jobs.all()] == [live.id]


def test_a_run_at_work_is_found_by_a_reload_and_a_second_window(app):
    run = runs.create(["import", "somewhere.vec", "--name=some"], "Import some from somewhere.vec")
    with runs.watched(run.folder) as watch:
        watch.report(runs.watching.Progress(250, 1000, "reading"))
        opened(app)
        assert "**Import some from somewhere.vec**" in seen(app)
        (bar,) = app.get("progress")
        assert "25 %" in bar.proto.text.replace("\\", "") and "reading" in bar.proto.text
        other = AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60)
        opened(other)
        other.button(key=f"cancel_{run.id}").click().run()
        with pytest.raises(Exception, match="Cancelled"):
            time.sleep(0.1)
            watch.report(runs.watching.Progress(300, 1000, "reading"))
        watch.result = {}
    # the run was left without its exception: it counts as done, and the page tells it all the same
    app.run()
    assert not app.exception


# ---------------------------------------------------------------------------------------------------- export and index


def test_an_export_gives_files_to_take_away_and_the_python_for_gensim(app, home):
    imported()
    opened(app, about="small")
    app.selectbox(key="export_format").set_value("word2vec text").run()
    app.toggle(key="export_gz").set_value(True).run()
    app.button(key="export_it").click().run()
    run = wait_for_run(app)
    assert run.state == "done", run.error
    assert gzip.decompress((home / "exports" / "small.vec.gz").read_bytes()).startswith(b"3 2\nking 1")
    assert "small is written as 1 file" in seen(app)
    assert any("KeyedVectors.load_word2vec_format" in block.value for block in app.code)
    (link,) = app.get("link_button")
    assert link.proto.url == "exports/small.vec.gz"


def test_an_index_is_told_with_its_recall_and_gives_the_ranking_pages_a_switch(app):
    rng = np.random.default_rng(0)
    catalog.keep(WordVectors.from_arrays("many", [f"w{n}" for n in range(12_000)], rng.standard_normal((12_000, 16))))
    search.index.build(catalog.open_space("many"), catalog.beside("many"))
    opened(app, space="many", about="many")
    told = seen(app)
    assert "**Faster exact search**: " in told and "Every answer stays the same" in told
    assert "Of the 10 nearest words it finds **" in told and "measured on 500 words" in told
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.text_input(key="q").set_value("w7").run()
    assert "exact, among all 12,000 words" in seen(app)
    stamp, searcher = cached.open_spaces().searcher(cached.space("many"), "int8")
    assert stamp and searcher.title == "an exact scan, int8 first"
    assert cached.open_spaces().held()["many"] > 12_000 * 16 * 5, "the int8 copy is counted"
    exact = app.dataframe[0].value["word"].tolist()
    app.toggle(key="near_approximate").set_value(True).run()
    assert not app.error
    assert "Approximate: of the ten nearest," in seen(app) and "approximate, among all 12,000 words" in seen(app)
    assert "approximate=True" in app.code[0].value
    assert len(set(exact) & set(app.dataframe[0].value["word"])) >= 9
    app.toggle(key="near_approximate").set_value(False).run()
    assert app.dataframe[0].value["word"].tolist() == exact
    app.switch_page(str(ROOT / "pages" / "vectors.py")).run()
    app.selectbox(key="about").set_value("many").run()
    app.button(key="unbuild_ivf").click().run()
    assert "Approximate search was removed from many. It can be built again." in seen(app)
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    assert not [toggle for toggle in app.toggle if toggle.key == "near_approximate"]


def test_an_address_that_asks_for_an_index_that_is_not_there_gets_an_exact_answer_and_is_told(app):
    app.query_params["near_approximate"] = "true"
    app.run()
    assert "Exact: there is no approximate index for this space. It is built on the page Vectors." in seen(app)
    assert "exact, among all 400,000 words" in seen(app)


def test_an_index_of_other_vectors_is_told_and_not_used(app):
    catalog.keep(WordVectors.from_arrays("one", [f"w{n}" for n in range(50)], np.random.default_rng(0).standard_normal((50, 4))))
    catalog.keep(WordVectors.from_arrays("two", [f"w{n}" for n in range(50)], np.random.default_rng(1).standard_normal((50, 4))))
    search.index.build(catalog.open_space("one"), catalog.beside("two"), kinds=["int8"])
    opened(app, about="two", space="two")
    assert "**Faster exact search**: built for other vectors, so it is not used." in seen(app)
    app.switch_page(str(ROOT / "pages" / "neighbours.py")).run()
    app.text_input(key="q").set_value("w7").run()
    assert not app.error and not app.exception


# ---------------------------------------------------------------------------------------------------- fetching


def test_the_catalogue_is_narrowed_by_what_is_typed(app):
    opened(app, find="french wiki")
    found = table(app, "table_offers")
    assert len(found) >= 1 and all("french" in " ".join(map(str, row)).lower() for row in found.to_numpy())
    app.text_input(key="find").set_value("zzzqqq").run()
    assert "sets has 'zzzqqq' in its name" in seen(app)
    assert not app.exception


def test_an_offer_is_told_with_licence_paper_and_checksum(app):
    opened(app, find="glove-6b-100d")
    told = seen(app)
    assert "Licence: PDDL 1.0" in told and "Paper: Pennington, Socher, Manning 2014 (EMNLP)" in told
    assert "Download: about 822.0 MB; checked by its SHA-256" in told
    assert "Words: 400,000; 100 dimensions, lower case only" in told
    assert "One archive holds 50, 100, 200 and 300 dimensions." in told and "keep-file" not in told


def test_what_was_fetched_is_marked(app):
    from embeddings import offers

    offer = offers.offer("glove-6b-100d")
    source = Source(title=offer.title, url=offer.urls[0], format=offer.format)
    catalog.keep(WordVectors.from_arrays("mine", ["a", "b"], [[1.0], [2.0]], source))
    opened(app, find="glove-6b-100d")
    assert "On this disk already, as mine." in seen(app)
    assert table(app, "table_offers")["here as"].tolist() == ["mine"]
    assert app.button(key="fetch_it").label == "Fetch again"


def test_the_first_choice_is_not_in_the_box_already(app):
    opened(app)
    assert app.selectbox(key="offer").value == "glove-6b-100d"
    app.selectbox(key="offer").set_value("glove-6b-50d-stanford").run()
    assert "On this disk already, as glove-6b-50d." in seen(app)
    assert app.button(key="fetch_it").label == "Fetch again"


def test_what_a_publisher_does_not_state_is_told_so(app):
    opened(app, find="fasttext-crawl-fr")
    told = seen(app)
    assert "Words: number not stated by the publisher; 300 dimensions, small and capital letters" in told
    assert "Download: size not stated by the publisher; checked by its SHA-256" in told


def test_the_name_typed_just_before_the_click_is_what_is_fetched(app, monkeypatch):
    from explorer.controls.vectors import fetching

    begun = []
    monkeypatch.setattr(fetching, "begin", lambda argv, name: begun.append((argv, name)))
    opened(app, find="glove-6b-100d")
    app.text_input(key="fetch_name_glove-6b-100d").set_value("typed")
    app.button(key="fetch_it").click().run()
    assert begun == [(["fetch", "glove-6b-100d", "--name=typed"], "Fetch typed")]


def test_a_fetch_at_work_is_shown_under_its_button(app):
    run = runs.create(["fetch", "glove-6b-100d"], "Fetch glove-6b-100d")
    with runs.watched(run.folder):
        opened(app)
        shown = [block.value.replace("\\", "") for block in app.main.markdown]
        labels = [block for block in shown if "GloVe 6B, 100 dimensions" in block or block == "**Fetch glove-6b-100d**"]
        assert len(labels) == 2 and labels[1] == "**Fetch glove-6b-100d**"


# ---------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("n", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (2_500_000_000, "2.5 GB"),
     (999_960_000, "1.0 GB")],
)  # fmt: skip
def test_sizes_are_said_as_people_say_them(n, told):
    assert reports.size(n) == told
