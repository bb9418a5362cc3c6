"""The pair of files that TensorFlow's projector opens: tensors.tsv, numbers between tabs, and metadata.tsv with the words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.format import Format, Wishes
from embeddings.formats.lines import (
    BOM,
    LONGEST_LINE,
    NOT_FINITE,
    NUMBER,
    SEVERAL,
    Layout,
    Unreadable,
    first_lines,
    read_line,
    refuse_endless,
    too_long,
)
from embeddings.formats.making import LARGEST_DIM, Making
from embeddings.formats.repairs import counted
from embeddings.formats.stream import BLOCK, Stream
from embeddings.formats.text import SMALL
from embeddings.formats.words_beside import lines, mismatch

COLUMNS = ("word", "words", "label", "name", "token")
LINE_OF_NO_WORD = b"-\t"    # stands before a line of numbers, so that it reads as a row of text


def recognises(stream: Stream) -> bool:
    """True where most of the first lines hold numbers between tabs and nothing else."""
    rows = [line for line in first_lines(stream) if line.strip()]
    bare = sum(all(_is_number(field) for field in line.split(b"\t")) for line in rows)
    return 2 * bare > len(rows)


def _is_number(field: bytes) -> bool:
    field = field.strip(b" ")
    return bool(NUMBER.fullmatch(field) or NOT_FINITE.fullmatch(field))


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """Every row, with the word on the same line of `wishes.words`. Raises BadFile where the two disagree or one is missing."""
    if wishes.words is None:
        raise BadFile(
            f"{stream.told} holds lines of numbers and no words, as tensors.tsv of TensorFlow's projector does. Give its metadata.tsv with "
            "it (--words FILE). If its first column is meant as words, put a line with the number of words and of dimensions before it."
        )
    repairs = making.repairs
    repairs.dtype, repairs.places = "text", "line"
    if stream.head(3) == BOM:
        stream.read(3)
        repairs.mend("byte order mark left out")
    dim = _dim(stream)
    with Stream(wishes.words) as beside:
        words, name = _words(beside, making)
        line = 0
        for block in _blocks(stream):
            line = _give(block, dim, words, making, line, (stream, beside, name))
        over = sum(1 for _ in words)
        if over:
            raise _unequal(stream, beside, line, line + over, name)


def _dim(stream: Stream) -> int:
    refuse_endless(stream)
    line = stream.head(LONGEST_LINE).partition(b"\n")[0].strip()
    dim = line.count(b"\t") + 1 if line else 0
    if not 0 < dim <= LARGEST_DIM:
        raise BadFile(f"{stream.told}, line 1: {counted(dim, 'number')}; 1 to {LARGEST_DIM:,} are needed.")
    return dim


def _unequal(stream: Stream, beside: Stream, rows: int, n_words: int, first: str) -> BadFile:
    error = mismatch(stream.told, rows, beside.told, n_words)
    if n_words == rows + 1 and first.casefold() in COLUMNS:
        return BadFile(f"{error} Its first line, '{first}', looks like a header: a file of one column has none. Take it out.")
    return error


# ---------------------------------------------------------------------------------------------------- metadata


def _words(beside: Stream, making: Making) -> tuple[Iterator[bytes | None], str]:
    """The words, None for a line with other columns than the header has, and the first line where there is one column."""
    every = lines(beside, making)
    first = next(every)
    if b"\t" not in first:
        return _and(first, every), first.decode("utf-8", "replace")
    names = [name.decode("utf-8", "replace").strip() for name in first.split(b"\t")]
    folded = [name.casefold() for name in names]
    at = next((folded.index(name) for name in COLUMNS if name in folded), 0)
    making.repairs.note(f"The words are the column '{names[at][:40]}' of {beside.told}, which has {len(names)} columns.")
    return (fields[at] if len(fields := line.split(b"\t")) == len(names) else None for line in every), ""


def _and(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


# ---------------------------------------------------------------------------------------------------- tensors


def _blocks(stream: Stream) -> Iterator[bytes]:
    """Runs of whole lines, each with its end."""
    rest = b""
    while data := stream.read(BLOCK):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest += data
        if len(rest) > LONGEST_LINE:
            raise too_long(stream)
    if rest:
        yield rest + b"\n"


def _give(
    block: bytes, dim: int, words: Iterator[bytes | None], making: Making, line: int, files: tuple[Stream, Stream, str]
) -> int:
    """Give the rows of a block to `making`; returns the lines read so far."""
    crlf = block.count(b"\r\n")
    making.repairs.mend("lines that end in CRLF", crlf)
    block = block.replace(b"\r\n", b"\n") if crlf else block
    n_lines = block.count(b"\n")
    given = list(islice(words, n_lines))
    if len(given) < n_lines:
        rows = line + n_lines + sum(more.count(b"\n") for more in _blocks(files[0]))
        raise _unequal(files[0], files[1], rows, line + len(given), files[2])
    vectors, good = _numbers(block, n_lines, dim, making, line + 1)
    for at, word in enumerate(given):
        if good[at] and word is None:
            making.repairs.refuse(line + 1 + at, f"{files[1].told} has another number of columns in this line than in its header")
            good[at] = False
    making.repairs.rows_read += int((~good).sum())
    places = np.flatnonzero(good) + line + 1
    making.add_words([word for word, kept in zip(given, good.tolist(), strict=True) if kept and word is not None], vectors[good], places)
    return line + n_lines


def _numbers(block: bytes, n_lines: int, dim: int, making: Making, first: int) -> tuple[np.ndarray, np.ndarray]:
    """(n_lines, dim) float32, and True for each line that is a row; the others are refused in the report."""
    layout = Layout(dim, b"\t", b"\t")
    vectors, good = np.zeros((n_lines, dim), np.float32), np.zeros(n_lines, bool)
    if len(block) > SMALL:
        vectors, good, gaps = _compiled(block, n_lines, dim)
        making.repairs.mend(SEVERAL, int((good & gaps).sum()))
    rows = block[:-1].split(b"\n") if not good.all() else []
    for at in np.flatnonzero(~good).tolist():
        try:
            if not rows[at].strip():
                raise Unreadable("an empty line")
            _, numbers, mended = read_line(LINE_OF_NO_WORD + rows[at], layout)
            vectors[at], good[at] = _as_float32(numbers), True
            for kind in mended:
                making.repairs.mend(kind)
        except Unreadable as error:
            making.repairs.refuse(first + at, str(error))
    return vectors, good


def _as_float32(vector: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):                                           # a number beyond float32 becomes infinity, which is refused
        return vector.astype(np.float32)


def _compiled(block: bytes, n_lines: int, dim: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lines that the compiled reader of text takes, read as rows of a word and numbers: its vectors, good and gaps."""
    from embeddings.formats.compiled import POWERS, eights_of, read_lines

    text = LINE_OF_NO_WORD + block[:-1].replace(b"\n", b"\n" + LINE_OF_NO_WORD) + b"\n" + b"\n" * 8     # more, as the reader needs it
    data = np.frombuffer(text, np.uint8)
    vectors, words = np.empty((n_lines, dim), np.float32), np.empty(len(data), np.uint8)
    lengths, starts, ends = (np.empty(n_lines, np.int64) for _ in range(3))
    good, gaps = np.empty((2, n_lines), np.bool_)
    read_lines(
        data, eights_of(data), len(data) - 8, dim, ord("\t"), ord("\t"), POWERS, vectors, words, lengths, starts, ends, good, gaps
    )
    return vectors, good, gaps


FORMAT = Format("projector", "TensorFlow projector: tensors.tsv with metadata.tsv", recognises, read)
