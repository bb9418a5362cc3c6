"""Searcher: one way to find the rows nearest to a vector, as a value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from embeddings.search.exact import Nearest, scan
from embeddings.word_vectors import WordVectors


@dataclass(frozen=True)
class Searcher:
    """A way to search a space by cosine with one vector.

    find(wv, vector, k, left_out, rows) does it. exact: whether no nearer row is ever missed. note: what a reader has to
    know of an answer that is not exact. fingerprint: of the only space it knows, "" where it knows every space.
    """

    title: str
    exact: bool
    find: Callable[[WordVectors, np.ndarray, int, Collection[int], int | None], Nearest]
    note: str = ""
    fingerprint: str = ""

    def top(self, wv: WordVectors, vector: np.ndarray, k: int, left_out: Collection[int] = (), rows: int | None = None) -> Nearest:
        """The k nearest rows to a (dim,) vector of any length, among the first `rows`, without those left out.

        Returns (up to k,) int64 rows, best first, and float32 cosines; a tie goes to the earlier row. A zero vector has
        cosine 0 with everything. Raises ValueError for a space that the searcher was not made for.
        """
        if self.fingerprint not in {"", wv.content}:
            raise ValueError(f"{self.title} was made for other vectors than those of {wv.name}.")
        return self.find(wv, vector, k, left_out, rows)


EXACT = Searcher("an exact scan", True, scan)
"""The plain way: every row in float32. It needs no preparation and no package but NumPy."""
