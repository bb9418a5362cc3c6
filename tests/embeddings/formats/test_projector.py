"""The projector's pair of files: lines that belong together stay together, and a lone file is told what it misses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import BadFile
from embeddings.formats import native, projector
from embeddings.formats.format import Wishes
from embeddings.formats.importing import import_file
from embeddings.formats.repairs import Repairs
from embeddings.formats.stream import Stream
from embeddings.word_vectors import Source, WordVectors

TENSORS = b"1\t2.5\n-3e-2\t.5\n5\t6\n"


def read(tmp_path: Path, tensors: bytes = TENSORS, metadata: bytes | None = b"king\nqueen\nNew York\n") -> tuple[WordVectors, Repairs]:
    (tmp_path / "tensors.tsv").write_bytes(tensors)
    beside = None if metadata is None else tmp_path / "metadata.tsv"
    if beside:
        beside.write_bytes(metadata)
    folder = tmp_path / f"space-{len(list(tmp_path.iterdir()))}"
    repairs = import_file(tmp_path / "tensors.tsv", folder, Source(), wishes=Wishes(words=beside))
    assert repairs.format == "projector"
    return native.read(folder), repairs


@pytest.mark.parametrize("tensors", [TENSORS, TENSORS.replace(b"\n", b"\r\n"), TENSORS[:-1], b"\xef\xbb\xbf" + TENSORS])
def test_a_line_of_numbers_belongs_to_the_word_on_the_same_line(tmp_path, tensors):
    wv, _ = read(tmp_path, tensors)
    assert list(wv) == ["king", "queen", "New York"]
    assert np.array_equal(wv.vectors, np.array([[1, 2.5], [-3e-2, 0.5], [5, 6]], np.float32))


@pytest.mark.parametrize(("head", "row", "name"), [
    ("count\tWord", "{n}\t{word}", "Word"), ("label\tcount", "{word}\t{n}", "label"), ("thing\tcount", "{word}\t{n}", "thing"),
    ("name\tword", "{n}\t{word}", "word"),
])  # fmt: skip
def test_of_several_columns_the_one_that_is_named_for_words_is_taken_and_told(tmp_path, head, row, name):
    lines = [head, *(row.format(n=n, word=word) for n, word in enumerate(["king", "queen", "New York"]))]
    wv, repairs = read(tmp_path, metadata="\n".join(lines).encode())
    assert list(wv) == ["king", "queen", "New York"]
    assert repairs.notes == [f"The words are the column '{name}' of metadata.tsv, which has 2 columns."]


def test_a_lone_file_of_numbers_is_told_what_it_misses(tmp_path):
    with pytest.raises(BadFile, match=r"tensors.tsv holds lines of numbers and no words.*Give its metadata.tsv with it \(--words FILE\)"):
        read(tmp_path, metadata=None)


def test_lines_that_are_no_rows_are_refused_by_line_and_the_others_keep_their_words(tmp_path):
    wv, repairs = read(tmp_path, b"1\t2\n1\tx\n1\n1\t2\t3\n1\tnan\n\n1e39\t0\n7\t8\n", b"a\nb\nc\nd\ne\nf\ng\nh\n")
    assert (list(wv), wv["h"].tolist()) == (["a", "h"], [7, 8])
    assert [row.line for row in sorted(repairs.refused, key=lambda row: row.line)] == [2, 3, 4, 5, 6, 7]
    why = {row.line: row.why for row in repairs.refused}
    assert (why[2], why[3], why[6]) == ("'x' is no number", "1 number where 2 belong", "an empty line")
    assert repairs.rows_read == 8


def test_a_metadata_line_with_other_columns_refuses_its_row(tmp_path):
    wv, repairs = read(tmp_path, metadata=b"word\tn\nking\t1\nqueen\nyork\t3\n")
    assert list(wv) == ["king", "york"]
    assert [(row.line, row.why) for row in repairs.refused] == [
        (2, "metadata.tsv has another number of columns in this line than in its header")
    ]


@pytest.mark.parametrize("block", [4, 8 << 20])
@pytest.mark.parametrize(("metadata", "n"), [(b"a\nb\n", 2), (b"a\nb\nc\nd\ne\n", 5)])
def test_another_number_of_words_is_refused_with_both_counts(tmp_path, monkeypatch, metadata, n, block):
    monkeypatch.setattr(projector, "BLOCK", block)
    with pytest.raises(BadFile, match=f"tensors.tsv has 3 rows and metadata.tsv has {n} words"):
        read(tmp_path, metadata=metadata)


def test_a_header_over_one_column_is_told(tmp_path):
    with pytest.raises(BadFile, match="has 3 rows and metadata.tsv has 4 words.*'label', looks like a header.*Take it out"):
        read(tmp_path, metadata=b"label\na\nb\nc\n")


def test_the_compiled_reader_equals_the_slow_one(tmp_path, monkeypatch):
    random = np.random.default_rng(3)
    rows = [
        b"\t".join(b"%r" % float(number) for number in row)
        for row in random.standard_normal((400, 5)) * 10.0 ** random.integers(-30, 30, (400, 1))
    ]
    rows[7], rows[50], rows[399] = b"1\t2", b"a\tb\tc\td\te", b"1\t2\t3\t4\t5e-320"
    tensors, metadata = b"\n".join(rows), b"\n".join(b"w%d" % n for n in range(400))
    slow, told = read(tmp_path, tensors, metadata)
    for block in (500, 8 << 20):
        monkeypatch.setattr(projector, "SMALL", 0)
        monkeypatch.setattr(projector, "BLOCK", block)
        fast, same = read(tmp_path, tensors, metadata)
        assert list(fast) == list(slow)
        assert np.array_equal(fast.vectors.view(np.uint32), slow.vectors.view(np.uint32))
        assert same.refused == told.refused and same.rows_read == told.rows_read == 400


@pytest.mark.parametrize(("data", "known"), [
    (TENSORS, True), (b"1.5\n2.5\n", True), (b"1\t2", True), (b" 1.5\t-2.0\n-1.5\t 2.0\n", True),
    (b"\t".join([b"0.2128"] * 9_000) + b"\n" + b"\t".join([b"-0.03"] * 9_000), True), (b"\t".join([b"-0.2128"] * 9_000), True),
    (b"king\t1\t2\n", False), (b"1 2 3\n", False), (b"2 3\n1\t2\t3\n", False), (b"", False), (b"\n\n", False), (b"1\t\xff\n", False),
])  # fmt: skip
def test_only_lines_of_numbers_between_tabs_are_recognised(tmp_path, data, known):
    (tmp_path / "file").write_bytes(data)
    with Stream(tmp_path / "file") as stream:
        assert projector.recognises(stream) is known


def test_wide_rows_are_rows_of_numbers_and_not_of_a_word(tmp_path):
    rows = np.random.default_rng(4).standard_normal((3, 9_000)).astype(np.float32)
    tensors = b"".join(b"\t".join(b"%.9g" % float(value) for value in row) + b"\n" for row in rows)
    wv, _ = read(tmp_path, tensors)
    assert list(wv) == ["king", "queen", "New York"]
    np.testing.assert_array_equal(wv.vectors, rows)


@pytest.mark.parametrize("small", [0, 1 << 40], ids=["compiled", "slow"])
def test_padding_and_several_tabs_are_mended_and_told(tmp_path, monkeypatch, small):
    monkeypatch.setattr(projector, "SMALL", small)
    wv, repairs = read(tmp_path, b"1\t2\n 3.5\t-4.5\n5\t\t6\n")
    assert wv.vectors.tolist() == [[1, 2], [3.5, -4.5], [5, 6]]
    assert repairs.repairs == {"blanks around numbers left out": 1, "several blanks in a row taken for one": 1}


def test_counts_of_one_are_in_the_singular(tmp_path):
    with pytest.raises(BadFile, match=r"tensors.tsv has 1 row and metadata.tsv has 2 words\."):
        read(tmp_path, b"1\t2\n", b"a\nb\n")
    with pytest.raises(BadFile, match=r"tensors.tsv has 2 rows and metadata.tsv has 1 word\."):
        read(tmp_path, b"1\t2\n3\t4\n", b"a\n")
