"""The anatomy of an answer: what each term gave, what would have won otherwise, and where an expected word stands.

    from embeddings import anatomy, catalog
    from embeddings.query import Query

    told = anatomy.of(catalog.open_space(), Query.parse("king - man + woman = queen"))
    print(told.verdict.sentence)

A rank is 1 + the number of words with a strictly larger score, so that tied words share the better rank. The scores compared are
those of `Score.run` in float32; where the method is a cosine with one vector, scores that rounding could have swapped are counted
again as `search.counted` does, and equal vectors tie. Words are ranked among those that the query searches: the first ones of its
restriction, and its subset.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embeddings import search, word_lists
from embeddings.analogy import ANALOGY_METHODS, SCORES, Terms, is_analogy
from embeddings.errors import BadQuery
from embeddings.query import Lists, Query, Ranking, answer, resolve
from embeddings.search import Searcher
from embeddings.search.exact import best, candidates, rounding
from embeddings.subset import Subset, choose
from embeddings.word_vectors import Found, WordVectors


@dataclass(frozen=True)
class Standing:
    """Where a word stands: rank from 1, how many other words tie with it, and its score. None where the score has no number."""

    word: str
    rank: int | None
    tied: int
    score: float | None


@dataclass(frozen=True)
class Baseline:
    """What b alone gives: its nearest neighbours, asked words left out (Linzen 2016).

    answer_here: the method's first answer in this ranking. first_there: this ranking's first word in the method's.
    """

    ranking: Ranking
    answer_here: Standing
    first_there: Standing


@dataclass(frozen=True)
class Verdict:
    """What the answer shows: a name of VERDICTS, the numbers behind it in words, and what the method adds to b."""

    name: str
    numbers: str
    what: str = "offset"

    @property
    def title(self) -> str:
        """The verdict in a few words."""
        return VERDICTS[self.name].format(what=self.what)

    @property
    def sentence(self) -> str:
        """The verdict with its numbers."""
        return f"{self.title}: {self.numbers}"


@dataclass(frozen=True)
class Expected:
    """An expected word under one method: where it stands with the asked words left out, and the method's own answer.

    seconds: to score every word and rank this one, loading of packages not counted. why: the reason where there is no rank.
    """

    method: str
    standing: Standing
    answer: str
    seconds: float
    why: str = ""


@dataclass(frozen=True)
class Anatomy:
    """An answer taken apart. `ranking` is the official answer, with the parts of each score and its unrestricted winner.

    inputs: each asked word's standing with the asked words allowed. only_b: None where the query is no analogy, or b is a list.
    expected: the expected word under every method of ANALOGY_METHODS, () where the query expects none.
    """

    ranking: Ranking
    inputs: tuple[Standing, ...]
    only_b: Baseline | None
    verdict: Verdict
    expected: tuple[Expected, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The anatomy in the field names that the command line prints."""
        results = zip(self.ranking.words, self.ranking.parts or [()] * len(self.ranking.words), strict=True)
        return {
            "verdict": self.verdict.name,
            "sentence": self.verdict.sentence,
            "part_labels": list(self.ranking.part_labels),
            "parts_do": SCORES[self.ranking.query.method].parts_do,
            "parts": [{"word": word, "parts": list(parts)} for word, parts in results],
            "unrestricted": self.ranking.unrestricted,
            "inputs": [_standing(each) for each in self.inputs],
            "only_b": None if self.only_b is None else _baseline(self.only_b),
            "expected": [_standing(each.standing) | _row(each) for each in self.expected],
        }


def _standing(each: Standing) -> dict[str, Any]:
    return {"word": each.word, "rank": each.rank, "tied": each.tied, "score": each.score}


def _baseline(only_b: Baseline) -> dict[str, Any]:
    found = zip(only_b.ranking.words, only_b.ranking.scores, strict=True)
    return {
        "results": [{"word": word, "score": score} for word, score in found],
        "answer_rank": only_b.answer_here.rank,
        "first_rank": only_b.first_there.rank,
    }


def _row(each: Expected) -> dict[str, Any]:
    return {"method": each.method, "answer": each.answer, "seconds": each.seconds, "why": each.why}


NOT_WRONG = "It is the expected answer: a word that the space does not hold has no rank, which speaks neither for nor against a method."

VERDICTS = {
    "offset": "The {what} changed the answer",
    "offset-and-exclusion": "The {what} changed the answer, and leaving the asked words out did the rest",
    "neighbour": "The nearest neighbour of b would have done",
    "neighbour-and-exclusion": "The nearest neighbour of b would have done, and an asked word would win",
    "baseline": "This is the baseline",
    "no-analogy": "There is no offset to judge",
    "nothing": "Nothing is left to answer",
}
"""The verdicts by name; {what} is the offset, for LRCos the learned class."""


