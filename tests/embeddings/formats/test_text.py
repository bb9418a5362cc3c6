"""Word vectors as text: every odd line that peers crash on, and that the compiled reader equals the slow one number for number."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings.errors import BadFile
from embeddings.formats import native, text
from embeddings.formats.format import Wishes
from embeddings.formats.making import Making
from embeddings.formats.repairs import Repairs
from embeddings.formats.stream import Stream
from embeddings.word_vectors import Source, WordVectors


def read(path: Path, folder: Path | None = None, wishes: Wishes | None = None) -> tuple[WordVectors, Repairs]:
    wishes = wishes or Wishes()
    folder = folder or path.with_name("store")
    with Stream(path) as stream, Making(folder, Repairs(), stream) as making:
        making.encoding = wishes.encoding
        text.read(stream, making, wishes)
        repairs = making.seal(folder.name, Source(sha256=stream.sha256()))
    return native.read(folder), repairs


def read_bytes(tmp_path: Path, data: bytes, encoding: str = "utf-8") -> tuple[WordVectors, Repairs]:
    path = tmp_path / "vectors.txt"
    path.write_bytes(data)
    return read(path, wishes=Wishes(encoding=encoding))


def as_rows(wv: WordVectors) -> dict[str, list[float]]:
    return {word: wv[word].tolist() for word in wv}


# ---------------------------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize("header", [b"", b"2 3\n"], ids=["glove", "word2vec"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("blank", [b" ", b"\t"], ids=["blanks", "tabs"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
def test_every_layout_gives_the_same_space(tmp_path, header, end, blank, mark):
    lines = [b"the 0.5 -1 2e-3", b"of 1 .25 -3."]
    data = mark + header + b"".join(line.replace(b" ", blank) + end for line in lines)
    wv, repairs = read_bytes(tmp_path, data)
    assert as_rows(wv) == {"the": [0.5, -1, np.float32(2e-3)], "of": [1, 0.25, -3]}
    assert repairs.n_refused == 0 and repairs.rows_read == repairs.rows == 2
    assert repairs.repairs.get("byte order mark left out", 0) == bool(mark)


def test_a_word_may_be_parted_by_a_tab_and_its_numbers_by_blanks(tmp_path):
    wv, _ = read_bytes(tmp_path, b"New York\t1 2\nParis\t3 4\n")
    assert as_rows(wv) == {"New York": [1, 2], "Paris": [3, 4]}


def test_a_trailing_blank_and_several_blanks_are_no_fields(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"a   1  2 \nb 3 4 \nc  5 6\n")
    assert as_rows(wv) == {"a": [1, 2], "b": [3, 4], "c": [5, 6]}
    assert repairs.n_refused == 0 and repairs.repairs == {"several blanks in a row taken for one": 2}


def test_blanks_inside_a_word_stay_as_they_are_however_its_numbers_stand_apart(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\na  b  3  4\nc  d 5 6\n")
    assert as_rows(wv) == {"the": [1, 2], "a  b": [3, 4], "c  d": [5, 6]}
    assert repairs.repairs == {"words that hold blanks": 2, "several blanks in a row taken for one": 1}


def test_numbers_padded_between_tabs_are_read_and_told(tmp_path):
    rows = [(at, at / 3, -at * 7.5) for at in range(30)]
    wv, repairs = read_bytes(tmp_path, "".join(f"w{at}\t{a:7.4f}\t{b:9.4f}\n" for at, a, b in rows).encode())
    np.testing.assert_array_equal(wv.vectors, np.array([[f"{a:.4f}", f"{b:.4f}"] for _, a, b in rows], np.float64).astype(np.float32))
    assert repairs.n_refused == 0 and repairs.repairs == {"blanks around numbers left out": 30}


def test_a_row_whose_numbers_stand_apart_otherwise_is_told_so(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"x\t1\t2\ny\t1 2\nz 1\t2\nlast\t3\t4\n")
    assert list(wv) == ["x", "last"]
    apart = "they do not stand apart as those of the first lines do"
    assert [(row.line, row.why) for row in repairs.refused] == [
        (2, f"0 numbers where 2 belong: {apart}"), (3, f"1 number where 2 belong: {apart}")
    ]  # fmt: skip


@pytest.mark.parametrize("before", [0, 20_000])
@pytest.mark.parametrize("small", [-1, 1 << 40], ids=["compiled", "slow"])
def test_a_word_with_a_nul_byte_is_refused_wherever_it_stands(tmp_path, monkeypatch, before, small):
    monkeypatch.setattr(text, "SMALL", small)
    data = b"".join(b"w%d 1 2\n" % at for at in range(before)) + b"a\0b 3  4\nof 5 6\n"
    wv, repairs = read_bytes(tmp_path, data)
    assert wv.n_words == before + 1 and wv["of"].tolist() == [5, 6]
    assert [(row.line, row.why) for row in repairs.refused] == [(before + 1, "its word holds a NUL byte, which no text has")]
    assert repairs.repairs == {}
    with Stream(tmp_path / "vectors.txt") as stream:
        assert text.recognises(stream)


@pytest.mark.parametrize("ending", [3, 4, 5, 6, 7, 8])
def test_wide_rows_are_known_wherever_the_head_cuts_them(tmp_path, ending):
    number = b" -1.25e-01"
    data = b"w" * ending + number * 11_000 + b"\n"
    (tmp_path / "wide.txt").write_bytes(data * 3)
    with Stream(tmp_path / "wide.txt") as stream:
        assert text.recognises(stream)


def test_words_that_hold_blanks_are_kept_whole(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\n. . . 3 4\nat name@domain.com 5 6\n")
    assert list(wv) == ["the", ". . .", "at name@domain.com"]
    assert repairs.repairs["words that hold blanks"] == 2


def test_letters_that_unicode_calls_white_space_are_letters_of_words(tmp_path):
    words = ["\u00a0", "a\u00a0b", "\u0085", "x\u0085y", "\u2028", "\u3000", "\ufeff", "\x0b", "\x1c"]
    wv, repairs = read_bytes(tmp_path, "".join(f"{word} {at} 1\n" for at, word in enumerate(words)).encode())
    assert list(wv) == words and repairs.n_refused == 0


def test_words_that_look_like_numbers_are_words(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\n7 3 4\n-1.5 5 6\nnan 7 8\n1e5 9 10\n")
    assert list(wv) == ["the", "7", "-1.5", "nan", "1e5"] and repairs.n_refused == 0


def test_a_header_of_one_dimension_is_told_from_rows(tmp_path):
    assert as_rows(read_bytes(tmp_path, b"2 1\na 5\nb 6\n")[0]) == {"a": [5], "b": [6]}


def test_two_numbers_in_the_first_line_are_a_row_where_the_others_are_alike(tmp_path):
    wv, _ = read_bytes(tmp_path, b"10 20\n11 21\n12 22\n")
    assert as_rows(wv) == {"10": [20], "11": [21], "12": [22]}


# ---------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"short 1", "1 number where 2 belong"),
        (b"long 1 2 3", "more than 2 numbers; where the word ends cannot be told"),
        (b"bad 1 x", "'x' is no number"),
        (b"hex 1 0x10", "'0x10' is no number"),
        (b"under 1 1_000", "'1_000' is no number"),
        (b"comma 1,5 2", "'1,5' is no number"),
        (b"n nan 3", "'nan' is not finite"),
        (b"i 1 -inf", "'-inf' is not finite"),
        (b"big 1 1e39", "NaN, infinity, or a number beyond float32"),
        (b" 1 2", "no word before the numbers"),
        (b"word", "0 numbers where 2 belong"),
        (b"latin\xe9 1 2", "the word is no UTF-8: b'latin\\xe9'. Say the encoding if you know it"),
    ],
)
def test_a_row_that_cannot_be_mended_with_certainty_is_refused_with_its_line(tmp_path, line, why):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\nof 3 4\n" + line + b"\nand 5 6\n")
    assert list(wv) == ["the", "of", "and"]
    assert [(row.line, row.why) for row in repairs.refused] == [(3, why)]
    assert repairs.rows_read == 4 and repairs.rows == 3


def test_a_duplicate_keeps_its_first_row_and_names_both_lines(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\nof 3 4\nthe 5 6\nand 7 8\nthe 9 9\nof 3 4\n")
    assert as_rows(wv) == {"the": [1, 2], "of": [3, 4], "and": [7, 8]}
    assert [(twice.word, twice.kept, twice.dropped) for twice in repairs.duplicates] == [("the", 1, 3), ("the", 1, 5), ("of", 2, 6)]
    assert wv.vocabulary.row("and") == 2 and wv.vocabulary.row("the") == 0


def test_an_encoding_makes_foreign_words_readable(tmp_path):
    data = "the 1 2\ncafé 3 4\n".encode("cp1252")
    assert list(read_bytes(tmp_path, data, encoding="cp1252")[0]) == ["the", "café"]


def test_words_whose_broken_letters_join_to_a_whole_one_are_still_broken(tmp_path):
    _, repairs = read_bytes(tmp_path, b"ok 1 2\n\xc3 1 2\n\xa9 3 4\n")  # together they would be é
    assert [row.line for row in repairs.refused] == [2, 3]


def test_empty_lines_are_passed_over_and_counted(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"\nthe 1 2\n\n \r\nof 3 4\n")
    assert list(wv) == ["the", "of"]
    assert repairs.repairs["empty lines passed over"] == 3


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"9 2\n", "The header says 9 words; the file has 2 rows. The file may be cut off: 7 words are missing."),
        (b"1 2\n", "The header says 1 word; the file has 2 rows."),
        (b"3 2\n", "The header says 3 words; the file has 2 rows. The file may be cut off: 1 word is missing."),
        (b"2 1\n", "The header says 1 dimension; the rows have 2, which was believed."),
        (b"2 7\n", "The header says 7 dimensions; the rows have 2, which was believed."),
        (b"1000000000000 2\n", "The header says 1,000,000,000,000 words; the file has 2 rows."),
    ],
)
def test_a_header_that_lies_is_told(tmp_path, header, told):
    wv, repairs = read_bytes(tmp_path, header + b"the 1 2\nof 3 4\n")
    assert as_rows(wv) == {"the": [1, 2], "of": [3, 4]}
    assert any(note.startswith(told) for note in repairs.notes)


def test_a_file_that_ends_in_the_middle_of_a_line_says_so(tmp_path):
    wv, repairs = read_bytes(tmp_path, b"the 1 2\nof 3 4")
    assert as_rows(wv) == {"the": [1, 2], "of": [3, 4]}
    assert "its last number may be short" in repairs.notes[0]
    (tmp_path / "b").mkdir()
    wv, repairs = read_bytes(tmp_path / "b", b"the 1 2\nof 3 -")
    assert list(wv) == ["the"] and repairs.refused[0].line == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "vectors.txt is empty"),
        (b"\n\n\n", "holds no lines of text"),
        (b"only words here\nand here too\n", "vectors.txt, line 1: no word followed by numbers: 'only words here'"),
        (b"the nan\nof nan\n", "holds no row that could be read. line 1: 'nan' is not finite"),
        (b"3 2\n", "holds no row that could be read."),
        (b"3 2", "holds no row that could be read."),
    ],
)
def test_a_file_of_no_rows_is_refused(tmp_path, data, told):
    with pytest.raises(BadFile, match=told.replace(".", r"\.").replace("(", r"\(")):
        read_bytes(tmp_path, data)
    assert not (tmp_path / "store").exists() and not list(tmp_path.glob(".making-*"))


def test_a_line_without_end_is_refused_before_memory_runs_out(tmp_path):
    path = tmp_path / "endless.txt.gz"
    with gzip.open(path, "wb", 1) as out:
        out.write(b"the 1 2\nof 3 4\n")
        for _ in range(40):
            out.write(b"1 " * (1 << 19))
    with pytest.raises(BadFile, match="a line of more than 4,194,304 bytes"):
        read(path)


def test_a_file_none_of_whose_first_thousand_rows_can_be_read_is_given_up(tmp_path):
    data = b"the 1 2\n" * 3 + b"".join(b"word%d x y\n" % at for at in range(3_000))
    with pytest.raises(BadFile, match="None of the first 1,000 rows"):
        read_bytes(tmp_path, data.replace(b"the 1 2\n", b"the nan 2\n"))


@pytest.mark.parametrize("small", [-1, 1 << 40], ids=["compiled", "slow"])
def test_rows_that_wait_in_the_block_count_before_a_file_is_given_up(tmp_path, monkeypatch, small):
    monkeypatch.setattr(text, "SMALL", small)
    good = b"".join(b"w%d 1 2 3 4 5\n" % at for at in range(300))
    wv, repairs = read_bytes(tmp_path, good + b"".join(b"bad%d x y\n" % at for at in range(1_000)) + b"end 5 4 3 2 1\n")
    assert (wv.n_words, repairs.n_refused, repairs.rows_read) == (301, 1_000, 1_301)


@pytest.mark.parametrize("small", [-1, 1 << 40], ids=["compiled", "slow"])
def test_rows_are_refused_in_the_order_of_their_lines(tmp_path, monkeypatch, small):
    monkeypatch.setattr(text, "SMALL", small)
    odd = [b"\xe9 1 2", b"short 1", b"big 1 1e39", b"bad x y"]
    _, repairs = read_bytes(tmp_path, b"the 1 2\n" + b"".join(odd[at % 4] + b"\n" for at in range(400)))
    assert [row.line for row in repairs.refused] == list(range(2, 202)) and repairs.n_refused == 400


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"w" + b" 1" * 100_001 + b"\n", "vectors.txt, line 1: 100,001 dimensions; up to 100,000 can be read"),
        (b"1 100001\nw" + b" 1" * 100_001 + b"\n", "vectors.txt, line 2: 100,001 dimensions; up to 100,000 can be read"),
        (b"w" + b" 0.5" * 1_500_000 + b"\n", "has a line of more than 4,194,304 bytes"),
        (b"the 1 2\rof 3 4\rand 5 6\r", "The lines of vectors.txt end in CR alone, as on old Macs. Write them with LF"),
        (b"the 1 2\rof 3 4\r" * 300_000, "end in CR alone, as on old Macs"),
    ],
    ids=["dimensions", "dimensions by header", "long line", "old Mac", "long old Mac"],
)
def test_lines_that_are_too_long_are_refused_for_their_true_reason(tmp_path, data, told):
    with pytest.raises(BadFile, match=told):
        read_bytes(tmp_path, data)


# ---------------------------------------------------------------------------------------------------- packings


def _zipped(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside/vectors.txt", data)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, None], ids=["gzip", "bzip2", "xz", "zip"])
def test_packing_is_told_by_content_and_not_by_name(tmp_path, pack):
    data, path = b"the 1 2\nof 3 4\n", tmp_path / "no-such-ending"
    path.write_bytes(pack(data)) if pack else _zipped(path, data)
    assert as_rows(read(path)[0]) == {"the": [1, 2], "of": [3, 4]}


def test_several_gzip_members_in_a_row_are_one_file(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"the 1 2\n") + gzip.compress(b"of 3 4\n"))
    assert list(read(tmp_path / "a.gz")[0]) == ["the", "of"]


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_several_packed_streams_in_a_row_and_zeros_after_them_are_one_file(tmp_path, pack):
    (tmp_path / "a").write_bytes(pack(b"the 1 2\n") + pack(b"of 3 4\n") + bytes(400_000))
    assert as_rows(read(tmp_path / "a")[0]) == {"the": [1, 2], "of": [3, 4]}


@pytest.mark.parametrize("rest", [b"garbage", b"g", bytes(300_000) + b"BZ"])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_other_bytes_after_what_is_packed_refuse_the_file_alike(tmp_path, pack, rest):
    (tmp_path / "a").write_bytes(pack(b"the 1 2\nof 3 4\n") + rest)
    with pytest.raises(BadFile, match="a is damaged or ends in the middle"):
        read(tmp_path / "a")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_a_packed_file_that_is_cut_off_is_refused_whole(tmp_path, pack):
    rng = np.random.default_rng(0)
    data = b"".join(b"w%d %f %f\n" % (at, *rng.standard_normal(2)) for at in range(5_000))
    packed = pack(data)
    (tmp_path / "cut").write_bytes(packed[: len(packed) * 2 // 3])
    with pytest.raises(BadFile, match="cut is damaged or ends in the middle"):
        read(tmp_path / "cut")
    assert not list(tmp_path.glob(".making-*"))


# ---------------------------------------------------------------------------------------------------- compiled equals slow


def both_ways(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for at, small in enumerate((1 << 40, -1)):
        monkeypatch.setattr(text, "SMALL", small)
        path = tmp_path / f"{at}.txt"
        path.write_bytes(data)
        folder = tmp_path / f"store-{at}"
        try:
            wv, repairs = read(path, folder)
            told = repairs.as_json() | {"seconds": 0, "peak_bytes": 0}
            found.append((list(wv), wv.vectors.view(np.uint32).tolist(), told))
        except BadFile as error:
            found.append(str(error).replace(path.name, ""))
        finally:
            for made in (folder, path):
                if made.is_dir():
                    for part in made.iterdir():
                        part.unlink()
                    made.rmdir()
                elif made.exists():
                    made.unlink()
    assert found[0] == found[1]


number = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:.17g}"),
    st.floats(-1e6, 1e6).map(lambda value: f"{value:.6f}"),
    st.from_regex(r"[+-]?[0-9]{0,25}\.?[0-9]{0,25}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["0", "-0", "1e-45", "3.4028235e38", "3.5e38", "1e-400", "00001", "0.000000000000000000000001", "nan", "inf", "."]),
)
word = st.one_of(
    st.sampled_from(["the", "", " ", ". . .", "a\u00a0b", "\u0085", "7", "-1", "\t", "x\ty", "é", "x\r", "a  b", "a\0b"]),
    st.text(st.characters(blacklist_characters="\n", blacklist_categories=("Cs",)), max_size=6),
)
line = st.builds(
    lambda name, numbers, blank, end: (name + blank + blank.join(numbers)).encode() + end,
    word,
    st.lists(number, min_size=1, max_size=4),
    st.sampled_from([" ", " ", " ", "  ", "\t", "\t ", "\t\t"]),
    st.sampled_from([b"\n", b"\n", b"\r\n", b" \n", b"", b"\xe9 1 2\n"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(line, min_size=1, max_size=8), st.sampled_from([b"", b"3 2\n", b"\xef\xbb\xbf"]))
@example([b"a 1 2\n", b"b 0.1 9007199254740993\n"], b"")
@example([b"a\0b  1  2\n", b"c  1 2\n", b"a  b  1  2\n", b"d 1 2  \n"], b"")
@example([b"d\t1\t2\n"] * 6 + [b"a\t 1\t 2 \n", b"b\t\t1\t2\n", b"c\t1 2\n"], b"")
@example([b"d\t1 2\n"] * 6 + [b"a\t 1  2\n", b"b\t\t1 2\n", b"c 1\t2\n"], b"")
def test_the_compiled_reader_equals_the_slow_one(tmp_path, lines, start):
    with pytest.MonkeyPatch.context() as monkeypatch:
        both_ways(tmp_path, start + b"the 0.5 1\nof 1 2\n" + b"".join(lines), monkeypatch)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(number, min_size=1, max_size=50))
def test_every_number_is_the_float32_that_python_and_numpy_make_of_it(tmp_path, numbers):
    with np.errstate(over="ignore"):
        readable = [told for told in numbers if text.NUMBER.fullmatch(told.encode()) and np.isfinite(np.float32(float(told)))]
    data = b"first 1\n" + b"".join(b"w%d %s\n" % (at, told.encode()) for at, told in enumerate(readable))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(text, "SMALL", -1)
        path = tmp_path / "numbers.txt"
        path.write_bytes(data)
        folder = tmp_path / "numbers"
        wv, _ = read(path, folder)
        expected = np.array([1.0] + [np.float32(float(told)) for told in readable], np.float32)
        found = np.array(wv.vectors[:, 0])
        for part in folder.iterdir():
            part.unlink()
        folder.rmdir()
    np.testing.assert_array_equal(found.view(np.uint32), expected.view(np.uint32))


def test_more_than_one_block_keeps_order_and_line_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "BLOCK", 1000)
    rows = [b"w%d %d 1" % (at, at) for at in range(2_000)]
    rows[700], rows[1500], rows[1501] = b"short 1", b"a b c 5 6", b"w3 9 9"
    for small, name in ((1 << 40, "slow"), (-1, "fast")):
        monkeypatch.setattr(text, "SMALL", small)
        path = tmp_path / name
        path.write_bytes(b"\n".join(rows) + b"\n")
        wv, repairs = read(path, tmp_path / f"store-{name}")
        assert [row.line for row in repairs.refused] == [701]
        assert [(twice.word, twice.kept, twice.dropped) for twice in repairs.duplicates] == [("w3", 4, 1502)]
        assert wv.n_words == 1_998 and wv["a b c"].tolist() == [5, 6] and wv["w1999"].tolist() == [1999, 1]


# ---------------------------------------------------------------------------------------------------- peers


@pytest.mark.parametrize(
    ("file", "encoding"),
    [
        ("lee_fasttext.vec", "utf-8"),
        ("crime-and-punishment.vec", "utf-8"),
        ("pang_lee_polarity_fasttext.vec", "cp1252"),
        ("toy-model.vec", "utf-8"),
    ],
)
def test_gensims_own_files_read_as_gensim_reads_them(tmp_path, file, encoding):
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    keyed = KeyedVectors.load_word2vec_format(datapath(file), encoding=encoding)
    wv, repairs = read(Path(datapath(file)), tmp_path / "store", Wishes(encoding=encoding))
    assert list(wv) == keyed.index_to_key and repairs.n_refused == 0
    np.testing.assert_array_equal(wv.vectors, keyed.vectors)


def test_real_glove_written_and_read_is_bit_for_bit_the_same(tmp_path, glove):
    part = glove.first(20_000)
    line = "%s" + " %.9g" * part.dim + "\n"
    path = tmp_path / "glove.txt"
    path.write_text("".join(line % (word, *numbers.tolist()) for word, numbers in zip(part, part.vectors, strict=True)), "utf-8")
    wv, repairs = read(path)
    assert list(wv) == list(part) and repairs.n_refused == 0
    np.testing.assert_array_equal(np.array(wv.vectors).view(np.uint32), np.array(part.vectors).view(np.uint32))
    assert repairs.order.looks is True
