"""The scores that are made of cosines: 3CosAdd and its kin, products, directions, and a distance."""

from __future__ import annotations

import numpy as np

from embeddings import search
from embeddings.analogy.score import Terms, the_analogy
from embeddings.errors import BadQuery
from embeddings.word_vectors import WordVectors


def cos_add(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """3CosAdd: cosine (-1 to 1) with the weighted sum of the terms' unit vectors.

    For one word it is the plain cosine. Mikolov, Yih, Zweig 2013 (NAACL), section 4. Raises BadQuery where the sum is zero.
    """
    return search.cosines(wv, sum_of(terms), rows)


def cos_add_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, t): weight x cosine with the term x its length over the sum's length. A row adds up to its 3CosAdd score."""
    return wv.unit[rows] @ terms.unit.T * terms.weights / np.linalg.norm(sum_of(terms))


def sum_of(terms: Terms) -> np.ndarray:
    """(dim,) the weighted sum of the terms' unit vectors. Raises BadQuery where it is zero."""
    return _not_zero(terms.weights @ terms.unit, float(np.abs(terms.weights).sum()))


def _not_zero(total: np.ndarray, size: float) -> np.ndarray:
    if np.linalg.norm(total) < 1e-6 * size:
        raise BadQuery("The terms cancel out: their sum is the zero vector, which points nowhere and has no neighbours.")
    return total


def only_b(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """Only-b: cosine (-1 to 1) with b alone, the pair a, a' unheeded. What an analogy has to beat. Linzen 2016 (RepEval).

    Raises BadQuery unless the terms are b - a + a'.
    """
    return search.cosines(wv, alone(terms), rows)


def only_b_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, 3) for b, a, a': the score is the cosine with b, and the other two give 0."""
    shares = np.zeros((len(rows), 3), np.float32)
    shares[:, 0] = search.counted(wv, alone(terms), rows)
    return shares


def alone(terms: Terms) -> np.ndarray:
    """(dim,) b. Raises BadQuery unless the terms are b - a + a'."""
    return the_analogy(terms, "Only-b")[0]


def cos_avg(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """3CosAvg: cosine (-1 to 1) with b + o, o the mean of the pairs' second words minus the mean of their first words.

    Drozd, Gladkova, Matsuoka 2016 (COLING), on unit vectors. Without a list of pairs there is one pair, a and a', and the score
    is 3CosAdd. With one, a and a' play no part of their own. Raises BadQuery unless the terms are b - a + a'.
    """
    return search.cosines(wv, averaged(terms), rows)


def cos_avg_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, 3): what b, the mean of the first words (taken away) and the mean of the second words give; they add up to the score."""
    return wv.unit[rows] @ (_averages(terms) * np.array([[1], [-1], [1]], np.float32)).T / np.linalg.norm(averaged(terms))


def cos_avg_labels(terms: Terms) -> tuple[str, ...]:
    """The terms themselves without a list, else b and the two means."""
    if terms.training is None:
        return terms.labels
    name = terms.training.name
    return (terms.labels[0], f"- mean of first words of @{name}", f"+ mean of second words of @{name}")


def averaged(terms: Terms) -> np.ndarray:
    """(dim,) b + o. Raises BadQuery where it is zero."""
    b, first, second = _averages(terms)
    return _not_zero(np.asarray(b - first + second), 3.0)


def _averages(terms: Terms) -> np.ndarray:
    """(3, dim) b, the mean of the first words, the mean of the second words."""
    b, a, a2 = the_analogy(terms, "3CosAvg")
    if terms.training is None:
        return np.stack([b, a, a2])
    return np.stack([b, terms.training.first.mean(axis=0), terms.training.second.mean(axis=0)])


EPSILON = 1e-6
"""Added to the divisor of 3CosMul. The paper has 0.001; gensim has 1e-6, and the same scores are promised."""


def cos_mul(wv: WordVectors, terms: Terms, rows: int | None = None, epsilon: float = EPSILON) -> np.ndarray:
    """3CosMul: product of the positive terms' similarities over that of the negative ones, s = (1 + cosine) / 2.

    0 and up; a weight is an exponent. Levy & Goldberg 2014 (CoNLL), equation 4. Not a cosine: compare ranks only.
    """
    n = wv.n_words if rows is None else min(rows, wv.n_words)
    over, under = np.ones(n, np.float32), np.ones(n, np.float32)
    for weight, vector in zip(terms.weights, terms.unit, strict=True):
        side = over if weight > 0 else under
        side *= _similarity(search.cosines(wv, vector, rows)) ** np.float32(abs(weight))
    return over / (under + np.float32(epsilon)) if (terms.weights < 0).any() else over


def cos_mul_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, t): the factor of each term, below 1 or above; a row's product is its score, but for epsilon."""
    lengths = np.linalg.norm(terms.unit, axis=1)
    powers = _similarity(wv.unit[rows] @ terms.unit.T / np.where(lengths > 0, lengths, 1)) ** np.abs(terms.weights)
    return np.where(terms.weights > 0, powers, 1 / (powers + np.float32(EPSILON)))


def _similarity(cosines: np.ndarray) -> np.ndarray:
    return np.clip((1 + cosines) / 2, 0, 1)                                    # rounding can leave [-1, 1] by 1e-7


def pair_direction(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """PairDirection: cosine (-1 to 1) of b' - b with a' - a, on unit vectors. NaN where b' lies on b: no direction there.

    Mikolov, Yih, Zweig 2013; Levy & Goldberg 2014, equation 2. How far b' is from b plays no part, so odd words can win.
    Raises BadQuery unless the terms are b - a + a'.
    """
    b, offset = _origin_and_offset(terms)
    towards = search.cosines(wv, offset, rows)
    length = float(np.linalg.norm(b))                                          # 1, but for a list
    squares = (wv.inverse_norms[:rows] > 0).astype(np.float32)                 # |b'|^2: 1, but for a zero vector
    apart = np.sqrt(np.maximum(squares + length**2 - 2 * length * search.cosines(wv, b, rows), 0))     # |b' - b|
    along = offset / np.linalg.norm(offset)
    scores = np.divide(towards - b @ along, apart, out=np.full_like(apart, np.nan), where=apart > 1e-3)
    near = np.flatnonzero(apart < 0.1)                                         # there the differences above lose their digits
    steps = wv.unit[near] - b
    lengths = np.linalg.norm(steps, axis=1)
    scores[near] = np.divide(steps @ along, lengths, out=np.full_like(lengths, np.nan), where=lengths > 1e-5)
    return scores


def pair_direction_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, 3) for b, a, a': cosine-like shares of b' - b along -a and along a'; b itself is the origin and gives 0."""
    b, offset = _origin_and_offset(terms)
    steps = wv.unit[rows] - b                                                  # (k, dim)
    lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-9) * np.linalg.norm(offset)
    return np.stack([np.zeros(len(rows)), -(steps @ terms.unit[1]) / lengths, steps @ terms.unit[2] / lengths], axis=1)


def _origin_and_offset(terms: Terms) -> tuple[np.ndarray, np.ndarray]:
    """(dim,) b and a' - a. Raises BadQuery."""
    b, a, a2 = the_analogy(terms, "PairDirection")
    if np.linalg.norm(a2 - a) < 1e-6:
        raise BadQuery(f"'{terms.labels[1][2:]}' and '{terms.labels[2][2:]}' have the same vector; their offset has no direction.")
    return b, a2 - a


def euclid(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """Minus the Euclidean distance (so 0 is nearest) from the weighted sum of the vectors as stored, not at length one."""
    return -search.distances(wv, terms.weights @ terms.raw, rows)
