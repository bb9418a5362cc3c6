"""An answer from some of the words only, or ranked by more than the score: what the query's `subset` and `rank_by` ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings import hubness
from embeddings.analogy import SCORES, Terms
from embeddings.errors import BadQuery
from embeddings.hubness.reranking import Asked
from embeddings.query.queries import Query
from embeddings.search import top_k
from embeddings.search.exact import best, candidates, cosines, rounding
from embeddings.subset import Chosen, Subset, choose
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Found, WordVectors


@dataclass(frozen=True, eq=False)
class Narrowed:
    """The rows to list with their scores, and the row that would come first if asked words were allowed (None: not known).

    labels and parts: of a ranking by more than the score, () where the score's own parts are to be shown.
    """

    rows: np.ndarray
    scores: np.ndarray
    first: int | None
    notes: tuple[str, ...]
    exact: bool = True
    labels: tuple[str, ...] = ()
    parts: tuple[tuple[float, ...], ...] = ()


def is_plain(query: Query) -> bool:
    """True where a query asks for nothing that is done here."""
    return not query.subset and query.rank_by == "cosine"


def narrow(
    wv: WordVectors, query: Query, terms: Terms, inputs: Sequence[Found], lists: Mapping[str, WordList | PairList]
) -> Narrowed:
    """The answer in the space, always from every word of the subset, never from an index.

    Raises UnknownList, and BadQuery for a ranking that the method cannot have or a subset that cannot be read.
    """
    chosen = choose(wv, Subset.parse(query.subset), lists, query.restrict) if query.subset else None
    told = "Exact in its cosines: the approximate index does not know subsets or other rankings, so every word was scored."
    notes = ((chosen.note,) if chosen else ()) + ((told,) if query.approximate else ())
    if query.rank_by == "cosine":
        return _by_score(wv, query, terms, inputs, chosen, notes)
    return _by_ranking(wv, query, terms, inputs, chosen, notes)


def _by_ranking(
    wv: WordVectors, query: Query, terms: Terms, inputs: Sequence[Found], chosen: Chosen | None, notes: tuple[str, ...]
) -> Narrowed:
    ranking, score = hubness.RANKINGS[query.rank_by], SCORES[query.method]
    if score.vector is None:
        raise BadQuery(f"{ranking.title} ranks by the cosine with one vector, and {score.title} is none. Choose the plain cosine.")
    asked = Asked(
        wv,
        score.vector(terms),
        query.k,
        tuple(sorted({found.row for found in inputs})),
        query.restrict,
        chosen.rows if chosen else None,
        query.around,
        hubness.kept(wv, query.around) if query.rank_by == "csls" else None,
    )
    found = hubness.rerank(asked, query.rank_by)
    said = (*notes, found.note) if found.note else notes
    return Narrowed(found.rows, found.scores, None, said, found.exact, ranking.labels, tuple(map(tuple, found.parts.tolist())))


def _by_score(
    wv: WordVectors, query: Query, terms: Terms, inputs: Sequence[Found], chosen: Chosen | None, notes: tuple[str, ...]
) -> Narrowed:
    score, skipped = SCORES[query.method], [found.row for found in inputs]
    vector = None if score.vector is None else score.vector(terms)
    scores = score.run(wv, terms, query.restrict) if vector is None else cosines(wv, vector, query.restrict)
    scores = _inside(scores, chosen)
    if vector is None:
        rows = top_k(scores, query.k, skipped)
        return Narrowed(rows, scores[rows], next(iter(top_k(scores, 1).tolist()), None), notes)
    slack = 2 * rounding(wv.dim)
    rows, values = best(wv, vector, candidates(scores, query.k, skipped, slack), query.k)
    first, _ = best(wv, vector, candidates(scores, 1, (), slack), 1)
    return Narrowed(rows, values, next(iter(first.tolist()), None), notes)


def _inside(scores: np.ndarray, chosen: Chosen | None) -> np.ndarray:
    """The scores, NaN for words outside the subset."""
    if chosen is None:
        return scores
    inside = np.full(len(scores), np.nan, np.float32)
    inside[chosen.rows] = scores[chosen.rows]
    return inside
