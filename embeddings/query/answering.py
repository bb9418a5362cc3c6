"""How a space answers a query: its terms as vectors, every row scored, the best kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embeddings import search, word_lists
from embeddings.analogy import SCORES, Score, Terms
from embeddings.errors import BadQuery, UnknownList
from embeddings.query.narrowing import Narrowed, is_plain, narrow
from embeddings.query.queries import Query
from embeddings.query.terms import Term, weighted
from embeddings.query.training import training
from embeddings.search import EXACT, Searcher, top_k
from embeddings.word_lists import PairList, WordList
from embeddings.word_vectors import Composed, Found, WordVectors


@dataclass(frozen=True)
class Ranking:
    """Words best first with scores (larger is nearer), and all that is needed to say what the numbers are.

    parts: one tuple a word, what each of `part_labels` gave (empty where the score has no parts). left_out: asked words,
    which are never listed. unrestricted: the word that would come first if asked words were allowed (Rogers et al. 2017).
    notes: what was done to the query, in sentences. `exact` is True for a full scan.
    """

    space: str
    query: Query
    words: tuple[str, ...]
    scores: tuple[float, ...]
    rows: tuple[int, ...]
    part_labels: tuple[str, ...] = ()
    parts: tuple[tuple[float, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    unrestricted: str = ""
    notes: tuple[str, ...] = ()
    exact: bool = True

    def as_json(self) -> dict[str, Any]:
        """The ranking in the field names that the command line prints."""
        found = zip(self.words, self.scores, self.rows, strict=True)
        return {
            "space": self.space,
            "query": str(self.query),
            "method": self.query.method,
            "k": self.query.k,
            "exact": self.exact,
            "results": [{"word": word, "score": score, "row": row} for word, score, row in found],
            "left_out": list(self.left_out),
            "unrestricted": self.unrestricted,
            "notes": list(self.notes),
        }


Lists = Mapping[str, WordList | PairList]


def answer(wv: WordVectors, query: Query, lists: Lists | None = None, searcher: Searcher | None = None) -> Ranking:
    """The k nearest words to the query in the space, by an exact scan unless it allows an approximate one; asked words are left out.

    `lists` are the word lists that @name may mean (default: those in the box). `searcher` is how cosines with one vector are
    searched: default a plain scan, or the index kept for the space where the query is approximate; a long-lived process opens
    one once. Raises UnknownWords naming all absent words at once, UnknownList, BadQuery where the method cannot score such a
    query or there is no index, and ValueError for a searcher that is exact where the query is approximate, or the reverse.
    """
    if searcher and searcher.exact == query.approximate:
        raise ValueError(f"{searcher.title} cannot answer {query!r}: one is approximate and the other is not.")
    known = word_lists.box() if lists is None else lists
    terms, inputs, notes = resolve(wv, query, known)
    if not is_plain(query):
        return _narrowed(wv, query, terms, inputs, notes, narrow(wv, query, terms, inputs, known))
    score = SCORES[query.method]
    if score.vector is None:
        return _ranking(wv, query, terms, inputs, notes + _full_scan(query, score), _by_score(wv, query, score, terms, inputs))
    chosen = searcher or (search.index.open(wv) if query.approximate else EXACT)
    found = _by_cosine(wv, query, chosen, score.vector(terms), inputs)
    return _ranking(wv, query, terms, inputs, notes + (() if chosen.exact else (chosen.note,)), found, chosen.exact)


@dataclass(frozen=True)
class _Best:
    """The rows to list with their scores, and the row that would come first if asked words were allowed (None: no row)."""

    rows: np.ndarray
    scores: np.ndarray
    first: int | None


def _ranking(
    wv: WordVectors, query: Query, terms: Terms, inputs: tuple[Found, ...], notes: tuple[str, ...], best: _Best, exact: bool = True
) -> Ranking:
    score = SCORES[query.method]
    parts = score.parts(wv, terms, best.rows).tolist() if score.parts else []
    return Ranking(
        wv.name,
        query,
        tuple(wv.vocabulary.words(best.rows)),
        tuple(float(value) for value in best.scores),
        tuple(int(row) for row in best.rows),
        score.part_labels(terms),
        tuple(tuple(line) for line in parts),
        tuple(dict.fromkeys(found.word for found in inputs)),
        "" if best.first is None else wv.vocabulary[best.first],
        notes,
        exact,
    )


def _narrowed(
    wv: WordVectors, query: Query, terms: Terms, inputs: tuple[Found, ...], notes: tuple[str, ...], found: Narrowed
) -> Ranking:
    """The ranking of what `narrow` found, with its own parts where it has some."""
    best = _Best(found.rows, found.scores, found.first)
    ranking = _ranking(wv, query, terms, inputs, (*notes, *found.notes), best, found.exact)
    return replace(ranking, part_labels=found.labels, parts=found.parts) if found.labels else ranking


def _full_scan(query: Query, score: Score) -> tuple[str, ...]:
    """What is told where an index was allowed and the method has no use for it."""
    told = f"Exact: {score.title} is no plain cosine with one vector, so every word was scored and the index was not asked."
    return (told,) if query.approximate else ()


def _by_cosine(wv: WordVectors, query: Query, searcher: Searcher, vector: np.ndarray, inputs: tuple[Found, ...]) -> _Best:
    """One search for asked words and others alike, parted afterwards; an asked word beyond the restriction may come first too."""
    asked = sorted({found.row for found in inputs})
    rows, scores = searcher.top(wv, vector, query.k + len(asked), (), query.restrict)
    kept = np.flatnonzero(~np.isin(rows, asked))[: query.k]
    beyond = [row for row in asked if query.restrict is not None and row >= query.restrict]
    everyone = np.concatenate([rows[:1], np.array(beyond, np.int64)])
    cosines = np.concatenate([scores[:1], search.counted(wv, vector, everyone[len(rows[:1]) :])])
    return _Best(rows[kept], scores[kept], int(everyone[np.argmax(cosines)]) if len(everyone) else None)


def _by_score(wv: WordVectors, query: Query, score: Score, terms: Terms, inputs: tuple[Found, ...]) -> _Best:
    """Every word scored."""
    scores = score.run(wv, terms, query.restrict)
    rows = top_k(scores, query.k, {found.row for found in inputs})
    return _Best(rows, scores[rows], _first_of_all(wv, score, terms, scores, inputs))


def _first_of_all(wv: WordVectors, score: Score, terms: Terms, scores: np.ndarray, inputs: tuple[Found, ...]) -> int | None:
    """The best row when asked words may win too, those beyond a restriction included; None where nothing can be scored."""
    if any(found.row >= len(scores) for found in inputs):
        everywhere = score.run(wv, terms, None)
        scores = np.concatenate([scores, np.full(len(everywhere) - len(scores), np.nan, np.float32)])
        asked = [found.row for found in inputs]
        scores[asked] = everywhere[asked]
    return next(iter(top_k(scores, 1).tolist()), None)


def resolve(wv: WordVectors, query: Query, lists: Lists) -> tuple[Terms, tuple[Found, ...], tuple[str, ...]]:
    """The query in this space: its terms as vectors, the words it asked for, and notes on case, absent list words and training pairs."""
    words = [term.name for term in query.terms if not term.is_list]
    inner_sign = any(re.search(r"\S[+\-]\S", word) for word in words)
    composed = _compose(wv, words, "A sign counts only between spaces: king - man + woman." if inner_sign else "")
    single = [word for word in (*wv.find(words), *composed.values()) if word]
    unit, raw, inputs = [], [], []
    notes = [_tell_composed(wv, word) for word in composed.values()]
    for term in query.terms:
        found, vector = _term_vectors(wv, term, lists, notes) if term.is_list else _word_vectors(wv, term.name, composed)
        inputs += found
        unit.append(vector[0])
        raw.append(vector[1])
    folded = dict.fromkeys(f"'{found.asked}' was read as '{found.word}'" for found in single if found.asked != found.word)
    notes = [f"{'; '.join(folded)}: {wv.name} knows lower case only."] * bool(folded) + notes
    weights = np.array([term.weight for term in query.terms], np.float32)
    labels = tuple(f"{'-' if term.weight < 0 else '+'} {weighted(term)}" for term in query.terms)
    listed = named_list(lists, query.pairs) if query.pairs else None
    learned, told = training(wv, query, listed, _places(wv, query))
    terms = Terms(labels, weights, np.array(unit), np.array(raw), learned, query.learning)
    return terms, tuple(inputs), (*notes, *told)


def _places(wv: WordVectors, query: Query) -> tuple[str, ...]:
    """The asked a, a', b as the space spells them, an unseen word as asked; () where they are not three single words."""
    places = query.places or ()
    return tuple(found.word if found else asked for asked, found in zip(places, wv.find(places), strict=True))


