"""The library's slow verbs, remembered. The only file with st.cache_*; keys are fingerprints and values, never arrays."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st

from embeddings import anatomy as anatomies
from embeddings import catalog, direction, evaluation, hubness, projections, query, search, views, word_lists
from embeddings.analogy import SCORES
from embeddings.anatomy import Anatomy, Expected
from embeddings.catalog import Entry
from embeddings.direction import Direction, Placed
from embeddings.errors import BadFile, BadQuery, StorageError, UnknownSpace
from embeddings.hubness import Hubness
from embeddings.projections import Projection, plane
from embeddings.projections.plane import Parallelogram
from embeddings.query import Lists, Query, Ranking
from embeddings.search import Searcher
from embeddings.settings import Report, Settings, silent
from embeddings.subset import Subset
from embeddings.word_lists import Coverage, PairList, WordList
from embeddings.word_vectors import WordVectors
from explorer.open_spaces import OpenSpaces, budget, stamp_of
from explorer.trust import Trust

MOST_SPACES = 6
"""Spaces looked into for a list."""


def space(name: str) -> WordVectors:
    """The space of that name, opened once for all readers, and anew where another was kept under its name. Raises UnknownSpace."""
    return open_spaces().get(name, catalog.stamp(name)).wv


@st.cache_resource(show_spinner=False)
def open_spaces() -> OpenSpaces:
    """The spaces that are open, for all readers; EMBEDDINGS_MEMORY is read once."""
    return OpenSpaces(budget()[0], _open)


def _open(name: str) -> WordVectors:
    """A space from the disk, or a view, which shares the words of its space. Raises BadQuery for a view that memory cannot hold."""
    base, view = views.parted(name)
    if not view:
        return catalog.open_space(name)
    wv, most = space(base), open_spaces().budget
    if 4 * wv.n_words * wv.dim > most:
        gigabytes = 4 * wv.n_words * wv.dim / 1e9
        raise BadQuery(
            f"{name} needs {gigabytes:.1f} GB of its own, more than the {most / 1e9:.1f} GB set aside for open spaces. "
            "Choose the view 'as stored', or set EMBEDDINGS_MEMORY to more gigabytes."
        )
    return views.view(wv, view)


def entries() -> list[Entry]:
    """Every space there is now; read from the disk each time, for another window may have added one."""
    return catalog.spaces()


def damaged(known: Sequence[Entry]) -> dict[str, str]:
    """Names of the kept folders that are not among the known spaces, each with what is wrong with it."""
    there, found = {entry.name for entry in known}, {}
    for name in [name for name in catalog.kept() if name not in there]:
        try:
            catalog.entry(name)  # mended meanwhile where it answers
        except (BadFile, UnknownSpace) as error:
            found[name] = str(error)
    return found


def memory_troubles() -> tuple[str, ...]:
    """What is wrong with EMBEDDINGS_MEMORY, as a sentence; none where it can be used."""
    return tuple(filter(None, [budget()[1]]))


def built(wv: WordVectors) -> dict[str, dict[str, Any]]:
    """What was built beside the space to search it faster, and fits it: kind to what its meta.json tells. Raises BadFile."""
    return search.index.built(wv, wv.folder or catalog.beside(wv.name))


def approximate_index(wv: WordVectors) -> dict[str, Any] | None:
    """What meta.json tells of the approximate index that fits the space; None where there is none that can be used.

    A damaged one counts as none here: rankings stay exact, and the page Vectors tells what is wrong with it.
    """
    try:
        return built(wv).get("ivf")
    except BadFile:
        return None


def answer(wv: WordVectors, asked: Query, lists: Lists) -> Ranking:
    """query.answer, remembered; through the int8 copy where there is one, which changes no answer."""
    stamp, searcher = open_spaces().searcher(wv, "ivf" if asked.approximate else "int8")
    built = stamp * asked.approximate + _counts_stamp(wv, asked.around) * (asked.rank_by == "csls")
    return _answer(wv.fingerprint, repr(asked), _content(asked, lists), built, wv, asked, lists, searcher)


def _counts_stamp(wv: WordVectors, k: int) -> str:
    return stamp_of(hubness.place(wv, k) / "meta.json") if wv.folder else ""


def hubness_of(wv: WordVectors, k: int) -> Hubness | None:
    """The hub counts kept beside the space, opened once; None where there are none of these vectors. Raises BadFile."""
    return _hubness(wv.fingerprint, k, _counts_stamp(wv, k), wv)


@st.cache_resource(max_entries=6, show_spinner=False)
def _hubness(fingerprint: str, k: int, stamp: str, _wv: WordVectors) -> Hubness | None:
    return hubness.kept(_wv, k) if stamp else None


def trust(wv: WordVectors, asked: Query, lists: Lists) -> Trust:
    """The answer, the plain cosine's beside it, and the hub counts."""
    found = answer(wv, asked, lists)
    plain = found if asked.rank_by == "cosine" else answer(wv, replace(asked, rank_by="cosine"), lists)
    return Trust(found, plain, hubness_of(wv, asked.around))


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(
    fingerprint: str, key: str, content: str, index: str, _wv: WordVectors, _asked: Query, _lists: Lists, _searcher: Searcher | None
) -> Ranking:
    return query.answer(_wv, _asked, _lists, _searcher)


