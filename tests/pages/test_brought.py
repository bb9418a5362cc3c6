"""Files a reader brings: taken to the disk, kept inside their folders, recognised, and gone when nobody wants them."""

import gzip
import io
import os
import pickle
import time
import zipfile

import numpy as np
import pytest

from embeddings import runs
from embeddings.errors import BadFile, StorageError
from explorer import brought

TEXT = b"king 1 0\nqueen 0 1\n"


def dropped(name: str, data: bytes = TEXT):
    return brought.spill(name, io.BytesIO(data))


@pytest.fixture
def files(home):
    brought.files_folder().mkdir(parents=True)
    return brought.files_folder()


def test_a_dropped_file_is_on_the_disk_byte_for_byte(home):
    data = bytes(range(256)) * 10_000
    file = dropped("vectors.bin", data)
    assert file.read_bytes() == data
    assert file.name == "vectors.bin" and file.is_relative_to(home / "uploads")
    assert brought.waiting() == [file]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", "file"),
        ("", "file"),
        ("a/b\0c.vec", "b_c.vec"),
        (".hidden.vec", "hidden.vec"),
        ("mots é 日本.vec.gz", "mots_é_日本.vec.gz"),
        ("x" * 300 + ".vec.gz", "x" * 143 + ".vec.gz"),
    ],
)
def test_no_path_can_be_spelled_with_the_name_of_a_dropped_file(home, name, kept):
    file = dropped(name)
    assert file.name == kept
    assert file.parent.parent == home / "uploads"


def test_two_files_of_one_name_wait_side_by_side():
    first, second = dropped("a.vec", b"1"), dropped("a.vec", b"2")
    assert {file.read_bytes() for file in brought.waiting()} == {b"1", b"2"}
    brought.discard(first)
    assert brought.waiting() == [second]
    brought.discard(first)  # a second click


def test_a_disk_that_refuses_leaves_nothing_behind(home):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="^The disk of .*home is full: .* MB are free. Make room there"):
        brought.spill("a.vec", Broken())
    assert list((home / "uploads").iterdir()) == []


def test_only_dropped_files_are_removed(files):
    (files / "mine.vec").write_bytes(TEXT)
    for path in (files / "mine.vec", brought.uploads_folder(), brought.uploads_folder() / "a" / ".." / ".." / "files" / "mine.vec"):
        with pytest.raises(BadFile, match="was not dropped here"):
            brought.discard(path)
    assert (files / "mine.vec").exists()


def test_files_laid_into_the_folder_are_listed_and_nothing_else(files, tmp_path):
    for name in ("b.vec", "a.bin", ".hidden", "half.zip.part", "half.zip.part.json"):
        (files / name).write_bytes(TEXT)
    (files / "folder").mkdir()
    listed, left_out = brought.laid()
    assert listed == [files / "a.bin", files / "b.vec"]
    unfinished = "a download that is not finished"
    assert left_out == {"folder": "a folder; lay its files here", "half.zip.part": unfinished, "half.zip.part.json": unfinished}


