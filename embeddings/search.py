"""Exact nearest neighbours: one pass over the space, and the best k kept."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from embeddings.word_vectors import WordVectors

BLOCK = 1024        # rows a block maximum stands for


def cosines(wv: WordVectors, vector: np.ndarray, rows: int | None = None) -> np.ndarray:
    """(n,) float32, the cosine (-1 to 1) of every row, or of the first `rows`, with a (dim,) vector of any length.

    A zero vector, asked or stored, has cosine 0 with everything.
    """
    length = float(np.linalg.norm(vector))
    if length == 0:
        return np.zeros(len(wv.vectors[:rows]), np.float32)
    scores: np.ndarray = wv.vectors[:rows] @ np.asarray(vector / length, np.float32)
    scores *= wv.inverse_norms[:rows]
    return scores


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
    skipped = np.fromiter((row for row in left_out if row < len(scores)), np.int64)
    wanted = min(k + len(skipped), len(scores))
    if wanted <= 0:
        return np.zeros(0, np.int64)
    candidates = np.flatnonzero(scores >= _threshold(scores, wanted))
    candidates = candidates[~np.isin(candidates, skipped)]
    best = np.argsort(-scores[candidates], kind="stable")[:k]
    return candidates[best]


def _threshold(scores: np.ndarray, wanted: int) -> np.floating:
    """A value that at least `wanted` scores reach, where so many are numbers: the wanted-th largest, or a little below it."""
    whole = len(scores) // BLOCK
    if wanted > whole // 4:
        usable = np.where(np.isnan(scores), -np.inf, scores)                   # nan_to_num would lift -inf as well
        return np.partition(usable, len(scores) - wanted)[len(scores) - wanted]
    maxima = np.fmax.reduce(scores[: whole * BLOCK].reshape(whole, BLOCK), axis=1)
    return np.partition(np.where(np.isnan(maxima), -np.inf, maxima), whole - wanted)[whole - wanted]


def neighbours_of_rows(wv: WordVectors, rows: np.ndarray, k: int, among: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Nearest neighbours by cosine of several stored words at once, each word itself left out.

    rows: (n,). `among` keeps to the first so many rows. Returns (n, k) int64 rows and (n, k) float32 cosines, best first;
    k is cut to the words there are.
    """
    n_rows = wv.n_words if among is None else min(among, wv.n_words)
    k = min(k, n_rows - 1)
    found, scores = np.zeros((len(rows), k), np.int64), np.zeros((len(rows), k), np.float32)
    for start in range(0, len(rows), 32):                                      # 32 x 400,000 scores are 51 MB
        part = rows[start : start + 32]
        product = wv.unit[part] @ wv.vectors[:n_rows].T                        # (32, n_rows)
        product *= wv.inverse_norms[:n_rows]
        for at, (line, row) in enumerate(zip(product, part, strict=True), start):
            found[at] = top_k(line, k, (int(row),))
            scores[at] = line[found[at]]
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
