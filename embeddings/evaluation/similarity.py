"""How well a space's cosines agree with people's ratings of word pairs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from embeddings.evaluation.asking import Asking, spell
from embeddings.evaluation.figures import Difference, Interval, pearson, spearman, spearman_difference, spearman_interval
from embeddings.evaluation.suites import Pair, SimilaritySuite
from embeddings.word_vectors import WordVectors


@dataclass(frozen=True)
class SimilarityResult:
    """A space's cosines for a suite's pairs. cosines: one a pair, None where a word is unknown.

    spearman, pearson: -1 to 1, over the covered pairs (with unknown="wrong" every pair: those not covered count with cosine 0, as
    gensim's dummy4unknown does); None where fewer than two pairs are covered or nothing varies. interval: 95 %, of Spearman's.
    """

    space: str
    fingerprint: str
    n_words: int
    suite: str
    suite_title: str
    asking: Asking
    pairs: tuple[Pair, ...]
    cosines: tuple[float | None, ...]
    spearman: float | None
    pearson: float | None
    interval: Interval | None
    seconds: float

    @property
    def covered(self) -> int:
        """Pairs of which both words are there."""
        return sum(cosine is not None for cosine in self.cosines)

    def as_json(self) -> dict[str, Any]:
        """The result in the field names that the command line prints, without the single pairs."""
        told = {"space": self.space, "suite": self.suite, "restrict": self.asking.restrict, "fold": self.asking.fold}
        told |= {"unknown": self.asking.unknown, "pairs": len(self.pairs), "covered": self.covered}
        low, high = (self.interval.low, self.interval.high) if self.interval else (None, None)
        return told | {"spearman": self.spearman, "pearson": self.pearson, "low": low, "high": high, "seconds": self.seconds}


def evaluate(wv: WordVectors, suite: SimilaritySuite, asking: Asking | None = None) -> SimilarityResult:
    """Spearman's and Pearson's correlation of cosine and rating. Instant.

    The ratings of WordSim-353 mix similarity with relatedness (cup, coffee); those of SimLex-999 do not. A correlation says how the
    order of pairs agrees, and nothing of any single pair.
    """
    asking, started = asking or Asking(), time.perf_counter()
    spelled = spell(wv, (word for pair in suite.pairs for word in pair[:2]), asking.rows(wv), asking.fold)
    rows = np.array([[spelled.row(pair.first), spelled.row(pair.second)] for pair in suite.pairs]).reshape(-1, 2)
    known = np.all(rows >= 0, axis=1)
    one, other = (np.ascontiguousarray(wv.vectors[rows[known, side]], np.float64) for side in (0, 1))
    found = np.zeros(len(rows))
    found[known] = np.vecdot(one, other) * wv.inverse_norms[rows[known, 0]] * wv.inverse_norms[rows[known, 1]]
    counted = known | (asking.unknown == "wrong")
    ratings = np.array([pair.rating for pair in suite.pairs])[counted]
    cosines = tuple(float(cosine) if there else None for cosine, there in zip(found, known, strict=True))
    return SimilarityResult(
        wv.name,
        wv.fingerprint,
        wv.n_words,
        suite.name,
        suite.title,
        asking,
        suite.pairs,
        cosines,
        spearman(found[counted], ratings),
        pearson(found[counted], ratings),
        spearman_interval(found[counted], ratings, asking.seed),
        round(time.perf_counter() - started, 3),
    )


def difference(one: SimilarityResult, other: SimilarityResult) -> Difference | None:
    """Spearman of one space minus another's on the pairs that both cover; None where one is not defined.

    Raises ValueError for results on different pairs.
    """
    if one.pairs != other.pairs:
        raise ValueError(f"{one.space} and {other.space} were asked different pairs.")
    both = [(p.rating, a, b) for p, a, b in zip(one.pairs, one.cosines, other.cosines, strict=True) if a is not None and b is not None]
    ratings, first, second = np.array(both, float).reshape(-1, 3).T
    return spearman_difference(ratings, first, second, one.asking.seed)
