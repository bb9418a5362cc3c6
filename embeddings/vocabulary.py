"""Vocabulary: distinct words in row order, looked up without a Python string per word.

The words lie as one run of UTF-8 bytes with offsets, and are found through a sorted array of 64-bit hashes that is
confirmed by the bytes. A dict of 400,000 words costs 0.1 s and 60 MB on every start; this opens from a memory map.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from embeddings.errors import BadFile

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)        # odd, so that no two windows fall together by the product alone


class Vocabulary:
    """Distinct words in row order, and their counts where the source has counts (None otherwise, never invented).

    blob: (n_bytes,) uint8, all words in UTF-8 one after the other. offsets: (n_words + 1,) integers, word i is
    blob[offsets[i]:offsets[i + 1]]. index: as `index` gives it, from a store.
    """

    def __init__(
        self, blob: np.ndarray, offsets: np.ndarray, counts: np.ndarray | None = None, index: tuple[np.ndarray, np.ndarray] | None = None
    ) -> None:
        self.blob, self.offsets, self.counts, self._stored = blob, offsets, counts, index

    @classmethod
    def from_words(cls, words: Iterable[str], counts: Sequence[int] | None = None) -> Vocabulary:
        """Vocabulary of the given words, in the given order."""
        encoded = [word.encode() for word in words]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(word) for word in encoded], out=offsets[1:])
        told = None if counts is None else np.asarray(counts, np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets, told)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of a vocabulary of {len(self):,} words")
        return self._bytes(row).decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self.words_before(len(self)))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.row(word) is not None

    def words(self, rows: Iterable[int]) -> list[str]:
        """The words of the given rows."""
        return [self[int(row)] for row in rows]

    def words_before(self, row: int) -> list[str]:
        """The words of the rows before that one, decoded in one go (400,000 in 0.05 s) where none holds a line break."""
        blob = np.asarray(self.blob[: int(self.offsets[row])])
        if not row or 10 in blob:
            return [self[at] for at in range(row)]
        parted = np.insert(blob, np.asarray(self.offsets[1:row]), 10)
        return parted.tobytes().decode().split("\n")

    def row(self, word: str) -> int | None:
        """Row of the word, None where the vocabulary does not hold it. Exact: no folding of case."""
        row = int(self.rows([word])[0])
        return row if row >= 0 else None

    def rows(self, words: Sequence[str]) -> np.ndarray:
        """(n,) int64, the row of each word, -1 where the vocabulary does not hold it. 100,000 words take about 0.2 s."""
        wanted = [word.encode("utf-8", "surrogatepass") for word in words]
        offsets = np.zeros(len(wanted) + 1, np.int64)
        np.cumsum([len(word) for word in wanted], out=offsets[1:])
        sorted_hashes, order = self.index
        hashes = hash_words(np.frombuffer(b"".join(wanted), np.uint8), offsets)
        first, last = (np.searchsorted(sorted_hashes, hashes, side) for side in ("left", "right"))
        found = np.full(len(wanted), -1, np.int64)
        for at in np.flatnonzero(first < last):
            same = order[first[at] : last[at]].tolist()                        # the bytes decide among equal hashes
            found[at] = next((row for row in same if self._bytes(row) == wanted[at]), -1)
        return found

    @cached_property
    def is_lower_case(self) -> bool:
        """True where lower-casing changes no word, so that a query may be lower-cased without losing a distinction."""
        text = self.blob.tobytes().decode("utf-8", "replace")
        return text == text.lower()

    def _bytes(self, row: int) -> bytes:
        return self.blob[int(self.offsets[row]) : int(self.offsets[row + 1])].tobytes()

    @cached_property
    def index(self) -> tuple[np.ndarray, np.ndarray]:
        """(sorted 64-bit hashes, the row of each), both (n_words,): the stored one, or made at the first look-up.

        Raises BadFile for a word that stands twice, when it is made.
        """
        if self._stored is not None:
            return self._stored
        hashes = hash_words(self.blob, self.offsets)
        order = np.argsort(hashes)
        ordered = hashes[order]
        self._refuse_duplicates(ordered, order)
        return ordered, order

    def _refuse_duplicates(self, hashes: np.ndarray, order: np.ndarray) -> None:
        start = 0
        for end in np.append(np.flatnonzero(hashes[1:] != hashes[:-1]) + 1, len(hashes)) if _any_equal(hashes) else ():
            group = {self._bytes(int(row)) for row in order[start:end]}
            if len(group) < end - start:
                raise BadFile(f"The word '{self[int(order[start])]}' stands more than once in the vocabulary.")
            start = int(end)


def _any_equal(ordered: np.ndarray) -> bool:
    return bool((ordered[1:] == ordered[:-1]).any())


def hash_words(blob: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """(n_words,) uint64 from each word's length and four windows of 8 bytes, which cover 32 bytes and sample longer words.

    Offsets need not begin at 0: a slice of them gives the hashes of those words. A hash only narrows the search; the bytes decide.
    """
    first, offsets = int(offsets[0]), np.asarray(offsets, np.int64) - int(offsets[0])
    padded = np.concatenate([blob[first : first + offsets[-1]], np.zeros(8, np.uint8)])
    windows = np.ndarray(len(padded) - 7, "<u8", buffer=padded, strides=(1,))  # the 8 bytes that begin at each byte
    starts, lengths = offsets[:-1], np.diff(offsets)
    spare = np.maximum(lengths - 8, 0)
    kept = np.minimum(lengths, 8).astype(np.uint64) * np.uint64(8)             # bits of a window that belong to a short word
    mask = np.where(kept < 64, (np.uint64(1) << np.minimum(kept, np.uint64(63))) - np.uint64(1), np.uint64(2**64 - 1))
    hashes = lengths.astype(np.uint64)
    for third in range(4):
        hashes = (hashes ^ (windows[starts + spare * third // 3] & mask)) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    return hashes