def _compose(wv: WordVectors, words: list[str], hint: str) -> dict[str, Composed]:
    """The words that the space does not hold, made of their n-grams. Raises UnknownWords for all that have none."""
    absent = dict.fromkeys(word for word, found in zip(words, wv.find(words), strict=True) if found is None)
    composed = {word: made for word in absent if (made := wv.composed(word))}
    if len(composed) < len(absent):
        raise wv.unknown([word for word in absent if word not in composed], " ".join(filter(None, (wv.no_ngrams, hint))))
    return composed


def _tell_composed(wv: WordVectors, word: Composed) -> str:
    n, near = len(word.ngrams), wv.near_spellings(word.word)
    pieces = "1 of its pieces (n-gram)" if n == 1 else f"{n:,} of its pieces (n-grams)"
    spelled = f" Near spellings that it has: {', '.join(near)}." if near else ""
    return f"'{word.word}' is not among the {wv.n_words:,} words: its vector was put together from {pieces}, as fastText does.{spelled}"


def _word_vectors(wv: WordVectors, word: str, composed: Mapping[str, Composed]) -> tuple[list[Found], tuple[np.ndarray, np.ndarray]]:
    """The word where the space holds it, and its vector at length one and as stored; an unseen word's are made, and it has no row."""
    if word in composed:
        made = composed[word].vector
        length = np.sqrt(made @ made)
        return [], (made / length if length else made, made)
    found = [hit for hit in wv.find([word]) if hit]
    return found, (wv.unit[found[0].row], wv.vectors[found[0].row])