def _content(asked: Query, lists: Lists) -> str:
    """The lists that the query names, by value: an edited list is another key."""
    return repr([lists.get(name) for name in (*(term.name for term in asked.terms if term.is_list), asked.pairs, *_listed(asked))])


def anatomy(wv: WordVectors, asked: Query, lists: Lists) -> Anatomy:
    """anatomy.of, remembered, without the expected word; the answer is searched for as in `answer`."""
    stamp, searcher = open_spaces().searcher(wv, "ivf" if asked.approximate else "int8")
    alone = replace(asked, expected="")
    return _anatomy(wv.fingerprint, repr(alone), _content(alone, lists), stamp * asked.approximate, wv, alone, lists, searcher)


@st.cache_data(max_entries=200, show_spinner="Taking the answer apart…")
def _anatomy(
    fingerprint: str, key: str, content: str, index: str, _wv: WordVectors, _asked: Query, _lists: Lists, _searcher: Searcher | None
) -> Anatomy:
    return anatomies.of(_wv, _asked, _lists, _searcher)


def expected(wv: WordVectors, asked: Query, word: str, lists: Lists) -> tuple[Expected, ...]:
    """anatomy.expected_by_method for that word, remembered with the times it took the first time."""
    named = replace(asked, expected=word, method="3cosadd", approximate=False)
    return _expected(wv.fingerprint, repr(named), _content(named, lists), wv, named, lists)


@st.cache_data(max_entries=200, show_spinner="Ranking the word under each method…")
def _expected(fingerprint: str, key: str, content: str, _wv: WordVectors, _asked: Query, _lists: Lists) -> tuple[Expected, ...]:
    return anatomies.expected_by_method(_wv, _asked, _lists)


def _listed(asked: Query) -> list[str]:
    """The name of the list that the query keeps to, if it does."""
    listed = Subset.parse(asked.subset).listed if asked.subset else ""
    return [listed] * bool(listed)


def edges(wv: WordVectors, words: Sequence[str], k: int, among: int | None) -> list[tuple[int, int]]:
    """search.edges, remembered."""
    return _edges(wv.fingerprint, tuple(words), k, among, wv)


@st.cache_data(max_entries=200, show_spinner=False)
def _edges(fingerprint: str, words: tuple[str, ...], k: int, among: int | None, _wv: WordVectors) -> list[tuple[int, int]]:
    return search.edges(_wv, _wv.rows(words), k, among)