def of(wv: WordVectors, query: Query, lists: Lists | None = None, searcher: Searcher | None = None) -> Anatomy:
    """The answer of `query.answer`, taken apart. With `query.expected` also where that word stands under every method.

    Raises what `answer` raises; for the expected word UnknownWords where the space has no row for it, and BadQuery where it is
    asked, for asked words are never answers.
    """
    _refuse_other_rankings(query)
    lists = word_lists.box() if lists is None else lists
    asked = query if SCORES[query.method].learns else replace(query, pairs="")   # the list is for the other methods then
    ranking = answer(wv, asked, lists, searcher)
    terms, found, _ = resolve(wv, asked, lists)
    searched = _rows(wv, asked, lists)
    scored = _Scored(wv, asked, terms, found, searched)
    only_b = _baseline_of(wv, asked, scored, terms, ranking, lists, searched)
    inputs = tuple(scored.standing(word.row, with_asked=True) for word in dict.fromkeys(found))
    expected = expected_by_method(wv, query, lists) if query.expected else ()
    return Anatomy(ranking, inputs, only_b, _verdict(ranking, inputs, only_b, terms), expected)


def expected_by_method(wv: WordVectors, query: Query, lists: Lists | None = None) -> tuple[Expected, ...]:
    """Where `query.expected` stands under every method of ANALOGY_METHODS, with a reason where a method cannot tell.

    Raises UnknownWords for a word without a row here, BadQuery where none is expected or where it is an asked word.
    """
    if not query.expected:
        raise BadQuery("No answer is expected. Put a word in place of the question mark: paris : france :: tokyo : japan")
    _refuse_other_rankings(query)
    lists = word_lists.box() if lists is None else lists
    word = wv.find_all([query.expected], NOT_WRONG)[0]
    if word.row in {found.row for found in resolve(wv, replace(query, method="3cosadd", pairs=""), lists)[1]}:
        raise BadQuery(f"'{word.word}' is expected as the answer, and it is asked: asked words are left out and never answers.")
    searched = _rows(wv, query, lists)
    return tuple(_expected(wv, query.by(method), word, lists, searched) for method in ANALOGY_METHODS)


def _expected(wv: WordVectors, query: Query, word: Found, lists: Lists, searched: np.ndarray) -> Expected:
    score = SCORES[query.method]
    nowhere = Standing(word.word, None, 0, None)
    if why := _not_searched(query, word, searched):
        return Expected(query.method, nowhere, "", 0.0, why)
    try:
        if score.load:
            score.load()
        started = time.perf_counter()
        terms, found, _ = resolve(wv, query, lists)
        scored = _Scored(wv, query, terms, found, searched)
        standing, first = scored.standing(word.row, with_asked=False), scored.first()
        seconds = time.perf_counter() - started
    except BadQuery as error:
        return Expected(query.method, nowhere, "", 0.0, str(error))
    why = "" if standing.rank else f"{score.title} has no score for '{word.word}': it lies on b."
    return Expected(query.method, standing, first, seconds, why)


def _not_searched(query: Query, word: Found, searched: np.ndarray) -> str:
    """Why a word is not among those that the query searches; "" where it is."""
    if query.restrict is not None and word.row >= query.restrict:
        return f"'{word.word}' is number {word.row + 1:,} of the vocabulary, beyond the {query.restrict:,} that are searched."
    return "" if word.row in searched else f"'{word.word}' is not among {query.subset}, and only those words are searched."


