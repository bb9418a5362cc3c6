"""The end of an import: words that stand again are sorted out, the rest is indexed, and the parts of the store are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embeddings.formats.order import frequency_order
from embeddings.formats.repairs import TWICE, Repairs
from embeddings.vocabulary import Vocabulary, hash_words

COLUMNS = {"lengths.raw": np.int32, "places.raw": np.int64, "norms.raw": np.float32, "counts.raw": np.int64}
"""What is told of each row while a space is made, a file each, in the order of `Making.add`: gone when it is sealed."""

HEADER = 128                # bytes before the numbers of vectors.npy, written last, when the number of rows is known
ROWS_HASHED = 1 << 17       # words hashed, and hashes written, at a time
MOVED = 8 << 20             # bytes of vectors moved at a time


def seal(made: Path, dim: int, counted: bool, repairs: Repairs) -> None:
    """Complete the folder `made`, which holds vectors.npy without its header, words.bin and the COLUMNS.

    Memory: 16 bytes a word for the index, and 12 more where words stand twice. What is found is told in `repairs`. Raises OSError.
    """
    lengths = _column(made, "lengths.raw")
    hashes = _hashes(made, lengths)
    order = np.argsort(hashes)
    dropped = _dropped(made, lengths, hashes, order, repairs)
    kept = None
    if len(dropped):
        kept = np.ones(len(lengths), bool)
        kept[dropped] = False
        lengths, order = _compact(made, lengths, kept, dim), order[kept[order]]
    with _Npy(made / "hashes.npy", np.uint64, len(order)) as file:
        for at in range(0, len(order), ROWS_HASHED):
            file.write(hashes[order[at : at + ROWS_HASHED]])
    del hashes
    np.save(made / "order.npy", order if kept is None else (np.cumsum(kept) - 1)[order])
    del order
    np.save(made / "offsets.npy", _offsets(lengths))
    for column, name in [("norms.raw", "inverse_norms"), ("counts.raw", "counts")][: 1 + counted]:
        values = _column(made, column)
        np.save(made / f"{name}.npy", values if kept is None else values[kept])
    with (made / "vectors.npy").open("r+b") as vectors:
        vectors.write(npy_header(len(lengths), dim))
    for column in COLUMNS:
        (made / column).unlink()
    repairs.rows = len(lengths)
    repairs.order = frequency_order(_words(made))


def _column(made: Path, name: str) -> np.ndarray:
    return np.fromfile(made / name, COLUMNS[name])


def _words(made: Path) -> Vocabulary:
    index = np.load(made / "hashes.npy", mmap_mode="r"), np.load(made / "order.npy", mmap_mode="r")
    return Vocabulary(np.memmap(made / "words.bin", np.uint8, mode="r"), np.load(made / "offsets.npy", mmap_mode="r"), None, index)


class _Npy:
    """A .npy file of one dimension, written a part at a time."""

    def __init__(self, path: Path, dtype: type, n: int) -> None:
        self._file, self._dtype = path.open("wb"), dtype
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (n,)}
        np.lib.format.write_array_header_1_0(self._file, header)

    def __enter__(self) -> _Npy:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, part: np.ndarray) -> None:
        """Append the part."""
        self._file.write(part.astype(self._dtype, copy=False).tobytes())


def _offsets(lengths: np.ndarray) -> np.ndarray:
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _hashes(made: Path, lengths: np.ndarray) -> np.ndarray:
    """(n,) uint64 of all words, a few at a time: the words of a large space are not held."""
    found, at = np.empty(len(lengths), np.uint64), 0
    with (made / "words.bin").open("rb") as words:
        while at < len(lengths):
            part = lengths[at : at + ROWS_HASHED]
            found[at : at + len(part)] = hash_words(np.frombuffer(words.read(int(part.sum())), np.uint8), _offsets(part))
            at += len(part)
    return found


def _dropped(made: Path, lengths: np.ndarray, hashes: np.ndarray, order: np.ndarray, repairs: Repairs) -> np.ndarray:
    """Rows to drop, ascending: words that stood before. Equal hashes only point to them; the bytes decide."""
    groups = _equal(hashes, order)
    if not groups:
        return np.zeros(0, np.int64)
    blob, offsets = np.memmap(made / "words.bin", np.uint8, mode="r"), _offsets(lengths)
    twice: list[tuple[int, int]] = []
    for rows in groups:
        met: dict[bytes, int] = {}
        for row in sorted(rows):
            first = met.setdefault(blob[offsets[row] : offsets[row + 1]].tobytes(), row)
            if first != row:
                twice.append((row, first))
    came = np.memmap(made / "places.raw", np.int64, mode="r")
    for row, first in sorted(twice):
        word = blob[offsets[row] : offsets[row + 1]].tobytes().decode()
        repairs.drop(word, int(came[first]), int(came[row]))
    repairs.mend(TWICE, len(twice))
    return np.array(sorted(row for row, _ in twice), np.int64)


def _equal(hashes: np.ndarray, order: np.ndarray) -> list[list[int]]:
    """Runs of two rows or more whose hashes are equal."""
    groups: list[list[int]] = []
    last = -1                                                                  # where the last run ended
    for at in range(0, len(order), ROWS_HASHED):
        part = hashes[order[max(0, at - 1) : at + ROWS_HASHED]]                # with the one before
        for place in (np.flatnonzero(part[1:] == part[:-1]) + max(1, at)).tolist():
            if place - 1 == last:
                groups[-1].append(int(order[place]))
            else:
                groups.append([int(order[place - 1]), int(order[place])])
            last = place
    return groups


def _compact(made: Path, lengths: np.ndarray, kept: np.ndarray, dim: int) -> np.ndarray:
    """Move the kept rows together, a block at a time; returns the lengths of what is left."""
    size = 4 * dim
    step = max(1, MOVED // size)
    with (made / "vectors.npy").open("r+b") as file:
        written = HEADER
        for start in range(0, len(lengths), step):
            part = kept[start : start + step]
            file.seek(HEADER + start * size)
            block = np.frombuffer(file.read(len(part) * size), np.uint8).reshape(len(part), size)[part]
            file.seek(written)
            file.write(block.tobytes())
            written += block.nbytes
        file.truncate(written)
    blob = (made / "words.bin").read_bytes()
    (made / "words.bin").write_bytes(np.frombuffer(blob, np.uint8)[np.repeat(kept, lengths)].tobytes())
    left: np.ndarray = lengths[kept]
    return left


def npy_header(rows: int, dim: int) -> bytes:
    """The header of a C-ordered float32 .npy file (format 1.0), padded to HEADER bytes."""
    told = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {dim}), }}"
    return b"\x93NUMPY\x01\x00" + (HEADER - 10).to_bytes(2, "little") + told.ljust(HEADER - 11).encode() + b"\n"