class Remembered:
    """A bounded store for what is computed under a progress bar: st.cache_data takes no function that draws meanwhile."""

    def __init__(self, most: int) -> None:
        self._most, self._held, self._lock = most, OrderedDict[tuple[str, ...], Projection](), Lock()

    def get(self, key: tuple[str, ...]) -> Projection | None:
        """What is held under the key, which becomes the newest."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: tuple[str, ...], made: Projection) -> None:
        """Hold it, and let the oldest go."""
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _projections() -> Remembered:
    return Remembered(50)


def project(wv: WordVectors, words: Sequence[str], method: str, settings: Settings, report: Report = silent) -> Projection:
    """projections.project, remembered for all readers; `report` is called only when there is something to compute."""
    key = (wv.fingerprint, method, repr(settings), *words)
    made = _projections().get(key)
    if made is None:
        made = projections.project(wv, words, method, settings, report)
        _projections().put(key, made)
    return made


def direction_of(wv: WordVectors, pairs: Sequence[tuple[str, str]], name: str, method: str) -> Direction:
    """direction.from_pairs, remembered."""
    return _direction(wv.fingerprint, tuple(pairs), name, method, wv)


@st.cache_data(max_entries=100, show_spinner=False)
def _direction(fingerprint: str, pairs: tuple[tuple[str, str], ...], name: str, method: str, _wv: WordVectors) -> Direction:
    return direction.from_pairs(_wv, pairs, name, method)


def placed(wv: WordVectors, along: Direction, words: Sequence[str]) -> list[Placed]:
    """direction.place, remembered."""
    return _placed(wv.fingerprint, along.pairs, along.method, tuple(words), wv, along)


@st.cache_data(max_entries=100, show_spinner=False)
def _placed(
    fingerprint: str, pairs: tuple[tuple[str, str], ...], method: str, words: tuple[str, ...], _wv: WordVectors, _along: Direction
) -> list[Placed]:
    return direction.place(_wv, _along, words)


def coverage(wv: WordVectors, word_list: WordList | PairList) -> Coverage:
    """word_lists.coverage, remembered."""
    return _coverage(wv.fingerprint, repr(word_list.words), wv, word_list)


@st.cache_data(max_entries=200, show_spinner="Looking the words up…")
def _coverage(fingerprint: str, content: str, _wv: WordVectors, _word_list: WordList | PairList) -> Coverage:
    return word_lists.coverage(_wv, _word_list)


def kept_lists() -> tuple[Lists, tuple[str, ...]]:
    """The reader's lists on disk, and what is wrong with those, or with the folder, that cannot be read."""
    try:
        return _kept_lists(_stamp(word_lists.lists_folder()))
    except StorageError as error:  # told, and not remembered: it may be mended
        return {}, (str(error),)


def _stamp(folder: Path) -> str:
    """What the folder looks like: another stamp when a list, or the right to read them, was added, changed or taken away."""
    try:
        files = sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in os.scandir(folder))
        return f"{folder.stat().st_mtime_ns} {files}"
    except OSError as error:
        return str(error)


@st.cache_resource(max_entries=3, show_spinner=False)
def _kept_lists(stamp: str) -> tuple[Lists, tuple[str, ...]]:
    return word_lists.saved(word_lists.lists_folder())


def neighbourhood(wv: WordVectors, asked: Query, lists: Lists, k: int, size: int = 25) -> tuple[Projection, list[tuple[int, int]]]:
    """PCA of the asked words with the `size` words nearest to the query, and the edges among them.

    Raises BadQuery where fewer than three words are left to draw.
    """
    found = answer(wv, replace(asked, k=size), lists)
    words = tuple(dict.fromkeys([*found.left_out[:12], *found.words]))
    return project(wv, words, "pca", projections.PROJECTIONS["pca"].settings()), edges(wv, words, k, None)


def everywhere(word_list: WordList | PairList) -> list[tuple[str, Coverage]]:
    """What each of the first MOST_SPACES spaces knows of a list."""
    return [(entry.name, coverage(space(entry.name), word_list)) for entry in catalog.spaces()[:MOST_SPACES]]


