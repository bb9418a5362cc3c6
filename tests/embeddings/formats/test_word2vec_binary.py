"""word2vec binary: what gensim writes and reads is read the same, and a file that lies, or ends inside a row, is refused as a whole."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.errors import BadFile, Cancelled, EmbeddingsError
from embeddings.formats import native, word2vec_binary
from embeddings.formats.format import Wishes
from embeddings.formats.importing import import_file
from embeddings.formats.repairs import Repairs
from embeddings.word_vectors import Source, WordVectors

ROYAL = [(b"king", (1.0, 1.0, 0.5)), (b"queen", (-1.0, 1.0, 0.5)), (b"caf\xc3\xa9", (0.25, -2.0, 1e-40)), (b"\xc2\xa0", (3.0, 0.0, -0.0))]


def file_of(rows, header=None, end=b"", dtype="<f4") -> bytes:
    n, dim = header or (len(rows), len(rows[0][1]))
    return b"%d %d\n" % (n, dim) + b"".join(word + b" " + np.array(row, dtype).tobytes() + end for word, row in rows)


def read(tmp_path: Path, data: bytes, **wishes) -> tuple[WordVectors, Repairs]:
    path = tmp_path / "vectors.bin"
    path.write_bytes(data)
    folder = tmp_path / f"space-{len(list(tmp_path.iterdir()))}"
    repairs = import_file(path, folder, Source(), wishes=Wishes(**wishes))
    assert repairs.format == "word2vec-binary"
    return native.read(folder), repairs


def bits(vectors) -> list[list[int]]:
    return np.ascontiguousarray(vectors, np.float32).view(np.uint32).tolist()


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["as gensim writes it", "as the C tool writes it"])
@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_every_row_is_read_bit_for_bit(tmp_path, end, pack):
    wv, repairs = read(tmp_path, pack(file_of(ROYAL, end=end)))
    assert list(wv) == ["king", "queen", "café", "\xa0"]
    assert bits(wv.vectors) == bits([row for _, row in ROYAL])
    assert (repairs.rows_read, repairs.rows, repairs.dim, repairs.dtype, repairs.places) == (4, 4, 3, "float32", "row")
    assert repairs.header == "4 3" and not repairs.repairs and not repairs.refused
    assert not repairs.notes


def test_rows_over_many_blocks_are_read_as_over_one(tmp_path, monkeypatch):
    random = np.random.default_rng(1)
    rows = [(b"w%d" % n, random.standard_normal(7)) for n in range(500)]
    for block in (33, 40, 64, 1_000):
        monkeypatch.setattr(word2vec_binary, "BLOCK", block)
        for end in (b"", b"\n"):
            wv, repairs = read(tmp_path, file_of(rows, end=end))
            assert list(wv) == [word.decode() for word, _ in rows]
            assert bits(wv.vectors) == bits([row for _, row in rows])
            assert repairs.rows_read == 500


def test_a_file_cut_off_is_refused_with_the_row(tmp_path):
    data = file_of(ROYAL)
    with pytest.raises(
        BadFile, match=r"vectors.bin, row 4 of 4: the file ends inside this row. 3 rows were found before it. It was cut off"
    ):
        read(tmp_path, data[:-1])
    assert not (tmp_path / "space-1").exists()


@given(st.integers(10, 72))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_a_file_cut_anywhere_is_refused_or_has_only_whole_rows(tmp_path_factory, cut):
    data = file_of(ROYAL)
    try:
        wv, repairs = read(tmp_path_factory.mktemp("cut"), data[:cut])
    except (BadFile, AssertionError):  # too short to be known as binary
        return
    assert bits(wv.vectors) == bits([row for _, row in ROYAL])[: len(wv)]
    assert len(wv) == 4 or re.search("words? (is|are) missing", repairs.notes[0])


def test_a_file_cut_between_two_rows_is_kept_and_the_loss_told(tmp_path):
    wv, repairs = read(tmp_path, file_of(ROYAL[:3], (4, 3)))
    assert list(wv) == ["king", "queen", "café"]
    assert repairs.notes == ["The header says 4 words; the file has 3 rows. The file may be cut off: 1 word is missing."]


def test_one_row_before_the_cut_is_in_the_singular(tmp_path):
    with pytest.raises(BadFile, match="row 2 of 4: the file ends inside this row. 1 row was found before it."):
        read(tmp_path, file_of(ROYAL[:2], (4, 3))[:-1])


def test_a_header_with_too_many_words_is_told(tmp_path):
    wv, repairs = read(tmp_path, file_of(ROYAL, (10**12, 3)))
    assert len(wv) == 4
    assert repairs.repairs == {"header with another number of words": 1}
    assert repairs.notes == [
        "The header says 1,000,000,000,000 words; the file has 4 rows. The file may be cut off: 999,999,999,996 words are missing."
    ]


def test_a_header_with_too_few_words_is_told_and_all_rows_are_kept(tmp_path):
    for end in (b"", b"\n"):
        wv, repairs = read(tmp_path, file_of(ROYAL, (2, 3), end))
        assert (list(wv), repairs.repairs) == (["king", "queen", "café", "\xa0"], {"header with another number of words": 1})
        assert repairs.notes == ["The header says 2 words; the file has 4 rows."]


def test_rows_beyond_the_header_that_are_cut_off_are_refused(tmp_path):
    with pytest.raises(BadFile, match="row 4: the file ends inside this row, beyond the 2 that its header counts"):
        read(tmp_path, file_of(ROYAL, (2, 3))[:-2])


def test_bytes_after_the_last_row_that_are_no_row_are_told(tmp_path):
    wv, repairs = read(tmp_path, file_of(ROYAL) + b"\n\n\0\0 trailer")
    assert len(wv) == 4
    assert repairs.notes == ["12 bytes after row 4, the last by the header, are no row and were passed over."]


@pytest.mark.parametrize(("dim", "told"), [(299, "300 float32"), (301, "300 float32"), (150, "150 float64 or 300 float32")])
def test_a_header_with_another_dimension_is_refused_and_the_true_one_told(tmp_path, dim, told):
    random = np.random.default_rng(2)
    rows = [(b"word%d" % n, random.standard_normal(300)) for n in range(300)]
    with pytest.raises(BadFile, match=f"Its rows look like {told} numbers; the header says {dim} float32. Correct the header"):
        read(tmp_path, file_of(rows, (300, dim)))


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_widths_of_numbers_are_refused_and_named(tmp_path, dtype):
    rows = [(b"word%d" % n, np.random.default_rng(n).standard_normal(50)) for n in range(200)]
    with pytest.raises(BadFile, match=f"Its rows look like 50 {dtype}.* numbers; the header says 50 float32"):
        read(tmp_path, file_of(rows, dtype=dtype))


@pytest.mark.parametrize("dim", [0, 100_001, 10**18])
def test_a_dimension_that_no_space_has_is_refused(tmp_path, dim):
    with pytest.raises(BadFile, match="1 to 100,000 can be read"):
        read(tmp_path, b"4 %d\nking \0\0\0\0" % dim)


def test_a_word_without_an_end_is_refused(tmp_path):
    data = b"2 2\n" + b"\1" * 50_000 + b"\0" * 100
    with pytest.raises(BadFile, match="row 1 of 2: no word of up to 10,000 bytes before a space"):
        read(tmp_path, data + b"\0" * 50_000)


def test_rows_that_are_no_numbers_and_words_that_come_again_are_told(tmp_path):
    rows = [*ROYAL, (b"inf", (np.inf, 0, 0)), (b"king", (9, 9, 9)), (b"nan", (0, np.nan, 0)), (b"", (1, 1, 1)), (b"\xff\xfe", (1, 1, 1))]
    wv, repairs = read(tmp_path, file_of(rows))
    assert list(wv) == ["king", "queen", "café", "\xa0"]
    assert [row.line for row in repairs.refused] == [5, 7, 8, 9]
    assert [(told.word, told.kept, told.dropped) for told in repairs.duplicates] == [("king", 1, 6)]


def test_words_in_another_encoding_are_read_when_it_is_said(tmp_path):
    words = ["король", "королева", "мужчина"]
    rows = [(word.encode("cp1251"), (0.5, n)) for n, word in enumerate(words)]
    assert list(read(tmp_path, file_of(rows), encoding="cp1251")[0]) == words
    with pytest.raises(BadFile, match="If the words are in another encoding, say which."):
        read(tmp_path, file_of(rows))


def test_text_is_not_taken_for_binary(tmp_path):
    texts = [b"2 3\nking 1 2 3\nqueen 1 2 3\n", b"king 1 2 3\n", "1 2\ncafé 1 2\n".encode("latin-1"), b"", b"1 2\n", b"2 3\n"]
    for data in texts:
        path = tmp_path / "text"
        path.write_bytes(data)
        from embeddings.formats.stream import Stream

        with Stream(path) as stream:
            assert not word2vec_binary.recognises(stream), data


def test_an_import_can_be_cancelled_and_leaves_nothing(tmp_path):
    def stop(_):
        raise Cancelled("stop")

    (tmp_path / "a.bin").write_bytes(file_of(ROYAL))
    with pytest.raises(Cancelled):
        import_file(tmp_path / "a.bin", tmp_path / "spaces" / "a", Source(), report=stop)
    assert list((tmp_path / "spaces").iterdir()) == []


@pytest.mark.parametrize("name", ["euclidean_vectors.bin", "poincare_vectors.bin", "high_precision.kv.bin"])
def test_gensims_own_files_are_read_as_gensim_reads_them(tmp_path, name):
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    keyed = KeyedVectors.load_word2vec_format(datapath(name), binary=True)
    wv, repairs = read(tmp_path, Path(datapath(name)).read_bytes())
    assert list(wv) == keyed.index_to_key
    assert bits(wv.vectors) == bits(keyed.vectors)
    assert repairs.rows == len(keyed)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_a_changed_file_gives_a_space_or_a_message(tmp_path_factory, data):
    original = bytearray(file_of(ROYAL * 5, end=b"\n"))
    for at in data.draw(st.lists(st.integers(0, len(original) - 1), min_size=1, max_size=6)):
        at = min(at, len(original) - 1)
        if at < 0:
            break
        change = data.draw(st.sampled_from(["set", "drop", "insert", "cut"]))
        if change == "set":
            original[at] = data.draw(st.integers(0, 255))
        elif change == "drop":
            del original[at]
        elif change == "insert":
            original.insert(at, data.draw(st.integers(0, 255)))
        else:
            del original[at:]
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "vectors.bin").write_bytes(bytes(original))
    try:
        repairs = import_file(folder / "vectors.bin", folder / "space", Source())
    except EmbeddingsError as error:
        assert "vectors.bin" in str(error)
        return
    wv = native.read(folder / "space")
    assert len(wv) == repairs.rows and np.isfinite(wv.vectors).all()
