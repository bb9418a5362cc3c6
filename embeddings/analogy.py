"""How near a word is to what was asked: the scores that rank a whole space, as a table.

An analogy a : a' :: b : ? is the expression b - a + a'. Every score takes the same weighted terms and gives a number for
every row, larger for nearer. Its parts tell what each term gave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embeddings import search
from embeddings.errors import BadQuery
from embeddings.word_vectors import WordVectors


@dataclass(frozen=True, eq=False)
class Terms:
    """What a query comes to in one space.

    labels: t strings as the reader wrote them. weights: (t,) signed. unit: (t, dim) float32, a word's vector at length
    one, for a list the mean of them. raw: (t, dim) the same from the vectors as stored.
    """

    labels: tuple[str, ...]
    weights: np.ndarray
    unit: np.ndarray
    raw: np.ndarray


@dataclass(frozen=True)
class Score:
    """One line of the table. `run` gives (n,) scores of the first n rows, `parts` (k, t) shares
    of chosen rows, None where a score cannot be taken apart; `parts_do` says how a row of shares makes the score.
    `vector` gives the (dim,) vector whose plain cosine with a row is its score, so that any `Searcher` can find the best;
    None where every row has to be scored."""

    name: str
    title: str
    formula: str
    paper: str
    run: Callable[[WordVectors, Terms, int | None], np.ndarray]
    parts: Callable[[WordVectors, Terms, np.ndarray], np.ndarray] | None = None
    parts_do: str = ""
    vector: Callable[[Terms], np.ndarray] | None = None


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
    total: np.ndarray = terms.weights @ terms.unit
    if np.linalg.norm(total) < 1e-6 * np.abs(terms.weights).sum():
        raise BadQuery("The terms cancel out: their sum is the zero vector, which points nowhere and has no neighbours.")
    return total


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
    b, offset = _analogy(terms)
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
    b, offset = _analogy(terms)
    steps = wv.unit[rows] - b                                                  # (k, dim)
    lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-9) * np.linalg.norm(offset)
    return np.stack([np.zeros(len(rows)), -(steps @ terms.unit[1]) / lengths, steps @ terms.unit[2] / lengths], axis=1)


def _analogy(terms: Terms) -> tuple[np.ndarray, np.ndarray]:
    if tuple(terms.weights) != (1, -1, 1):
        raise BadQuery("PairDirection needs an analogy of three words: man : woman :: king : ?, or king - man + woman.")
    offset = terms.unit[2] - terms.unit[1]
    if np.linalg.norm(offset) < 1e-6:
        raise BadQuery(f"'{terms.labels[1][2:]}' and '{terms.labels[2][2:]}' have the same vector; their offset has no direction.")
    return terms.unit[0], offset


def euclid(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """Minus the Euclidean distance (so 0 is nearest) from the weighted sum of the vectors as stored, not at length one."""
    return -search.distances(wv, terms.weights @ terms.raw, rows)


SCORES = {
    score.name: score
    for score in (
        Score(
            "3cosadd",
            "3CosAdd",
            "cos(b', b - a + a')",
            "Mikolov, Yih, Zweig 2013",
            cos_add,
            cos_add_parts,
            "add up to the score",
            sum_of,
        ),
        Score(
            "3cosmul",
            "3CosMul",
            "s(b', b) s(b', a') / (s(b', a) + 0.000001), s = (1 + cos) / 2",
            "Levy & Goldberg 2014",
            cos_mul,
            cos_mul_parts,
            "multiply to the score",
        ),
        Score(
            "pairdirection",
            "PairDirection",
            "cos(b' - b, a' - a)",
            "Mikolov, Yih, Zweig 2013",
            pair_direction,
            pair_direction_parts,
            "add up to the score",
        ),
        Score("euclid", "Euclid", "-|b' - (b - a + a')| on the vectors as stored", "", euclid),
    )
}
"""The table. A new score is a function and its line here."""
