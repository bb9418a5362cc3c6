"""LRCos: how far a word belongs to the class of the answers, times how near it is to b."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embeddings import search
from embeddings.analogy.score import Terms, Training, the_analogy
from embeddings.errors import BadQuery
from embeddings.word_vectors import WordVectors

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression


def lrcos(wv: WordVectors, terms: Terms, rows: int | None = None) -> np.ndarray:
    """LRCos: P(b' is an answer) x cos(b', b), from -1 to 1. Compare ranks only: P hangs on the number of pairs and on C.

    P is a logistic regression on unit vectors: positives are the second words of the training pairs, negatives their first words
    and random words (`Learning`). Drozd, Gladkova, Matsuoka 2016 (COLING). a and a' play no part of their own.
    Raises BadQuery without a list of pairs, and unless the terms are b - a + a'.
    """
    b, training = _asked(terms)
    slopes, intercept = _fitted(wv, training, terms)
    return _probability(search.cosines(wv, slopes, rows), slopes, intercept) * search.cosines(wv, b, rows)


def lrcos_parts(wv: WordVectors, terms: Terms, rows: np.ndarray) -> np.ndarray:
    """(k, 2): P(b' is an answer), 0 to 1, and cos(b', b); their product is the score."""
    b, training = _asked(terms)
    slopes, intercept = _fitted(wv, training, terms)
    probability = _probability(search.counted(wv, slopes, rows), slopes, intercept)
    return np.stack([probability, search.counted(wv, b, rows)], axis=1)


def lrcos_labels(terms: Terms) -> tuple[str, ...]:
    """The two factors."""
    name = terms.training.name if terms.training else ""
    return f"P(second word of @{name})", f"cosine with {terms.labels[0].removeprefix('+ ')}"


def load() -> type[LogisticRegression]:
    """scikit-learn's class; the first import of a process takes about two seconds."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression


def examples(wv: WordVectors, training: Training, terms: Terms) -> tuple[np.ndarray, np.ndarray]:
    """((n, dim) unit vectors, (n,) labels): the second words as 1; the first words, then random words as 0.

    Random words are drawn from the whole space without replacement, never one that is asked or in a pair.
    """
    rng, how = np.random.default_rng(terms.learning.seed), terms.learning
    n_random = min(how.random_words * len(training.pairs), wv.n_words - len(training.rows))
    drawn = rng.choice(wv.n_words, n_random + len(training.rows), replace=False)
    random = wv.unit[drawn[~np.isin(drawn, training.rows)][:n_random]]
    second, first = (np.unique(side, axis=0) for side in (training.second, training.first))
    return np.concatenate([second, first, random]), np.repeat([1, 0, 0], [len(second), len(first), len(random)])


def _asked(terms: Terms) -> tuple[np.ndarray, Training]:
    b = the_analogy(terms, "LRCos")[0]
    if terms.training is None:
        raise BadQuery(
            "LRCos learns from a list of pairs, and the query names none. Name one whose pairs stand in the relation that is asked: "
            "--pairs capital on the command line, pairs='capital' in Python, Training pairs on the page."
        )
    return b, terms.training


def _fitted(wv: WordVectors, training: Training, terms: Terms) -> tuple[np.ndarray, float]:
    """((dim,) slopes, intercept) of the regression."""
    vectors, labels = examples(wv, training, terms)
    model = load()(C=terms.learning.c, class_weight="balanced", max_iter=1_000).fit(vectors.astype(np.float64), labels)
    return model.coef_[0], float(model.intercept_[0])


def _probability(cosines: np.ndarray, slopes: np.ndarray, intercept: float) -> np.ndarray:
    """(n,) float32, 0 to 1, from the rows' cosines with the slopes."""
    scaled = cosines * np.float32(np.linalg.norm(slopes)) + np.float32(intercept)
    probability: np.ndarray = 1 / (1 + np.exp(-scaled))
    return probability