def test_a_link_that_leads_out_of_the_folder_is_left_out_and_named(files, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret 1 2\n")
    (files / "out.vec").symlink_to(tmp_path / "secret")
    (files / "gone.vec").symlink_to(tmp_path / "nothing")
    (files / "in.vec").write_bytes(TEXT)
    (files / "again.vec").symlink_to(files / "in.vec")
    left_out = {"gone.vec": "a link that leads nowhere", "out.vec": "a link that leads out of the folder"}
    assert brought.laid() == ([files / "again.vec", files / "in.vec"], left_out)
    with pytest.raises(BadFile, match=r"out\.vec is not among the files here"):
        brought.checked(files / "out.vec")
    with pytest.raises(BadFile, match="secret is not among the files here"):
        brought.checked(files / ".." / ".." / "secret")
    assert brought.checked(files / "in.vec") == files / "in.vec"


def test_no_folder_yet_holds_no_files(home):
    assert brought.laid() == ([], {})
    assert brought.waiting() == []
    brought.sweep()


def test_a_file_that_nobody_imports_goes_after_a_day():
    file = dropped("a.vec")
    brought.sweep(time.time() + brought.DAY - 60)
    assert file.exists()
    brought.sweep(time.time() + brought.DAY + 60)
    assert not file.exists() and brought.waiting() == []


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_the_file_of_an_import_goes_when_the_import_has_ended(end):
    run = runs.create(["import", str(file := dropped("a.vec"))], "a", [file])
    moved = next((run.folder / "files").glob("*/*"))
    brought.sweep()
    assert moved.exists(), "it is still wanted"
    if end == "cancelled":
        runs.cancel(run)
        os.utime(run.folder)
    try:
        with runs.watched(run.folder):
            if end == "failed":
                raise BadFile("no")
    except Exception as error:
        assert end in ("failed", "cancelled"), error
    brought.sweep()
    assert not moved.exists()


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.vec", TEXT, "text"),
        ("a.vec.gz", gzip.compress(TEXT), "text"),
        ("a.bin", b"2 2\nking " + np.ones(2, "<f4").tobytes() + b"queen " + np.ones(2, "<f4").tobytes(), "word2vec-binary"),
    ],
)
def test_a_file_is_recognised_by_its_content(name, data, format):
    looked = brought.look(dropped(name, data))
    assert (looked.format, looked.trouble, looked.needs_words, looked.members) == (format, "", False, ())


def npy(array) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def test_vectors_without_words_ask_for_them():
    assert brought.look(dropped("a.npy", npy(np.ones((2, 3), np.float32)))).needs_words
    assert brought.look(dropped("tensors.tsv", b"1\t2\n3\t4\n")).needs_words


def test_a_pickle_is_not_opened_and_the_cure_is_told():
    looked = brought.look(dropped("model.kv", pickle.dumps({"a": 1})))
    assert looked.trouble.startswith("model.kv is a Python pickle") and "never opened here" in looked.trouble
    assert looked.format == "gensim"


def test_what_is_no_file_of_vectors_is_told():
    assert "is a PDF document" in brought.look(dropped("a.pdf", b"%PDF-1.7 ...")).trouble
    assert "a.vec is empty" in brought.look(dropped("a.vec", b"")).trouble
    assert brought.look(dropped("a.gz", gzip.compress(TEXT)[:10])).trouble


def test_an_archive_of_several_files_asks_which():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("glove/a.50d.txt", TEXT)
        archive.writestr("glove/a.100d.txt", b"king 1 0 0 1\n" * 3)
    file = dropped("glove.zip", out.getvalue())
    looked = brought.look(file)
    assert (looked.members, looked.format, looked.trouble) == ((("glove/a.50d.txt", 19), ("glove/a.100d.txt", 39)), "", "")
    assert brought.look(file, "glove/a.50d.txt").format == "text"
    assert "holds no 'nothing'" in brought.look(file, "nothing").trouble


def test_the_file_of_words_is_guessed_by_its_name():
    vectors, words, other = dropped("mine.npy"), dropped("mine-words.txt"), dropped("other.words.txt")
    assert brought.words_for(vectors, [vectors, words, other]) == words
    assert brought.words_for(vectors, [vectors, dropped("readme.txt")]) is None


def test_a_free_name_is_made_of_the_file_or_the_member(home):
    assert brought.free_name(home / "cc.fr.300.vec.gz", "", set()) == "cc-fr-300"
    assert brought.free_name(home / "glove.zip", "in/glove.6B.50d.txt", set()) == "glove-6b-50d"
    assert brought.free_name(home / "mine.vec", "", {"mine", "mine-2"}) == "mine-3"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("fine-name_2", ""),
        ("", "A space needs a name."),
        ("My Name", "'my-name' can"),
        ("../up", "cannot name a space"),
        ("taken", "There is a space 'taken' already. Choose another name, or remove that one first."),
    ],
)
def test_a_name_that_will_not_do_is_told(name, told):
    assert told in brought.name_trouble(name, {"taken"})
    assert bool(told) == bool(brought.name_trouble(name, {"taken"}))
