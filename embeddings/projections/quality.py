"""How much of the neighbourhoods a picture keeps: cosine in the space, Euclid in the picture.

Exact up to 2,000 words. Above that, 500 of them, drawn with a seed, are measured against all the others: the figures are
then estimates, with a standard error of about a twentieth of the spread from word to word.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from embeddings.errors import BadQuery

EXACT_UP_TO = 2_000
SAMPLED = 500
_BLOCK = 100


def measure(vectors: np.ndarray, points: np.ndarray, k: int | None = None, seed: int = 0) -> dict[str, float]:
    """The three figures for (n, dim) vectors and their (n, 2 or 3) points, with `k` and the number of `measured` words.

    k: neighbours looked at, 1 <= k < n / 2, default the smaller of 10 and (n - 1) // 2.
    trustworthiness, continuity: 0 to 1, 1 is best, about 0.5 for a random picture. neighbours_kept: 0 to 1, about
    k / (n - 1) for a random picture. Rank is 1 + the number of strictly nearer words, so a tie never costs anything;
    which of several tied words counts among the k nearest is left to the sort. A zero vector has cosine 0 to all.
    Raises BadQuery for a k out of range.
    """
    k = default_k(len(vectors)) if k is None else k
    n, rows = len(vectors), measured_rows(len(vectors), seed)
    if not 1 <= k < n / 2:
        raise BadQuery(f"{k} neighbours of {n} words were asked for; k can be from 1 to below half of the words.")
    intruders = missed = kept = 0.0
    for space, picture in _distances(vectors, points, rows):
        near, shown = _nearest(space, k), _nearest(picture, k)                                      # (b, k)
        intruders += _beyond(space, shown, k)
        missed += _beyond(picture, near, k)
        kept += _shared(near, shown)
    scale = 2 / (len(rows) * k * (2 * n - 3 * k - 1))
    figures = {"trustworthiness": 1 - scale * intruders, "continuity": 1 - scale * missed}
    return figures | {"neighbours_kept": kept / (len(rows) * k), "k": float(k), "measured": float(len(rows))}


def trustworthiness(vectors: np.ndarray, points: np.ndarray, k: int | None = None) -> float:
    """0 to 1: are the k nearest in the picture near in the space? Low where the picture brings strangers together.

    1 - 2 / (n k (2n - 3k - 1)) x the sum, over words and their k nearest in the picture, of (rank in the space - k) where
    positive. Venna & Kaski 2001 (ICANN), 2006 (Neural Networks 19). Range and sampling as in `measure`.
    """
    return measure(vectors, points, k)["trustworthiness"]


def continuity(vectors: np.ndarray, points: np.ndarray, k: int | None = None) -> float:
    """0 to 1: do the k nearest in the space stay near in the picture? Low where the picture tears neighbours apart.

    As trustworthiness, with space and picture exchanged. Venna & Kaski 2001, 2006. Range and sampling as in `measure`.
    """
    return measure(vectors, points, k)["continuity"]


def neighbours_kept(vectors: np.ndarray, points: np.ndarray, k: int | None = None) -> float:
    """0 to 1: share of the k nearest in the space that are also among the k nearest in the picture, mean over words.

    A random picture keeps about k / (n - 1). Sampling as in `measure`.
    """
    return measure(vectors, points, k)["neighbours_kept"]


def default_k(n: int) -> int:
    """10, or less where there are few words: k stays below n / 2."""
    return min(10, (n - 1) // 2)


def measured_rows(n: int, seed: int = 0) -> np.ndarray:
    """Rows that are measured: all up to 2,000, above that 500 drawn without replacement."""
    return np.arange(n) if n <= EXACT_UP_TO else np.sort(np.random.default_rng(seed).choice(n, SAMPLED, replace=False))


def _distances(vectors: np.ndarray, points: np.ndarray, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of (b, n) cosine and squared Euclidean distances from the rows to all; infinite from a word to itself."""
    unit = np.asarray(vectors, np.float64)
    norms = np.linalg.norm(unit, axis=1, keepdims=True)
    unit, points = unit / np.where(norms > 0, norms, 1), np.asarray(points, np.float64)
    for first in range(0, len(rows), _BLOCK):
        block = rows[first : first + _BLOCK]
        space = 1 - unit[block] @ unit.T
        picture = sum((points[block, d, None] - points[:, d]) ** 2 for d in range(points.shape[1]))
        space[np.arange(len(block)), block] = picture[np.arange(len(block)), block] = np.inf
        yield space, picture


def _nearest(distances: np.ndarray, k: int) -> np.ndarray:
    return np.argpartition(distances, k - 1, axis=1)[:, :k]


def _beyond(distances: np.ndarray, chosen: np.ndarray, k: int) -> float:
    """Sum over the chosen columns of how far their rank lies beyond k."""
    limits = np.take_along_axis(distances, chosen, axis=1)                                          # (b, k)
    ranks = np.stack([(distances < limit[:, None]).sum(axis=1) + 1 for limit in limits.T])          # (k, b)
    return float(np.maximum(ranks - k, 0).sum())


def _shared(first: np.ndarray, second: np.ndarray) -> float:
    return float((first[:, :, None] == second[:, None, :]).sum())
