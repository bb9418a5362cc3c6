"""NumPy's .npy with a list of words: every kind of number and order, and two files that do not belong together."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.errors import BadFile, EmbeddingsError
from embeddings.formats import native, numpy_words
from embeddings.formats.format import Wishes
from embeddings.formats.importing import import_file
from embeddings.formats.repairs import Repairs
from embeddings.word_vectors import Source, WordVectors

WORDS = ["king", "queen", "New York", "café", "\x85", "\xa0"]
LINES = "\n".join(WORDS) + "\n"
VECTORS = np.array([[1, 1.5, -0.0], [0, 2, 1e-3], [3, 3, 3], [4, 5, 6], [7, 8, 9], [-1, -2, -3]], np.float32)


def read(tmp_path: Path, array=VECTORS, words=LINES, name="words.txt", vectors="vectors.npy") -> tuple[WordVectors, Repairs]:
    path = tmp_path / vectors
    path.write_bytes(array if isinstance(array, bytes) else npy(array))
    beside = None if words is None else tmp_path / name
    if beside:
        beside.write_bytes(words if isinstance(words, bytes) else words.encode())
    folder = tmp_path / f"space-{len(list(tmp_path.iterdir()))}"
    repairs = import_file(path, folder, Source(), wishes=Wishes(words=beside))
    return native.read(folder), repairs


def npy(array, version=None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version=version, allow_pickle=False)
    return file.getvalue()


def test_rows_and_words_are_read_in_order(tmp_path):
    wv, repairs = read(tmp_path)
    assert list(wv) == WORDS
    assert np.array_equal(wv.vectors.view(np.uint32), VECTORS.view(np.uint32))
    assert (repairs.format, repairs.dtype, repairs.header, repairs.places) == ("numpy", "float32", "float32 (6, 3)", "row")
    assert not repairs.repairs


@pytest.mark.parametrize("dtype", ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "i1", "u1", "<i2", ">u2", "<i4", ">i8", "<u8"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("block", [1, 50, 1 << 20])
def test_every_kind_and_order_of_numbers_is_read(tmp_path, monkeypatch, dtype, order, block):
    monkeypatch.setattr(numpy_words, "BLOCK", block)
    array = np.array(np.arange(18).reshape(6, 3), dtype, order=order)
    wv, repairs = read(tmp_path, array)
    assert np.array_equal(wv.vectors, np.arange(18, dtype=np.float32).reshape(6, 3))
    assert not repairs.repairs


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_is_read(tmp_path, version):
    assert np.array_equal(read(tmp_path, npy(VECTORS, version))[0].vectors, VECTORS)


def test_rows_that_lose_digits_are_counted(tmp_path):
    array = VECTORS.astype(np.float64)
    array[1, 1] = 0.1
    wv, repairs = read(tmp_path, array)
    assert wv.vectors[1, 1] == np.float32(0.1)
    assert repairs.repairs == {"rows rounded to float32": 1}
    whole = np.zeros((6, 3), np.int64)
    whole[2] = 2**24 + 1
    assert read(tmp_path, whole)[1].repairs == {"rows rounded to float32": 1}


def test_numbers_beyond_float32_and_no_numbers_are_refused_by_row(tmp_path):
    array = VECTORS.astype(np.float64)
    array[1, 0], array[4, 2] = 1e39, np.nan
    wv, repairs = read(tmp_path, array)
    assert list(wv) == ["king", "New York", "café", "\xa0"]
    assert [row.line for row in repairs.refused] == [2, 5]


def test_words_come_as_text_packed_text_json_or_an_array_of_strings(tmp_path):
    told = "\n".join(WORDS)
    for name, words in {
        "words.txt": told.encode(), "crlf.txt": told.replace("\n", "\r\n").encode(), "bom.txt": b"\xef\xbb\xbf" + told.encode(),
        "words.txt.gz": gzip.compress(told.encode() + b"\n"), "words.json": json.dumps(WORDS).encode(), "words.npy": npy(np.array(WORDS)),
        "bytes.npy": npy(np.array([word.encode() for word in WORDS])), "swapped.npy": npy(np.array(WORDS).astype(">U8")),
    }.items():  # fmt: skip
        wv, _ = read(tmp_path, words=words, name=name)
        assert list(wv) == WORDS, name


def test_a_missing_list_of_words_is_asked_for(tmp_path):
    with pytest.raises(BadFile, match=r"vectors.npy holds 6 vectors and no words. Give a file of words, one a line \(--words FILE\)"):
        read(tmp_path, words=None)


@pytest.mark.parametrize(("n", "block"), [(5, 1 << 20), (7, 1 << 20), (5, 1), (7, 1), (2, 24), (60, 24)])
def test_another_number_of_words_is_refused_with_both_counts(tmp_path, monkeypatch, n, block):
    monkeypatch.setattr(numpy_words, "BLOCK", block)
    with pytest.raises(BadFile, match=f"vectors.npy has 6 rows and words.txt has {n} words. Each row needs its own word"):
        read(tmp_path, words="".join(f"w{at}\n" for at in range(n)))


def test_an_empty_line_is_the_place_of_a_row(tmp_path):
    wv, repairs = read(tmp_path, words="a\n\nc\nd\ne\nf\n")
    assert list(wv) == ["a", "c", "d", "e", "f"]
    assert np.array_equal(wv["c"], VECTORS[2])
    assert [(row.line, row.why) for row in repairs.refused] == [(2, "no word")]


@pytest.mark.parametrize(("words", "name", "message"), [
    (b"", "words.txt", "words.txt is empty"),
    (b"a\0b\n", "words.txt", "words.txt is no text"),
    (b"\x80\x04}.", "words.pkl", "words.pkl is no text"),
    (b"{}", "words.json", "words.json holds no list"),
    (b'["a", 1]', "words.json", "words.json, entry 2: 1 is no string"),
    (b"[" * 100_000, "words.json", "words.json is no JSON"),
    (npy(np.zeros(6)), "words.npy", r"words.npy holds float64 \(6,\); words are an array of strings"),
    (npy(np.array(["a"] * 6))[:-3], "words.npy", "words.npy is cut off: 1 of its 6 words is missing or broken"),
    (npy(np.array(["ab"] * 6))[:-17], "words.npy", "words.npy is cut off: 3 of its 6 words are missing or broken"),
    (gzip.compress(npy(np.array(["ab"] * 6))[:-17]), "words.npy", "words.npy is cut off: 3 of its 6 words are missing or broken"),
    (b"x" * 2_000_000, "words.txt", "a line of more than"),
])  # fmt: skip
def test_a_list_of_words_that_is_none_is_refused(tmp_path, words, name, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, words=words, name=name)


def test_a_nul_byte_among_the_words_refuses_them_wherever_it_stands(tmp_path):
    vectors = np.ones((40_001, 1), np.float32)
    for words in ("a\0b\n" + "word\n" * 40_000, "word\n" * 40_000 + "a\0b\n"):
        with pytest.raises(BadFile, match="words.txt is no text"):
            read(tmp_path, vectors, words)


@pytest.mark.parametrize(("told", "message"), [
    ("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }", "words.npy holds 1,000,000,000,000 strings of no letters"),
    ("{'descr': '|S0', 'fortran_order': False, 'shape': (6,), }", "words.npy holds 6 strings of no letters"),
    ("{'descr': '<U3', 'fortran_order': False, 'shape': (1000000000000,), }", "words.npy is cut off: 1,000,000,000,000 of its"),
])  # fmt: skip
def test_words_that_a_header_makes_up_are_refused_at_once(tmp_path, told, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, words=header(told), name="words.npy")


def header(text: str) -> bytes:
    told = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + len(told).to_bytes(2, "little") + told


@pytest.mark.parametrize(("array", "message"), [
    (np.zeros(3), "word vectors are numbers of the shape"),
    (np.zeros((2, 2, 2)), "word vectors are numbers of the shape"),
    (np.zeros((2, 2), complex), "word vectors are numbers of the shape"),
    (np.zeros((2, 2), "U3"), "word vectors are numbers of the shape"),
    (np.zeros((0, 3)), "rows and 1 to 100,000 dimensions are needed"),
    (np.zeros((3, 0)), "rows and 1 to 100,000 dimensions are needed"),
    (header("{'descr': '|O', 'fortran_order': False, 'shape': (6, 3), }"), "Python objects as a pickle, which can run code"),
    (header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 300), }"), "is cut off: 0 bytes of numbers instead of"),
    (header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 300), }"), "which no array has"),
    (header("__import__('os')"), "no .npy file that can be read"),
    (b"\x93NUMPY\7\0\0\0", "its version is 7.0"),
    (b"\x93NUMPY", "no .npy file that can be read"),
    (npy(VECTORS)[:-5], r"67 bytes of numbers instead of 72, 5 of 6 rows"),
    (gzip.compress(npy(VECTORS)[:-5]), r"cut off after row 5 of 6"),
    (gzip.compress(npy(np.asfortranarray(VECTORS))), r"Fortran order\) and is packed as gzip. Unpack it first"),
])  # fmt: skip
def test_an_array_that_is_no_space_is_refused(tmp_path, array, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, array)


def test_an_archive_of_arrays_is_refused_with_the_cure(tmp_path):
    file = io.BytesIO()
    np.savez(file, vectors=VECTORS)
    with pytest.raises(BadFile, match="is an archive of arrays. Save the one with the vectors by itself"):
        read(tmp_path, file.getvalue(), vectors="vectors.npz")


def test_what_follows_the_array_is_told(tmp_path):
    assert read(tmp_path, npy(VECTORS) + b"more")[1].notes == ["After the array follow 4 bytes, passed over."]


@given(st.binary(min_size=1, max_size=30), st.integers(0, 140))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_a_changed_file_gives_a_space_or_a_message(tmp_path_factory, change, at):
    data = npy(VECTORS)
    try:
        wv, _ = read(tmp_path_factory.mktemp("fuzz"), data[:at] + change + data[at + len(change) :])
    except EmbeddingsError as error:
        assert "vectors.npy" in str(error)
    else:
        assert np.isfinite(wv.vectors).all()
