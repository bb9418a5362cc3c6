"""Exact nearest neighbours of one vector: one pass over the space, and the best k kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from embeddings.word_vectors import WordVectors

BLOCK = 1024                # rows a block maximum stands for
GATHERED = 4 * BLOCK        # rows counted at a time

Nearest = tuple[np.ndarray, np.ndarray]
"""(up to k,) int64 rows, best first, and their (up to k,) float32 cosines; a tie goes to the earlier row."""


def cosines(wv: WordVectors, vector: np.ndarray, rows: int | None = None) -> np.ndarray:
    """(n,) float32, the cosine (-1 to 1) of every row, or of the first `rows`, with a (dim,) vector of any length.

    A zero vector, asked or stored, has cosine 0 with everything.
    """
    vectors, query = wv.vectors[:rows], unit(vector)
    if query is None:
        return np.zeros(len(vectors), np.float32)
    scores: np.ndarray = vectors @ query                                       # in one call: BLAS's threads meet at the end of each
    scores *= wv.inverse_norms[:rows]
    return scores


def unit(vector: np.ndarray) -> np.ndarray | None:
    """The (dim,) float32 vector at length one, None for the zero vector."""
    exact = np.asarray(vector, np.float64)
    length = float(np.linalg.norm(exact))
    return (exact / length).astype(np.float32) if length else None


def counted(wv: WordVectors, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(n,) float32 cosines of chosen rows: summed in float64 and rounded once, so that they hang on nothing else.

    A matrix product adds up in an order of its own that changes with the processor, the number of rows and the row's place.
    """
    query, scores = unit(vector), np.zeros(len(rows), np.float32)
    if query is None:
        return scores
    for start in range(0, len(rows), GATHERED):
        part = rows[start : start + GATHERED]
        gathered = np.ascontiguousarray(wv.vectors[part], np.float64)          # (GATHERED, dim)
        scores[start : start + GATHERED] = np.vecdot(gathered, query.astype(np.float64)) * wv.inverse_norms[part]
    return scores


def rounding(dim: int) -> float:
    """The most by which a float32 cosine of `cosines`, in whatever order it was added up, differs from `counted`.

    A float32 dot product of d terms is off by at most d u / (1 - d u) times the sum of its terms' sizes, u = 2^-24 (Higham
    2002, Accuracy and Stability of Numerical Algorithms, section 3.1), and that sum is at most the product of the lengths,
    here 1. Eight more units cover lengths that are 1 only nearly, the scaling and the last rounding; the whole is doubled.
    It does not hold for vectors shorter than about 1e-19, the squares of whose components float32 cannot tell from 0.
    """
    return 2.0 * (dim + 8) * 2.0**-24


def scan(wv: WordVectors, vector: np.ndarray, k: int, left_out: Collection[int] = (), rows: int | None = None) -> Nearest:
    """The k nearest rows and their cosines by `counted`, from one pass over the space in float32.

    Every row whose float32 cosine could still be among the best, given what rounding can do, is counted again.
    """
    if unit(vector) is None:
        return first_rows(wv, k, left_out, rows)
    scores = cosines(wv, vector, rows)
    return best(wv, vector, candidates(scores, k, left_out, 2 * rounding(wv.dim)), k)


def first_rows(wv: WordVectors, k: int, left_out: Collection[int], rows: int | None) -> Nearest:
    """The nearest to the zero vector: cosine 0 with all, so the first rows."""
    n = len(wv.vectors[:rows])
    found = np.setdiff1d(np.arange(min(n, k + len(left_out))), np.fromiter(left_out, np.int64))[:k]
    return found, np.zeros(len(found), np.float32)


def best(wv: WordVectors, vector: np.ndarray, rows: np.ndarray, k: int) -> Nearest:
    """The best k of chosen rows (in ascending order) and their cosines by `counted`."""
    scores = counted(wv, vector, rows)
    chosen = np.argsort(-scores, kind="stable")[:k]
    return rows[chosen], scores[chosen]


def distances(wv: WordVectors, vector: np.ndarray, rows: int | None = None) -> np.ndarray:
    """(n,) float32 Euclidean distances (0 and up) of every row, as stored and not at length one, from a (dim,) vector."""
    vectors, point = wv.vectors[:rows], np.asarray(vector, np.float32)
    found = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), 16 * BLOCK):
        part = vectors[start : start + 16 * BLOCK] - point
        found[start : start + 16 * BLOCK] = np.sqrt(np.einsum("nd,nd->n", part, part))
    return found


def top_k(scores: np.ndarray, k: int, left_out: Iterable[int] = ()) -> np.ndarray:
    """(up to k,) int64 rows of the largest scores, best first; a tie goes to the earlier row. NaN is never returned.

    `left_out` rows are passed over. Block maxima find the threshold, so that only a few rows are sorted.
    """
    rows = candidates(scores, k, left_out)
    return rows[np.argsort(-scores[rows], kind="stable")[:k]]


def candidates(scores: np.ndarray, k: int, left_out: Iterable[int] = (), slack: float = 0) -> np.ndarray:
    """(n,) int64 rows in ascending order: the k best that are not left out, all within `slack` of them, and a few more."""
    skipped = np.fromiter((row for row in left_out if row < len(scores)), np.int64)
    wanted = min(k + len(skipped), len(scores))
    if k <= 0 or wanted <= 0:
        return np.zeros(0, np.int64)
    close = np.flatnonzero(scores >= _threshold(scores, wanted) - np.float32(slack))
    return close[~np.isin(close, skipped)]


def _threshold(scores: np.ndarray, wanted: int) -> np.floating:
    """A value that at least `wanted` scores reach, where so many are numbers: the wanted-th largest, or a little below it."""
    whole = len(scores) // BLOCK
    if wanted > whole // 4:
        usable = np.where(np.isnan(scores), -np.inf, scores)                   # nan_to_num would lift -inf as well
        return np.partition(usable, len(scores) - wanted)[len(scores) - wanted]
    maxima = np.fmax.reduce(scores[: whole * BLOCK].reshape(whole, BLOCK), axis=1)
    return np.partition(np.where(np.isnan(maxima), -np.inf, maxima), whole - wanted)[whole - wanted]
