"""Word vectors as the word2vec tool and gensim write them in binary.

    "3000000 300\\n", and for each word: its bytes, a space, 300 float32, least byte first, and from the C tool a line end

Rows have no mark of their own: where one ends is known only from the header's dimension. A file that is cut off inside a row, or
whose header gives another dimension, is therefore refused as a whole. One that ends between two rows is kept, and the words that
its header counts beyond them are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.format import Format, Wishes
from embeddings.formats.lines import NOT_FINITE, NUMBER
from embeddings.formats.making import LARGEST_DIM, LONGEST_WORD, Making
from embeddings.formats.repairs import counted
from embeddings.formats.stream import Stream

BLOCK = 1 << 20             # bytes; what fits into the processor's cache is hashed, cut and copied a fifth faster than larger blocks
HEADER = re.compile(rb"[ \t]*(\d{1,19})[ \t]+(\d{1,19})[ \t\r]*\n")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
LOOKED_AT = 4_096           # bytes after the header that tell binary from text
JUDGED = 100                # words that are enough to judge the whole file by
LOOKS_LIKE = 3              # rows that must fit, before another row size is named


def recognises(stream: Stream) -> bool:
    """True where a header "words dimensions" is followed by bytes that are neither text nor a row of numbers."""
    head = stream.head()
    header = HEADER.match(head)
    if not header:
        return False
    body = head[header.end() :]
    return not _is_text(body[:LOOKED_AT]) and not _is_row_of_text(body.partition(b"\n")[0])


def _is_text(sample: bytes) -> bool:
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3:                                      # else a letter that the sample cuts through
            return False
    return not CONTROL.search(sample)


def _is_row_of_text(line: bytes) -> bool:
    fields = line.split()[1:]
    return bool(fields) and 2 * sum(bool(NUMBER.fullmatch(field) or NOT_FINITE.fullmatch(field)) for field in fields) >= len(fields)


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """Every row. Raises BadFile naming the row where the file ends inside one, or where the header's dimension does not fit."""
    header = _header(stream)
    making.repairs.dtype, making.repairs.places = "float32", "row"
    making.repairs.header = f"{header.n_words} {header.dim}"
    start = stream.head()
    for rows in _blocks(stream, header, making, start):
        words = [rows.data[a:b] for a, b in zip(rows.begins, rows.ends, strict=True)]
        if rows.first == 1:
            _refuse_no_words(words[:JUDGED], stream, header, start, making.encoding)
        places = np.arange(rows.first, rows.first + len(words), dtype=np.int64)
        making.add_words(words, _vectors(rows, header.dim), places)
    making.repairs.compare_rows(header.n_words)


@dataclass(frozen=True)
class _Header:
    n_words: int
    dim: int

    @property
    def size(self) -> int:
        """Bytes of a row's numbers."""
        return 4 * self.dim


@dataclass(frozen=True)
class _Rows:
    """Whole rows in `data`: the word of each lies from `begins` to `ends`, its numbers one byte later. first: the first one's row."""

    data: bytes
    begins: list[int]
    ends: list[int]
    first: int


def _header(stream: Stream) -> _Header:
    header = HEADER.match(stream.head(64))
    if not header:
        raise BadFile(f"{stream.told} does not begin with a line of two numbers, words and dimensions.")
    n_words, dim = int(header[1]), int(header[2])
    if not 0 < dim <= LARGEST_DIM:
        raise BadFile(f"The header of {stream.told} says {counted(dim, 'dimension')}; 1 to {LARGEST_DIM:,} can be read.")
    stream.read(header.end())
    return _Header(n_words, dim)


# ---------------------------------------------------------------------------------------------------- rows


def _blocks(stream: Stream, header: _Header, making: Making, start: bytes) -> Iterator[_Rows]:
    """Runs of whole rows up to the end of the file. Raises BadFile where the last is not whole."""
    rest, first = b"", 1
    while data := stream.read(BLOCK):
        data = rest + data if rest else data
        begins, ends, at = _walk(data, header.size, header.n_words + 1 - first)
        if begins:
            yield _Rows(data, begins, ends, first)
            first += len(begins)
        rest = data[at:]
        if first > header.n_words:
            yield from _beyond(stream, header, making, rest)
            return
        if len(rest) > header.size + 2 * LONGEST_WORD:                         # a row would have fitted
            raise BadFile(_no_row(stream, header, first, f"no word of up to {LONGEST_WORD:,} bytes before a space", start))
    if rest.strip(b"\n"):
        raise BadFile(_no_row(stream, header, first, "the file ends inside this row", start))


def _walk(data: bytes, size: int, most: int) -> tuple[list[int], list[int], int]:
    """Where the words of up to `most` whole rows begin and end, and where the walk stopped. Line ends before a word are not its own."""
    begins: list[int] = []
    ends: list[int] = []
    at, last, find = 0, len(data) - size - 1, data.find
    begin_next, end_next = begins.append, ends.append
    for _ in range(most):
        begin = at
        while data[begin : begin + 1] == b"\n":
            begin += 1
        end = find(b" ", begin, begin + LONGEST_WORD + 1)
        if not 0 <= end <= last:
            break
        begin_next(begin)
        end_next(end)
        at = end + 1 + size
    return begins, ends, at


