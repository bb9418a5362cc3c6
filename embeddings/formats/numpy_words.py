"""Vectors as NumPy's .npy, with their words in another file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.float32 import as_float32
from embeddings.formats.format import Format, Wishes
from embeddings.formats.making import LARGEST_DIM, Making
from embeddings.formats.npy_header import MAGIC, NpyHeader
from embeddings.formats.repairs import counted
from embeddings.formats.stream import BLOCK, Stream
from embeddings.formats.words_beside import WordsBeside, mismatch


def recognises(stream: Stream) -> bool:
    """True where the file begins as every .npy does."""
    return stream.head(len(MAGIC)) == MAGIC


def read(stream: Stream, making: Making, wishes: Wishes) -> None:
    """Every row, with the word of the same place in `wishes.words`. Raises BadFile where the two disagree or one is missing."""
    if stream.name.lower().endswith(".npz"):
        raise BadFile(
            f"{stream.told} is an archive of arrays. Save the one with the vectors by itself: "
            "np.save('vectors.npy', np.load('FILE.npz')['NAME'])."
        )
    header = NpyHeader.read(stream)
    _refuse_no_vectors(stream, header)
    if wishes.words is None:
        vectors = counted(header.shape[0], "vector")
        raise BadFile(f"{stream.told} holds {vectors} and no words. Give a file of words, one a line (--words FILE).")
    making.repairs.dtype, making.repairs.places, making.repairs.header = str(header.dtype), "row", header.told
    blocks = _fortran(stream, header) if header.fortran and min(header.shape) > 1 else _rows(stream, header)
    with WordsBeside(wishes.words, making) as words:
        _give(stream, making, blocks, words)
        if words.take(1):
            raise mismatch(stream.told, header.shape[0], words.stream.told, words.count_all())
    _tell_rest(stream, making)


def _give(stream: Stream, making: Making, blocks: Iterator[np.ndarray], words: WordsBeside) -> None:
    first = 1
    for block in blocks:
        given = words.take(len(block))
        if len(given) < len(block):
            rows = first - 1 + len(block) + sum(map(len, blocks))
            raise mismatch(stream.told, rows, words.stream.told, words.taken)
        making.add_words(given, as_float32(block, making.repairs), np.arange(first, first + len(block), dtype=np.int64))
        first += len(block)


def _refuse_no_vectors(stream: Stream, header: NpyHeader) -> None:
    if header.dtype.kind not in "fiu" or len(header.shape) != 2:
        raise BadFile(f"{stream.told} holds {header.told}; word vectors are numbers of the shape (words, dimensions).")
    rows, dim = header.shape
    if not rows or not 0 < dim <= LARGEST_DIM:
        raise BadFile(f"{stream.told} has the shape ({rows:,}, {dim:,}); rows and 1 to {LARGEST_DIM:,} dimensions are needed.")
    there = stream.total - header.begin
    if stream.is_plain and there < header.size:
        whole = there // (dim * header.dtype.itemsize)
        sizes = f"{there:,} bytes of numbers instead of {header.size:,}"
        raise BadFile(f"{stream.told} is cut off: {sizes}, {whole:,} of {rows:,} rows. Get the file again.")


def _rows(stream: Stream, header: NpyHeader) -> Iterator[np.ndarray]:
    """Blocks of rows as they lie in the file. Raises BadFile where a packed file ends too soon."""
    rows, dim = header.shape
    size, done = dim * header.dtype.itemsize, 0
    while done < rows:
        n = min(rows - done, max(1, BLOCK // size))
        data = stream.read(n * size)
        if len(data) < n * size:
            raise BadFile(f"{stream.told} is cut off after row {done + len(data) // size:,} of {rows:,}.")
        yield np.frombuffer(data, header.dtype).reshape(n, dim)
        done += n


def _fortran(stream: Stream, header: NpyHeader) -> Iterator[np.ndarray]:
    """Blocks of rows of a file that lies column by column, mapped anew for each, so that no more than a block stays in memory."""
    if not stream.is_plain:
        raise BadFile(f"{stream.told} lies column by column (Fortran order) and is packed as {stream.packed}. Unpack it first.")
    rows, dim = header.shape
    step = max(1, BLOCK // (dim * header.dtype.itemsize))
    for start in range(0, rows, step):
        mapped = np.memmap(stream.path, header.dtype, "r", header.begin, header.shape, order="F")
        block = np.array(mapped[start : start + step], order="C")
        del mapped
        stream.read(block.nbytes)                                              # for progress and the hash, which need the bytes in order
        yield block


def _tell_rest(stream: Stream, making: Making) -> None:
    left = 0
    while data := stream.read(BLOCK):
        left += len(data)
    if left:
        making.repairs.note(f"After the array {'follows' if left == 1 else 'follow'} {counted(left, 'byte')}, passed over.")


FORMAT = Format("numpy", "NumPy .npy, with a file of words", recognises, read)
