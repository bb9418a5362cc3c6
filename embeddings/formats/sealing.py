"""The end of an import: words that stand again are sorted out, the rest is indexed, and the parts of the store are written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.formats.order import frequency_order
from embeddings.formats.repairs import TWICE, Repairs
from embeddings.vocabulary import Vocabulary, hash_words

HEADER = 128                # bytes before the numbers of vectors.npy, written last, when the number of rows is known
ROWS_HASHED = 1 << 17       # words hashed at a time
MOVED = 8 << 20             # bytes of vectors moved at a time


def seal(
    made: Path, lengths: np.ndarray, places: Sequence[np.ndarray], norms: np.ndarray, counts: np.ndarray | None, dim: int, repairs: Repairs
) -> None:
    """Complete the folder `made`, which holds vectors.npy without its header and words.bin, for words of `lengths` bytes.

    places: blocks of (n,) lines or rows that the words came from. norms, counts: (n,) of all rows. What is found is told in
    `repairs`. Raises OSError.
    """
    hashes = _hashes(made, lengths)
    order = np.argsort(hashes, kind="stable")                                  # stable: equal words lie in the order of the file
    hashes = hashes[order]
    kept = _first_of_each(made, _offsets(lengths), hashes, order, places, repairs)
    if not kept.all():
        lengths, norms = _compact(made, lengths, kept, dim), norms[kept]
        counts = None if counts is None else counts[kept]
        still = kept[order]
        hashes, order = hashes[still], (np.cumsum(kept) - 1)[order[still]]
    offsets = _offsets(lengths)
    parts = {"offsets": offsets, "hashes": hashes, "order": order, "inverse_norms": norms}
    for name, part in parts.items() if counts is None else (parts | {"counts": counts}).items():
        np.save(made / f"{name}.npy", part)
    with (made / "vectors.npy").open("r+b") as file:
        file.write(npy_header(len(lengths), dim))
    repairs.rows = len(lengths)
    repairs.order = frequency_order(Vocabulary(np.memmap(made / "words.bin", np.uint8, mode="r"), offsets, None, (hashes, order)))


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


def _first_of_each(
    made: Path, offsets: np.ndarray, hashes: np.ndarray, order: np.ndarray, places: Sequence[np.ndarray], repairs: Repairs
) -> np.ndarray:
    """(n,) True for rows to keep: of words that stand more than once, the first."""
    kept = np.ones(len(order), bool)
    same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
    if not len(same):
        return kept
    blob = np.memmap(made / "words.bin", np.uint8, mode="r")
    came = np.concatenate(places)
    met: dict[tuple[int, bytes], int] = {}
    dropped: list[tuple[int, int]] = []
    for at in np.union1d(same, same - 1).tolist():
        row = int(order[at])
        word = blob[offsets[row] : offsets[row + 1]].tobytes()
        first = met.setdefault((int(hashes[at]), word), row)
        if first != row:
            kept[row] = False
            dropped.append((row, first))
    for row, first in sorted(dropped):
        word = blob[offsets[row] : offsets[row + 1]].tobytes()
        repairs.drop(word.decode(), int(came[first]), int(came[row]))
    repairs.mend(TWICE, len(dropped))
    return kept


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
