"""The nearest words kept while a table of cosines is read, compiled. Importing this costs a second."""

from __future__ import annotations

import numba
import numpy as np
from numba import float32, float64, int32, int64, njit

_scores = numba.types.Array(float32, 2, "C")
_told = (_scores, int64, int64, float32[::1], float32[:, ::1], int32[:, ::1])
_vectors = numba.types.Array(float32, 2, "C", readonly=True)
_numbers = numba.types.Array(float32, 1, "C", readonly=True)
STRIP = 64                  # scores looked at together: hardly any strip holds one that is kept


@njit(float32(float32[:, ::1], int32[:, ::1], int64, float32, int64), cache=True, nogil=True)
def _push(best, rows, word, score, row):  # type: ignore[no-untyped-def]
    """Put a score in the place of the word's least one, and return the least that is left."""
    least = 0
    for at in range(1, best.shape[1]):
        if best[word, at] < best[word, least]:
            least = at
    best[word, least], rows[word, least] = score, row
    floor = best[word, 0]
    for at in range(1, best.shape[1]):
        floor = min(floor, best[word, at])
    return floor


@njit(numba.void(*_told), cache=True, nogil=True)
def keep_for_rows(scores, top, left, floors, best, rows):  # type: ignore[no-untyped-def]
    """Keep for word `top` + r what is best in row r of a (r, c) table of cosines with the words from `left` on.

    best, rows: (n, m) the m largest cosines of each word and with whom. floors: (n,) the least of them.
    """
    for r in range(scores.shape[0]):
        floor = floors[top + r]
        for start in range(0, scores.shape[1], STRIP):
            stop = min(start + STRIP, scores.shape[1])
            above = np.int32(0)
            for c in range(start, stop):
                above += np.int32(scores[r, c] > floor)
            if above:
                for c in range(start, stop):
                    if scores[r, c] > floor:
                        floor = _push(best, rows, top + r, scores[r, c], left + c)
        floors[top + r] = floor


@njit(numba.void(*_told), cache=True, nogil=True)
def keep_for_columns(scores, top, left, floors, best, rows):  # type: ignore[no-untyped-def]
    """The same for word `left` + c and column c: a cosine is the same both ways, so each is multiplied out once."""
    here = floors[left : left + scores.shape[1]]
    for r in range(scores.shape[0]):
        for start in range(0, scores.shape[1], STRIP):
            stop = min(start + STRIP, scores.shape[1])
            above = np.int32(0)
            for c in range(start, stop):
                above += np.int32(scores[r, c] > here[c])
            if above:
                for c in range(start, stop):
                    if scores[r, c] > here[c]:
                        here[c] = _push(best, rows, left + c, scores[r, c], top + r)


@njit(numba.void(_vectors, _vectors, _numbers, int32[:, ::1], int64, int64, float32[:, ::1]), cache=True, nogil=True)
def count_again(queries, vectors, inverse, rows, start, stop, scores):  # type: ignore[no-untyped-def]
    """Write into scores[start:stop] each word's cosines with the rows kept for it, added up in float64 and rounded once.

    queries: (n, dim) at length one. inverse: (n,) one over the length of each of `vectors`. A row of -1 stays as it is.
    """
    for word in range(start, stop):
        for at in range(rows.shape[1]):
            row = rows[word, at]
            if row >= 0:
                total = float64(0)
                for d in range(queries.shape[1]):
                    total += float64(queries[word - start, d]) * float64(vectors[row, d])
                scores[word, at] = float32(total * float64(inverse[row]))