def _term_vectors(wv: WordVectors, term: Term, lists: Lists, notes: list[str]) -> tuple[list[Found], tuple[np.ndarray, np.ndarray]]:
    listed = named_list(lists, term.name)
    if isinstance(listed, PairList):
        return _mean_offset(wv, listed, notes)
    found, absent = _present(wv, listed.words)
    _tell_absent(wv, listed.name, absent, len(found), notes)
    rows = [word.row for word in found]
    return found, (wv.unit[rows].mean(axis=0), wv.vectors[rows].mean(axis=0))


def _mean_offset(wv: WordVectors, listed: PairList, notes: list[str]) -> tuple[list[Found], tuple[np.ndarray, np.ndarray]]:
    found = [wv.find(pair) for pair in listed.pairs]
    whole = [(first, second) for first, second in found if first and second]
    absent = [" ".join(pair) for pair, both in zip(listed.pairs, found, strict=True) if None in both]
    _tell_absent(wv, listed.name, absent, len(whole), notes)
    notes.append(f"@{listed.name} is a list of pairs; it stands for the mean offset from first to second words.")
    first, second = [[pair[side].row for pair in whole] for side in (0, 1)]
    offset = (wv.unit[second] - wv.unit[first]).mean(axis=0), (wv.vectors[second] - wv.vectors[first]).mean(axis=0)
    return [word for pair in whole for word in pair], offset


def _present(wv: WordVectors, words: tuple[str, ...]) -> tuple[list[Found], list[str]]:
    found = wv.find(words)
    return [word for word in found if word], [asked for asked, word in zip(words, found, strict=True) if word is None]


def _tell_absent(wv: WordVectors, name: str, absent: list[str], n_found: int, notes: list[str]) -> None:
    shown = ", ".join(absent[:8]) + (f" and {len(absent) - 8:,} more" if len(absent) > 8 else "")
    if not n_found:
        raise BadQuery(f"Nothing in @{name} has a vector in {wv.name}: {shown}.")
    if absent:
        notes.append(f"{len(absent):,} of {len(absent) + n_found:,} in @{name} have no vector in {wv.name}: {shown}.")


def named_list(lists: Lists, name: str) -> WordList | PairList:
    """The list of that name. Raises UnknownList naming those there are."""
    if name not in lists:
        raise UnknownList(f"There is no word list @{name[:80]}. There are {', '.join('@' + known for known in sorted(lists))}.")
    return lists[name]
