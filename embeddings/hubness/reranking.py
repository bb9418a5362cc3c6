"""Neighbours ranked by more than their cosine: CSLS, which makes up for hubs, and the rank from both sides.

    csls     2 cos(q, y) - r(q) - r(y), r the mean cosine with the k nearest words (Conneau, Lample, Ranzato, Denoyer, Jegou
             2018, Word Translation Without Parallel Data, ICLR, eq. 1; there between two languages, here within one space)
    mutual   the smallest k for which q and y are among each other's k nearest: the larger of the two ranks. Mutual neighbours are
             Gowda and Krishna's (1978, Pattern Recognition 10), who add the ranks; the graph of mutual k-nearest neighbours, in
             which this is when two words are joined, is that of Brito, Chavez, Quiroz and Yukich (1997, Stat. Prob. Letters 35)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.hubness.counting import Hubness
from embeddings.search import cosines, counted, neighbours_of_rows
from embeddings.search.exact import candidates, rounding, unit
from embeddings.word_vectors import WordVectors

LOOKED_AT = 500             # words nearest by cosine that are ranked anew; more for long lists
MOST_LOOKED_AT = 4_000
ROWS = 1 << 14              # rows multiplied at a time when ranks are counted
TIE = 1e-6                  # cosines nearer than this share a rank: the same one, found from both sides, is rounded twice


@dataclass(frozen=True)
class Ranking:
    """One line of the table: a way to rank neighbours, and how a reader is told of it."""

    name: str
    title: str
    formula: str
    paper: str
    labels: tuple[str, ...]
    run: Callable[[Asked], Reranked] | None


@dataclass(frozen=True, eq=False)
class Asked:
    """What is ranked: a (dim,) vector, k results, without `left_out`, among the first `restrict` rows (None: all).

    subset: the rows that may be listed, in ascending order, None for all. around: the k of r. hubness: what was counted
    beside the space, if anything.
    """

    wv: WordVectors
    vector: np.ndarray
    k: int
    left_out: tuple[int, ...] = ()
    restrict: int | None = None
    subset: np.ndarray | None = None
    around: int = 10
    hubness: Hubness | None = None

    @property
    def n(self) -> int:
        """Rows that are looked among."""
        return self.wv.n_words if self.restrict is None else min(self.restrict, self.wv.n_words)

    def listable(self, scores: np.ndarray) -> np.ndarray:
        """The (n,) scores with NaN for what may not be listed: asked words, and what is not in the subset."""
        kept = scores.astype(np.float32)
        if self.subset is not None:
            outside = np.ones(len(kept), bool)
            outside[self.subset[self.subset < len(kept)]] = False
            kept[outside] = np.nan
        kept[[row for row in self.left_out if row < len(kept)]] = np.nan
        return kept


@dataclass(frozen=True, eq=False)
class Reranked:
    """(m,) rows, best first, with scores (larger is better) and (m, parts) what they are made of.

    exact: whether no other word could stand in the list; note: what was done, as a sentence, where it was not.
    """

    rows: np.ndarray
    scores: np.ndarray
    parts: np.ndarray
    exact: bool = True
    note: str = ""


def rerank(asked: Asked, by: str) -> Reranked:
    """The best of what is asked by a ranking of RANKINGS other than the plain cosine."""
    run = RANKINGS[by].run
    if run is None:
        raise ValueError("The plain cosine ranks without this.")
    return run(asked)


def _csls(asked: Asked) -> Reranked:
    scores = cosines(asked.wv, asked.vector, asked.restrict)
    means = _kept_means(asked)
    if means is not None:
        return _by_kept_means(asked, scores, means)
    rows, whole = _nearest(asked, scores, max(LOOKED_AT, 5 * asked.k))
    near = neighbours_of_rows(asked.wv, rows, asked.around)[1].mean(axis=1, dtype=np.float64)
    note = (
        f"r was counted for the {len(rows):,} nearest by cosine only, so a word beyond them could be missing. Counting the hubs of "
        f"{asked.wv.name} once (k = {asked.around}, all words) makes it exact."
    )
    return _csls_of(asked, rows, near, whole, "" if whole else note)


def _kept_means(asked: Asked) -> np.ndarray | None:
    """r of every row that is looked among, where it was counted exactly among all words with the same k."""
    told = asked.hubness
    fits = told is not None and told.exact and told.k == asked.around and told.among == asked.wv.n_words
    return np.asarray(told.means[: asked.n]) if told is not None and fits else None


def _by_kept_means(asked: Asked, scores: np.ndarray, means: np.ndarray) -> Reranked:
    """Every row scored; what rounding leaves undecided is counted again."""
    rough = asked.listable(2 * scores - means)
    rows = candidates(rough, asked.k, (), 8 * rounding(asked.wv.dim))
    return _csls_of(asked, rows, means[rows].astype(np.float64), True, "")


def _csls_of(asked: Asked, rows: np.ndarray, means: np.ndarray, exact: bool, note: str) -> Reranked:
    """The best k of chosen rows (in ascending order), with r of each."""
    twice, here = 2 * counted(asked.wv, asked.vector, rows).astype(np.float64), _around(asked)
    values = twice - here - means
    order = np.argsort(-values, kind="stable")[: asked.k]
    parts = np.stack([twice, np.full(len(rows), -here), -means], axis=1)[order]
    return Reranked(rows[order], values[order].astype(np.float32), parts, exact, note)


def _around(asked: Asked) -> float:
    """r of the query: its mean cosine with its k nearest words among all, asked words left out."""
    scores = cosines(asked.wv, asked.vector)
    rows = candidates(scores, asked.around, asked.left_out, 2 * rounding(asked.wv.dim))
    near = np.sort(counted(asked.wv, asked.vector, rows))[::-1][: asked.around]
    return float(near.mean(dtype=np.float64)) if len(near) else 0.0


def _nearest(asked: Asked, scores: np.ndarray, most: int) -> tuple[np.ndarray, bool]:
    """Up to `most` rows nearest by cosine that may be listed, in ascending order, and whether there are no more."""
    listable = asked.listable(scores)
    there = int(np.isfinite(listable).sum())
    if there <= most:
        return np.flatnonzero(np.isfinite(listable)), True
    rows = candidates(listable, most, (), 2 * rounding(asked.wv.dim))
    exact = counted(asked.wv, asked.vector, rows)
    return np.sort(rows[np.argsort(-exact, kind="stable")[:most]]), False


def _mutual(asked: Asked) -> Reranked:
    """Widened until no word beyond those looked at can come in: it would have a rank from the query beyond theirs."""
    scores, most = cosines(asked.wv, asked.vector, asked.restrict), max(LOOKED_AT, 2 * asked.k)
    while True:
        rows, whole = _nearest(asked, scores, most)
        cosine = counted(asked.wv, asked.vector, rows)
        there = ranks_of(asked.wv, asked.vector[None], [cosine], [asked.left_out], asked.n)[0]
        back = _ranks_back(asked, rows, cosine)
        order = np.lexsort((rows, -cosine, np.maximum(there, back)))[: asked.k]
        worst = np.maximum(there, back)[order].max(initial=0)
        proven = whole or bool(len(order) == asked.k and worst <= there.max(initial=0))
        if proven or most >= MOST_LOOKED_AT:
            break
        most = min(4 * most, MOST_LOOKED_AT)
    note = f"Only the {len(rows):,} nearest by cosine were looked at, so a word beyond them could be missing."
    larger = np.maximum(there, back)[order]
    parts = np.stack([there[order], back[order], cosine[order]], axis=1).astype(np.float64)
    return Reranked(rows[order], -larger.astype(np.float32), parts, proven, "" if proven else note)


def _ranks_back(asked: Asked, rows: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    """The query's rank among the neighbours of each row; the row itself and asked words are passed over."""
    skipped = [(*asked.left_out, int(row)) for row in rows]
    told = ranks_of(asked.wv, asked.wv.unit[rows], [cosine[at : at + 1] for at in range(len(rows))], skipped, asked.n)
    return np.array([rank[0] for rank in told], np.int64)