class _Scored:
    """Every word's score by one method; ranks are looked up in it."""

    def __init__(self, wv: WordVectors, query: Query, terms: Terms, found: tuple[Found, ...], searched: np.ndarray) -> None:
        self._wv, score = wv, SCORES[query.method]
        self._asked = np.array(sorted({word.row for word in found}), np.int64)
        self._vector = score.vector(terms) if score.vector else None
        # An asked word beyond the restriction may win too, so then every word is scored.
        self._scores = score.run(wv, terms, None if (self._asked >= (query.restrict or wv.n_words)).any() else query.restrict)
        self._searched = np.zeros(len(self._scores), bool)                     # the words that may be listed, the asked ones not
        self._searched[searched] = True
        self._searched[self._asked] = False

    def first(self) -> str:
        """The word that comes first with the asked words left out; "" where there is none."""
        scores = np.where(self._searched, self._scores, np.nan)
        rows = search.top_k(scores, 1)
        if self._vector is not None:
            rows = best(self._wv, self._vector, candidates(scores, 1, (), 2 * rounding(self._wv.dim)), 1)[0]
        return self._wv.vocabulary[int(rows[0])] if len(rows) else ""

    def standing(self, row: int, with_asked: bool) -> Standing:
        """The rank of a row among the searched words, the asked ones among them or left out."""
        word = self._wv.vocabulary[row]
        if row >= len(self._scores) or np.isnan(self._scores[row]):
            return Standing(word, None, 0, None)
        surely, close = self._against(row, with_asked)
        mine, theirs = self._exact(np.array([row]))[0], self._exact(close)
        better, tied = surely + int((theirs > mine).sum()), int((theirs == mine).sum())
        return Standing(word, better + 1, tied, float(mine))

    def _against(self, row: int, with_asked: bool) -> tuple[int, np.ndarray]:
        """(how many others are above the row beyond rounding, the rows of those that are level with it but for rounding)."""
        slack = np.float32(2 * rounding(self._wv.dim) if self._vector is not None else 0.0)
        gap = self._scores - self._scores[row]
        among = self._searched.copy()
        among[self._asked] = with_asked
        among[row] = False
        return int((among & (gap > slack)).sum()), np.flatnonzero(among & (np.abs(gap) <= slack))

    def _exact(self, rows: np.ndarray) -> np.ndarray:
        return self._scores[rows] if self._vector is None else search.counted(self._wv, self._vector, rows)


def _rows(wv: WordVectors, query: Query, lists: Lists) -> np.ndarray:
    """(n,) rows that the query searches, by its restriction and its subset."""
    if query.subset:
        return choose(wv, Subset.parse(query.subset), lists, query.restrict).rows
    return np.arange(min(query.restrict or wv.n_words, wv.n_words))


def _refuse_other_rankings(query: Query) -> None:
    if query.rank_by != "cosine":
        raise BadQuery(f"An answer ranked by {query.rank_by} is not taken apart: its terms make the score alone. Rank by the plain score.")


def _baseline_of(
    wv: WordVectors, query: Query, scored: _Scored, terms: Terms, ranking: Ranking, lists: Lists, searched: np.ndarray
) -> Baseline | None:
    """The neighbours of b, where the query has a word b and an answer."""
    if not is_analogy(terms) or not ranking.words or query.terms[0].is_list:
        return None
    alone = replace(query, method="onlyb", pairs="", approximate=False)
    only_b = answer(wv, alone, lists)
    terms_b, found, _ = resolve(wv, alone, lists)
    by_b = _Scored(wv, alone, terms_b, found, searched)
    here = by_b.standing(ranking.rows[0], with_asked=False)
    return Baseline(only_b, here, scored.standing(only_b.rows[0], with_asked=False))


def _verdict(ranking: Ranking, inputs: tuple[Standing, ...], only_b: Baseline | None, terms: Terms) -> Verdict:
    if not ranking.words:
        return Verdict("nothing", "every word that could be one was asked.")
    top = f"'{ranking.words[0]}'"
    if ranking.query.method == "onlyb":
        return Verdict("baseline", f"{top} is nearest to {_b(terms)}, and the pair of the analogy played no part.")
    if only_b is None:
        return Verdict("no-analogy", "the query is no a : a' :: b : ? with a single word b, so there is no b alone to compare with.")
    wins = [each for each in inputs if each.word == ranking.unrestricted and (each.score or 0.0) > ranking.scores[0]]
    higher = f"; '{wins[0].word}', which was asked, scores higher ({wins[0].score:.3f} against {ranking.scores[0]:.3f})" if wins else ""
    if only_b.answer_here.rank == 1:
        told = f"{top} is nearest to {_b(terms)} without any offset (cosine {only_b.answer_here.score:.3f})"
        return Verdict("neighbour-and-exclusion" if wins else "neighbour", f"{told}{higher}.")
    told = f"{_b(terms)} alone gives '{only_b.ranking.words[0]}' (cosine {only_b.ranking.scores[0]:.3f}); {top} is its "
    told += f"{_ordinal(only_b.answer_here.rank)} neighbour (cosine {only_b.answer_here.score:.3f})"
    what = "learned class" if ranking.query.method == "lrcos" else "offset"
    return Verdict("offset-and-exclusion" if wins else "offset", f"{told}{higher}.", what)


def _b(terms: Terms) -> str:
    return f"'{terms.labels[0].removeprefix('+ ')}'"


def _ordinal(rank: int | None) -> str:
    if rank is None:
        return "unranked"
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank:,}{ending}"
