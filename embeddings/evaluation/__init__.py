"""How good a space is, as far as analogies and people's ratings can tell: suites, their answers, and what the figures are worth."""

from __future__ import annotations

from embeddings.evaluation import analogies, keeping, published, similarity
from embeddings.evaluation.analogies import AnalogyResult, Answered, Count
from embeddings.evaluation.asking import UNKNOWN, Asking
from embeddings.evaluation.engine import FAST
from embeddings.evaluation.figures import Difference, Interval
from embeddings.evaluation.similarity import SimilarityResult
from embeddings.evaluation.suites import (
    BOX,
    AnalogySuite,
    Pair,
    Question,
    Section,
    SimilaritySuite,
    Suite,
    UnknownSuite,
    find,
    names,
    own_folder,
    read,
)
from embeddings.settings import Report, silent
from embeddings.word_vectors import WordVectors

__all__ = [
    "BOX",
    "FAST",
    "UNKNOWN",
    "AnalogyResult",
    "AnalogySuite",
    "Answered",
    "Asking",
    "Count",
    "Difference",
    "Interval",
    "Pair",
    "Question",
    "Result",
    "Section",
    "SimilarityResult",
    "SimilaritySuite",
    "Suite",
    "UnknownSuite",
    "analogies",
    "difference",
    "evaluate",
    "find",
    "keeping",
    "names",
    "own_folder",
    "published",
    "read",
    "similarity",
]

Result = AnalogyResult | SimilarityResult


def evaluate(wv: WordVectors, suite: Suite, asking: Asking | None = None, report: Report = silent) -> Result:
    """A space's result on a suite of either sort; see `analogies.evaluate` and `similarity.evaluate`."""
    if isinstance(suite, SimilaritySuite):
        return similarity.evaluate(wv, suite, asking)
    return analogies.evaluate(wv, suite, asking, report)


def difference(one: Result, other: Result) -> Difference | None:
    """One space against another on what both cover: McNemar's test for analogies, a paired bootstrap for ratings."""
    if isinstance(one, AnalogyResult) and isinstance(other, AnalogyResult):
        return analogies.difference(one, other)
    if isinstance(one, SimilarityResult) and isinstance(other, SimilarityResult):
        return similarity.difference(one, other)
    raise ValueError("Analogies and ratings cannot be compared with each other.")
