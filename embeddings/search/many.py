"""Exact nearest neighbours of many vectors at once: products of blocks, the best kept on the way, in bounded memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from embeddings.search.exact import Nearest, best, rounding, scan, unit
from embeddings.word_vectors import WordVectors

QUERIES = 256               # vectors asked at once
ROWS = 1 << 15              # rows scored at once: 256 x 32,768 float32 are 34 MB
WIDTH = 256                 # rows a block maximum stands for
CROWDED = 2_048             # a vector with more rows as near as its best, or almost, is asked by itself


def top_of_many(
    wv: WordVectors, vectors: np.ndarray, k: int, left_out: Sequence[Collection[int]] | None = None, rows: int | None = None
) -> list[Nearest]:
    """The k nearest rows and cosines of each of (m, dim) vectors: what `scan` finds one by one, ties included.

    left_out: for each vector the rows it passes over, None for none at all. Besides the answer it takes under 100 MB.
    """
    skipped = [()] * len(vectors) if left_out is None else left_out
    found: list[Nearest] = []
    for start in range(0, len(vectors), QUERIES):
        part = slice(start, start + QUERIES)
        found += _some(wv, vectors[part], k, skipped[part], rows)
    return found


def _some(wv: WordVectors, vectors: np.ndarray, k: int, left_out: Sequence[Collection[int]], rows: int | None) -> list[Nearest]:
    """`top_of_many` for up to QUERIES vectors."""
    wanted = k + max(map(len, left_out), default=0)
    units = [unit(vector) for vector in vectors]
    together = [at for at, query in enumerate(units) if query is not None]
    if len(together) < 2 or k < 1 or wanted > ROWS // WIDTH:                   # more than the maxima of one block can tell
        return [scan(wv, *asked, rows) for asked in zip(vectors, [k] * len(vectors), left_out, strict=True)]
    near = dict(zip(together, _near(wv, np.array([units[at] for at in together]), wanted, rows), strict=True))
    found = []
    for at, (vector, skipped) in enumerate(zip(vectors, left_out, strict=True)):
        close = near.get(at)
        if close is None:
            found.append(scan(wv, vector, k, skipped, rows))
        else:
            found.append(best(wv, vector, close[~np.isin(close, list(skipped))], k))
    return found


def _near(wv: WordVectors, queries: np.ndarray, wanted: int, rows: int | None) -> list[np.ndarray | None]:
    """For each of (m, dim) unit vectors the rows, in ascending order, that can be among its `wanted` best; perhaps a few more.

    A row is kept where its score reaches the wanted-th largest of the maxima so far, of WIDTH rows each, less what rounding
    can do: as many rows are known to reach that. None where more than CROWDED rows were: too many to be kept for each.
    """
    inverse, m = wv.inverse_norms[:rows], len(queries)
    width = min(ROWS, -(-len(inverse) // WIDTH) * WIDTH)
    scores = np.empty((m, width), np.float32)                                  # once: fresh memory costs as much as a product
    largest = np.full((m, wanted), -np.inf, np.float32)                        # maxima so far
    kept = _Kept(m)
    for start in range(0, len(inverse), ROWS):
        n = min(ROWS, len(inverse) - start)
        np.matmul(queries, wv.vectors[start : start + n].T, out=scores[:, :n])
        scores[:, :n] *= inverse[start : start + n]
        scores[:, n:] = -np.inf
        maxima = np.maximum.reduceat(scores, np.arange(0, width, WIDTH), axis=1)
        both = np.concatenate([largest, maxima], axis=1)
        largest = np.partition(both, both.shape[1] - wanted, axis=1)[:, -wanted:]
        kept.add(start, scores, maxima, largest.min(axis=1) - np.float32(2 * rounding(wv.dim)))
    return kept.reaching(largest.min(axis=1) - np.float32(2 * rounding(wv.dim)))


class _Kept:
    """The rows of m queries that reached their floor, gathered block by block."""

    def __init__(self, m: int) -> None:
        self._sizes = np.zeros(m, np.int64)
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []     # query, row, score

    def add(self, start: int, scores: np.ndarray, maxima: np.ndarray, floor: np.ndarray) -> None:
        """Keep what reaches the (m,) floor, looked for only where a block's maximum does."""
        query, block = np.nonzero((maxima >= floor[:, None]) & (self._sizes <= CROWDED)[:, None])
        told = scores.reshape(*maxima.shape, WIDTH)[query, block]              # (blocks that reach it, WIDTH)
        reached = told >= np.maximum(floor, np.finfo(np.float32).min)[query, None]
        np.add.at(self._sizes, query, reached.sum(axis=1))
        reached &= (self._sizes <= CROWDED)[query, None]
        at, place = np.nonzero(reached)
        self._parts.append((query[at], start + block[at] * WIDTH + place, told[at, place]))

    def reaching(self, floor: np.ndarray) -> list[np.ndarray | None]:
        """For each query the rows, in ascending order, that reach its last floor; None where they are more than CROWDED."""
        query, rows, scores = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        near = scores >= floor[query]
        query, rows = query[near], rows[near]
        rows = rows[np.argsort(query, kind="stable")]                          # the rows of a query are in order already
        parts = np.split(rows, np.cumsum(np.bincount(query, minlength=len(floor)))[:-1])
        return [None if size > CROWDED else part for size, part in zip(self._sizes, parts, strict=True)]


def neighbours_of_rows(wv: WordVectors, rows: np.ndarray, k: int, among: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Nearest neighbours by cosine of several stored words at once, each word itself left out.

    rows: (n,). `among` keeps to the first so many rows. Returns (n, k) int64 rows and (n, k) float32 cosines, best first;
    k is cut to the words there are.
    """
    n_rows = wv.n_words if among is None else min(among, wv.n_words)
    k = min(k, n_rows - 1)
    found, scores = np.zeros((len(rows), k), np.int64), np.zeros((len(rows), k), np.float32)
    for start in range(0, len(rows), QUERIES):
        part = rows[start : start + QUERIES]
        nearest = top_of_many(wv, wv.unit[part], k, [(int(row),) for row in part], n_rows)
        for at, (near, cosine) in enumerate(nearest, start):
            found[at], scores[at] = near, cosine
    return found, scores


def edges(wv: WordVectors, rows: np.ndarray, k: int = 3, among: int | None = None) -> list[tuple[int, int]]:
    """Pairs of positions in `rows` where one word is among the other's k nearest by cosine in the whole space.

    A pair is listed once, smaller position first. Words without an edge have their nearest words elsewhere.
    """
    position = {int(row): at for at, row in enumerate(rows)}
    nearest, _ = neighbours_of_rows(wv, rows, k, among)
    found = {
        (min(at, other), max(at, other))
        for at, line in enumerate(nearest)
        for row in line
        if (other := position.get(int(row))) is not None
    }
    return sorted(found)