def _vectors(rows: _Rows, dim: int) -> np.ndarray:
    """(n, dim) float32: the numbers of each row, wherever they lie between the words."""
    data, size = memoryview(rows.data), 4 * dim
    numbers = b"".join([data[end + 1 : end + 1 + size] for end in rows.ends])  # a view each: one copy in all
    return np.frombuffer(numbers, "<f4").reshape(-1, dim)


def _beyond(stream: Stream, header: _Header, making: Making, rest: bytes) -> Iterator[_Rows]:
    """What stands after the last row that the header counts: more rows, or bytes that are told and passed over."""
    rest += stream.read(BLOCK)
    _, _, at = _walk(rest, header.size, 1)
    if at and _plausible(rest[:at], header, making.encoding):
        more = _Header(1 << 62, header.dim)
        first = header.n_words + 1
        while True:
            begins, ends, at = _walk(rest, header.size, len(rest))
            if begins:
                yield _Rows(rest, begins, ends, first)
            first, left = first + len(begins), rest[at:]
            data = stream.read(BLOCK)
            if not data:
                break
            rest = left + data
            if len(left) > header.size + 2 * LONGEST_WORD:
                raise BadFile(_no_row(stream, header, first, f"no word of up to {LONGEST_WORD:,} bytes before a space"))
        if left.strip(b"\n"):
            what = f"the file ends inside this row, beyond the {header.n_words:,} that its header counts"
            raise BadFile(_no_row(stream, more, first, what))
        return
    left_over = len(rest)
    blank = not rest.strip(b"\n")
    while data := stream.read(BLOCK):
        left_over, blank = left_over + len(data), blank and not data.strip(b"\n")
    if not blank:
        verbs = "is no row and was" if left_over == 1 else "are no row and were"
        after = f"after row {header.n_words:,}, the last by the header,"
        making.repairs.note(f"{counted(left_over, 'byte')} {after} {verbs} passed over.")


def _plausible(row: bytes, header: _Header, encoding: str) -> bool:
    """True where the bytes look like one more row: a clean word, and numbers of a size that vectors have."""
    numbers = np.frombuffer(row[-header.size :], "<f4")
    return _is_clean(row[: -header.size - 1].lstrip(b"\n"), encoding) and bool((np.abs(numbers) < 1e6).all())


def _is_clean(word: bytes, encoding: str) -> bool:
    try:
        word.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return bool(word) and not CONTROL.search(word)


# ---------------------------------------------------------------------------------------------------- what the header says


def _refuse_no_words(words: list[bytes], stream: Stream, header: _Header, start: bytes, encoding: str) -> None:
    """Raise BadFile where most of the first words cannot be words: then the rows lie elsewhere than the header says."""
    wrong = [row for row, word in enumerate(words, 1) if not _is_word(word, encoding)]
    if len(wrong) > max(1, len(words) // 2):
        shown = words[wrong[0] - 1][:20]
        what = f"its word is no {encoding.upper()}: {shown!r}, and {len(wrong):,} of the first {len(words):,} are none"
        raise BadFile(_no_row(stream, header, wrong[0], what, start) + " If the words are in another encoding, say which.")


def _is_word(word: bytes, encoding: str) -> bool:
    try:
        return bool(word.decode(encoding))
    except (UnicodeError, LookupError):
        return False


def _no_row(stream: Stream, header: _Header, row: int, what: str, start: bytes = b"") -> str:
    told = f"row {row:,}" if header.n_words >= 1 << 60 else f"row {row:,} of {header.n_words:,}"
    looks = _looks_like(start, header.dim)
    cure = looks or f"It was cut off, or its rows do not have the {header.dim:,} float32 numbers that its header says. Get the file again."
    return f"{stream.told}, {told}: {what}. {counted(row - 1, 'row')} {'was' if row == 2 else 'were'} found before it. {cure}"


def _looks_like(start: bytes, dim: int) -> str:
    """What the first rows look like, where another number of bytes a row fits them; "" where the header's own, or none does."""
    for size in (2 * dim, *range(4, min(len(start) // LOOKS_LIKE, 4 * LARGEST_DIM), 4)):
        if size == 4 * dim and _fits(start, size):
            return ""
        if size != 4 * dim and _fits(start, size):
            kinds = {2 * dim: f"{dim:,} float16", 8 * dim: f"{dim:,} float64"} | ({} if size % 4 else {0: f"{size // 4:,} float32"})
            told = " or ".join(kind for at, kind in sorted(kinds.items(), reverse=True) if at in {0, size})
            return f"Its rows look like {told} numbers; the header says {dim:,} float32. Correct the header, or write it again as float32."
    return ""


def _fits(start: bytes, size: int) -> bool:
    begins, ends, _ = _walk(start, size, LOOKS_LIKE)
    return len(begins) == LOOKS_LIKE and all(_is_clean(start[a:b], "utf-8") for a, b in zip(begins, ends, strict=True))


FORMAT = Format("word2vec-binary", "word2vec binary, as the C tool and gensim write it", recognises, read)