def coverages(wv: WordVectors, named: Lists) -> dict[str, Coverage]:
    """What the space knows of each list."""
    return {name: coverage(wv, listed) for name, listed in named.items()}


def answers(wv: WordVectors, asked: Query, methods: Sequence[str], lists: Lists) -> list[tuple[str, Ranking | str]]:
    """The query by each method, under the method's title; where a method cannot score it, the reason."""
    return [(SCORES[method].title, _answer_or_reason(wv, asked.by(method), lists)) for method in methods]


def _answer_or_reason(wv: WordVectors, asked: Query, lists: Lists) -> Ranking | str:
    try:
        return answer(wv, asked, lists)
    except BadQuery as error:
        return str(error)


def parallelogram(wv: WordVectors, found: Ranking) -> Parallelogram:
    """The picture of an analogy with its first answer. Raises BadQuery where the query is no analogy of three words."""
    places = found.query.places
    if places is None or not found.words:
        raise BadQuery("The parallelogram needs an analogy of three words: man : woman :: king : ?, or king - man + woman.")
    found_places = wv.find(places)
    unseen = [place for place, hit in zip(places, found_places, strict=True) if hit is None]
    if unseen:
        raise BadQuery(
            f"The parallelogram is drawn with words that {wv.name} holds. {', '.join(map(repr, unseen))} is not among them: its vector "
            "was put together from pieces for the ranking. Ask with a word of the space to see it."
        )
    spelled = [hit.word for hit in found_places if hit]
    return plane.parallelogram(wv, (spelled[0], spelled[1], spelled[2], found.words[0]))


MOST_AT_ONCE = 1_500_000_000
"""Questions times rows that are answered while the reader waits, in about a second; more is a run of its own."""

MOST_RESULTS = 24
"""Evaluations held in memory: one of 19,544 questions takes about 15 MB."""


@st.cache_resource(show_spinner=False)
def _evaluations() -> tuple[OrderedDict[tuple[str, ...], evaluation.Result], Lock]:
    return OrderedDict(), Lock()


def evaluated(wv: WordVectors, suite: evaluation.Suite, asking: evaluation.Asking) -> evaluation.Result | None:
    """The result of a space on a suite: held, or kept on disk, or made at once where that takes about a second, then kept.

    None where it takes longer: a run has to make it. Raises StorageError.
    """
    asked = evaluation.keeping.content_asked(suite, asking)
    key = (wv.name, wv.fingerprint, suite.name, asked, repr(asking))
    held, lock = _evaluations()
    with lock:
        found = held.get(key)
    if found is None:
        found = evaluation.keeping.find(wv.name, wv.fingerprint, suite.name, asked, asking)
    if found is None and at_once(wv, suite, asking):
        found = evaluation.evaluate(wv, suite, asking)
        evaluation.keeping.keep(found)
    if found is not None:
        with lock:
            held[key] = found
            held.move_to_end(key)
            while len(held) > MOST_RESULTS:
                held.popitem(last=False)
    return found


def baseline(wv: WordVectors, suite: evaluation.Suite, asking: evaluation.Asking) -> evaluation.Result | None:
    """The same questions by only-b, which ignores a and a'; None where that takes longer, or is what was asked."""
    by_b = replace(asking, method="onlyb")
    known = isinstance(suite, evaluation.AnalogySuite) and asking.method != "onlyb"
    return evaluated(wv, suite, by_b) if known and at_once(wv, suite, by_b) else None


def at_once(wv: WordVectors, suite: evaluation.Suite, asking: evaluation.Asking) -> bool:
    """Whether an evaluation takes about a second."""
    if isinstance(suite, evaluation.SimilaritySuite):
        return True
    return asking.method in evaluation.FAST and suite.n_questions * asking.rows(wv) <= MOST_AT_ONCE