def ranks_of(
    wv: WordVectors, vectors: np.ndarray, values: Sequence[np.ndarray], left_out: Sequence[Sequence[int]], n: int
) -> list[np.ndarray]:
    """For each of (m, dim) vectors the ranks that given cosines take: 1 + how many of the first n rows have a larger one.

    values: for each vector its cosines, as `counted` gives them. left_out: for each vector the rows passed over. Larger by TIE
    or less is not larger: words that are equally near share a rank.
    """
    found = [np.ones(len(value), np.int64) for value in values]
    if not len(vectors):
        return found
    units = np.array([query if (query := unit(vector)) is not None else 0 * vector for vector in vectors], np.float32)
    slack = rounding(wv.dim)
    for start in range(0, n, ROWS):
        stop = min(start + ROWS, n)
        block = units @ wv.vectors[start:stop].T * wv.inverse_norms[start:stop]                    # (m, rows of the block)
        for at, value in enumerate(values):
            line = block[at]
            skipped = [row - start for row in left_out[at] if start <= row < stop]
            line[skipped] = -np.inf
            found[at] += _larger(wv, vectors[at], line, value + np.float32(TIE), start, np.float32(slack))
    return found


def _larger(wv: WordVectors, vector: np.ndarray, line: np.ndarray, values: np.ndarray, start: int, slack: np.float32) -> np.ndarray:
    """How many of a block's cosines are larger than each value; what rounding leaves undecided is counted again."""
    if len(values) <= 1:
        if not len(values):
            return np.zeros(0, np.int64)
        close = np.flatnonzero(np.abs(line - values[0]) <= slack)
        sure = np.count_nonzero(line > values[0] + slack)
        return np.array([sure + np.count_nonzero(counted(wv, vector, start + close) > values[0])]) if len(close) else np.array([sure])
    ordered = np.argsort(-line, kind="stable")
    sizes = -line[ordered]
    first, last = np.searchsorted(sizes, -(values + slack), "left"), np.searchsorted(sizes, -(values - slack), "right")
    return np.array([
        low + np.count_nonzero(counted(wv, vector, start + ordered[low:high]) > value) if high > low else low
        for low, high, value in zip(first, last, values, strict=True)
    ])  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What another ranking did to a list: the words that came in, best first, and those of the plain cosine's that are gone."""

    entered: tuple[str, ...]
    left: tuple[str, ...]


def change(words: Sequence[str], plain: Sequence[str]) -> Change:
    """How a list differs from the plain cosine's."""
    return Change(tuple(word for word in words if word not in set(plain)), tuple(word for word in plain if word not in set(words)))


RANKINGS: dict[str, Ranking] = {
    ranking.name: ranking
    for ranking in (
        Ranking("cosine", "Cosine", "cos(word, query)", "", (), None),
        Ranking(
            "csls",
            "CSLS",
            "2 cos(word, query) - r(query) - r(word), r the mean cosine with the k nearest",
            "Conneau et al. 2018 (ICLR)",
            ("2 cos", "- r(query)", "- r(word)"),
            _csls,
        ),
        Ranking(
            "mutual",
            "Mutual rank",
            "the smallest k for which both are among each other's k nearest",
            "after Gowda & Krishna 1978; Brito et al. 1997",
            ("rank from the query", "rank from the word", "cosine"),
            _mutual,
        ),
    )
}
"""The table: how neighbours can be ranked. Each is for the cosine with one vector."""
