"""From a file to a kept space: formats told by content, and whatever is done to a file, a space that equals it or a plain refusal."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import catalog
from embeddings.errors import BadFile, EmbeddingsError, StorageError, UnknownSpace
from embeddings.formats import importing, native
from embeddings.formats.format import Wishes
from embeddings.formats.importing import FORMATS, import_file
from embeddings.formats.stream import Stream, WhichMember
from embeddings.word_vectors import Source, WordVectors

WORDS = ["the", "of", "café", "q", "king", "queen"]
VECTORS = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)


def text_bytes(header: bytes = b"") -> bytes:
    lines = [word + " " + " ".join(repr(float(value)) for value in row) for word, row in zip(WORDS, VECTORS, strict=True)]
    return header + ("\n".join(lines) + "\n").encode()


def binary_bytes() -> bytes:
    return b"6 5\n" + b"".join(word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(WORDS, VECTORS, strict=True))


def npy_bytes() -> bytes:
    import io

    out = io.BytesIO()
    np.save(out, VECTORS)
    return out.getvalue()


def tensors_bytes() -> bytes:
    return "".join("\t".join(repr(float(value)) for value in row) + "\n" for row in VECTORS).encode()


def fasttext_bytes() -> bytes:
    from gensim.test.utils import datapath

    return Path(datapath("toy-model.bin")).read_bytes()


SAMPLES = {
    "text": (text_bytes, False),
    "word2vec-binary": (binary_bytes, False),
    "numpy": (npy_bytes, True),
    "projector": (tensors_bytes, True),
    "fasttext": (fasttext_bytes, False),
}


def opened(tmp_path: Path, data: bytes, with_words: bool, name: str = "vectors.dat") -> WordVectors:
    file, words = tmp_path / name, tmp_path / "words.txt"
    file.write_bytes(data)
    words.write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    folder = tmp_path / "store"
    import_file(file, folder, Source(), wishes=Wishes(words=words if with_words else None))
    return native.read(folder)


def test_the_table_and_the_samples_agree():
    assert set(SAMPLES) <= set(FORMATS) and list(FORMATS)[-1] == "text"


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "fasttext"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_format_is_told_by_content_and_every_number_comes_back(tmp_path, name, pack):
    make, with_words = SAMPLES[name]
    wv = opened(tmp_path, pack(make()), with_words, name="misleading.pdf")
    assert wv.source.format == name
    assert list(wv) == WORDS
    np.testing.assert_array_equal(np.array(wv.vectors).view(np.uint32), VECTORS.view(np.uint32))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>Not found 1 2</html>\n", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1 2\n", "a pointer of Git LFS"),
        (b"%PDF-1.7 1 2 3\n", "is a PDF document"),
        (b'{"the": [1, 2]}', "is JSON"),
        (b'{\n  "dim": 3,\n  "words": 5\n}\n', "is JSON"),
        (b'\xef\xbb\xbf{"the \\" of" : 1\n}', "is JSON"),
        (b"{}\n", "is JSON"),
        (b"{the: [1, 2]}", "is JSON"),
        ("the 1 2\n".encode("utf-16"), "is text in UTF-16; save it as UTF-8"),
        (b"SQLite format 3\0" + bytes(100), "is an SQLite database"),
        (bytes(range(256)) * 10, "is in no format known here"),
        (b"only words and no number at all\n" * 5, "is in no format known here"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path, data, told):
    with pytest.raises(BadFile, match=told):
        opened(tmp_path, data, False)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("name", list(SAMPLES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_file_is_a_space_of_finite_numbers_or_a_plain_refusal(tmp_path, name, data):
    """Bytes flipped, cut out, doubled, cut off: never another error, never a half-made folder, and the file is named."""
    make, with_words = SAMPLES[name]
    original = make()
    mutated = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        kind, at = data.draw(st.sampled_from(["flip", "cut", "drop", "double", "insert"])), data.draw(st.integers(0, len(mutated)))
        if kind == "flip" and at < len(mutated):
            mutated[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "cut":
            del mutated[at:]
        elif kind == "drop":
            del mutated[at : at + data.draw(st.integers(1, 20))]
        elif kind == "double":
            mutated[at:at] = mutated[at : at + 20]
        else:
            mutated[at:at] = data.draw(st.binary(min_size=1, max_size=8))
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
    try:
        wv = opened(tmp_path, bytes(mutated), with_words)
    except EmbeddingsError as error:
        assert "vectors.dat" in str(error) or "words.txt" in str(error)
        assert not (tmp_path / "store").exists() and not list(tmp_path.glob(".making-*"))
        return
    assert np.isfinite(wv.vectors).all() and len(set(wv)) == wv.n_words >= 1
    if bytes(mutated) == original and name != "fasttext":
        assert list(wv) == WORDS


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_text_file_never_changes_a_number_of_a_line_that_was_not_touched(tmp_path, data):
    lines = text_bytes().splitlines(keepends=True)
    touched = data.draw(st.integers(0, len(lines) - 1))
    line = bytearray(lines[touched])
    line[data.draw(st.integers(0, len(line) - 2))] = data.draw(st.integers(1, 255).filter(lambda byte: byte != 10))
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
    wv = opened(tmp_path, b"".join([*lines[:touched], bytes(line), *lines[touched + 1 :]]), False)
    for at, (word, row) in enumerate(zip(WORDS, VECTORS, strict=True)):
        if at != touched:
            np.testing.assert_array_equal(wv[word], row)


@pytest.mark.parametrize("word", ["{", '{"', "{}", "par1"])
def test_a_first_word_that_other_files_begin_with_is_a_word(tmp_path, word):
    assert list(opened(tmp_path, word.encode() + b" 1 2\nthe 3 4\n", False)) == [word, "the"]


def test_recognise_leaves_the_stream_at_its_first_byte(tmp_path):
    (tmp_path / "a.txt").write_bytes(text_bytes())
    with Stream(tmp_path / "a.txt") as stream:
        assert importing.recognise(stream).name == "text"
        assert stream.read(3) == b"the"


# ---------------------------------------------------------------------------------------------------- the catalog's doors


def test_an_import_is_named_after_its_file_and_told_where_it_came_from(tmp_path):
    file = tmp_path / "My Vectors.300d.vec.gz"
    file.write_bytes(gzip.compress(text_bytes(b"6 5\n")))
    made = catalog.import_file(file)
    entry = catalog.spaces()[-1]
    assert made.space == entry.name == "my-vectors-300d" and entry.kept
    assert entry.source.path == str(file) and entry.source.format == "text" and entry.source.title == file.name
    assert entry.repairs == made.repairs and entry.repairs.packed == "gzip"
    assert made.as_json()["sha256"] == entry.source.sha256 and made.as_json()["peak_bytes"] > 0
    with pytest.raises(StorageError, match="'my-vectors-300d' is kept already"):
        catalog.import_file(file)


@pytest.mark.parametrize(
    ("name", "why"), [("../up", "cannot name a space"), ("a/b", "cannot name a space"), ("glove-6b-50d", "in the box")]
)
def test_a_name_that_will_not_do_is_refused_before_the_file_is_read(tmp_path, name, why):
    with pytest.raises(BadFile, match=why):
        catalog.import_file(tmp_path / "not there", name)


def test_a_zip_of_several_asks_which_and_takes_a_pattern(tmp_path):
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
        archive.writestr("glove.50d.txt", text_bytes())
        archive.writestr("glove.100d.txt", text_bytes())
    with pytest.raises(WhichMember, match="holds several files"):
        catalog.import_file(tmp_path / "glove.zip")
    made = catalog.import_file(tmp_path / "glove.zip", member="*100d*")
    assert made.repairs.member == "glove.100d.txt" and made.space == "glove"


def test_the_folder_of_a_store_can_be_imported(tmp_path, royal):
    native.write(royal, tmp_path / "elsewhere")
    made = catalog.import_file(tmp_path / "elsewhere", "mine")
    assert catalog.open_space("mine").vectors.tolist() == royal.vectors.tolist()
    assert made.repairs.format == "store" and made.repairs.rows == 9


def test_a_space_is_renamed_and_removed(royal, home):
    catalog.keep(royal)
    catalog.rename("royal", "court")
    assert [entry.name for entry in catalog.spaces()][2:] == ["court"]
    assert list(catalog.open_space("court")) == list(royal) and catalog.open_space("court").name == "court"
    catalog.keep(royal)
    with pytest.raises(StorageError, match="'court' is kept already"):
        catalog.rename("royal", "court")
    with pytest.raises(BadFile, match="cannot name a space"):
        catalog.rename("royal", "../court")
    catalog.remove("court")
    assert [entry.name for entry in catalog.spaces()][2:] == ["royal"]
    assert [path.name for path in (home / "spaces").iterdir()] == ["royal"]
    for name in ("court", "..", "", "royal/../royal"):
        with pytest.raises(UnknownSpace, match="no kept space"):
            catalog.remove(name)
    with pytest.raises(BadFile, match="in the box: it can be neither renamed nor removed"):
        catalog.remove("glove-6b-50d")


def test_what_is_built_for_a_space_lies_beside_it(home):
    assert catalog.beside("mine") == home / "spaces" / "mine"
    assert catalog.beside("glove-6b-50d") == home / "beside" / "glove-6b-50d"


def test_a_copied_store_keeps_its_n_grams_report_and_source(tmp_path):
    from gensim.test.utils import datapath

    first = catalog.import_file(Path(datapath("lee_fasttext_new.bin")), "lee")
    catalog.import_file(catalog.beside("lee"), "copy")
    lee, copy = catalog.open_space("lee"), catalog.open_space("copy")
    np.testing.assert_array_equal(copy["unseenword"], lee["unseenword"])
    told = catalog.spaces()[-2].repairs
    assert copy.source == lee.source and told.sha256 == first.repairs.sha256
    assert told.notes == [*first.repairs.notes, "Copied from another store of this program; every row was checked again."]


@pytest.mark.parametrize("part", ["inverse_norms.npy", "order.npy", "hashes.npy", "words.bin", "offsets.npy"])
def test_a_store_that_was_changed_is_not_opened(tmp_path, royal, part):
    """Seven times the lengths would give cosines of 7; another order would find other words."""
    folder = native.write(royal, tmp_path / "changed")
    data = bytearray((folder / part).read_bytes())
    data[-1] ^= 1
    (folder / part).write_bytes(data)
    for opening in (lambda: native.read(folder), lambda: catalog.import_file(folder, "copy")):
        with pytest.raises(BadFile, match=f"'changed' is damaged: {part} changed since it was made"):
            opening()


def test_a_copied_store_is_indexed_anew(tmp_path, royal):
    folder = native.write(royal, tmp_path / "older")
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps(meta | {"version": 1}))  # no sums: nothing tells that the order was changed
    np.save(folder / "order.npy", np.load(folder / "order.npy")[::-1])
    assert native.read(folder).vocabulary.row("king") is None
    catalog.import_file(folder, "copy")
    assert catalog.open_space("copy")["king"].tolist() == royal["king"].tolist()
