"""N_k: among the k nearest of how many words each word is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from embeddings.errors import BadQuery
from embeddings.hubness.all_nearest import nearest
from embeddings.search import index, neighbours_of_rows
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

AMONG = 400_000
"""Words that are counted at most where nobody says otherwise: the work grows with the square of their number."""

MOST_K = 100
TRIED, SEED = 500, 0        # words on which the recall of an approximate count is told
AT_A_TIME = 256             # words asked between two reports of an approximate count

BADGES = {"hub": "hub", "": "", "nobody": "nobody's neighbour", "uncounted": "not counted"}
"""The kinds of a badge, and what a reader calls them."""


@dataclass(frozen=True)
class Badge:
    """How often a word is a near neighbour: its count N_k (None beyond the counted words), its kind (a key of BADGES), and the
    share (0 to 1) of the counted words that have a lower count."""

    count: int | None
    kind: str
    share_below: float


@dataclass(frozen=True, eq=False)
class Hubness:
    """N_k of the first `among` words: the neighbours of each were looked for among these very words.

    counts: (among,) int32; their mean is k where no vector is zero. means: (among,) float32, each word's mean cosine (-1 to 1)
    with its own k nearest, which is r of CSLS. exact: whether every neighbour was found; where not, recall tells which share was,
    on `tried` words. skewness: the third standardised moment of the counts; 0 is symmetric, a normal sample of few dimensions
    stays near it, above 1 there are strong hubs.
    """

    space: str
    k: int
    among: int
    n_words: int
    counts: np.ndarray
    means: np.ndarray
    skewness: float
    exact: bool = True
    recall: float | None = None
    tried: int = 0

    @cached_property
    def ordered(self) -> np.ndarray:
        """(among,) the counts, smallest first."""
        return np.sort(self.counts)

    @property
    def hub_from(self) -> float:
        """The count above which a word is called a hub: two standard deviations above the mean, as in the paper's experiments."""
        return float(self.counts.mean() + 2 * self.counts.std())

    def badges(self, rows: np.ndarray) -> list[Badge]:
        """What each of the rows is told as."""
        return [self._badge(int(self.counts[row])) if row < self.among else Badge(None, "uncounted", 0.0) for row in rows]

    def _badge(self, count: int) -> Badge:
        kind = "hub" if count > self.hub_from else "" if count else "nobody"
        return Badge(count, kind, float(np.searchsorted(self.ordered, count)) / self.among)

    def as_json(self) -> dict[str, Any]:
        """The figures about the whole, in the field names that the command line prints."""
        told = {"space": self.space, "k": self.k, "among": self.among, "words": self.n_words, "exact": self.exact}
        found = {"recall": self.recall, "tried": self.tried} if not self.exact else {}
        hubs = int((self.counts > self.hub_from).sum())
        figures = {"hubs": hubs, "hub_from": self.hub_from, "nobody": int((self.counts == 0).sum()), "largest": int(self.counts.max())}
        return told | found | {"skewness": self.skewness} | figures


def count(wv: WordVectors, k: int = 10, among: int | None = None, approximate: bool = False, report: Report = silent) -> Hubness:
    """N_k of the words of a space, by cosine, no word counted as its own neighbour.

    among: how many of the most frequent words take part, as askers and as neighbours; None for AMONG or all, if fewer.
    approximate: ask the index kept for the space instead of multiplying every word by every other; its recall is then measured
    on TRIED words. Raises BadQuery for values out of range or where no index is kept, and what `report` raises.
    """
    if not 1 <= k <= MOST_K:
        raise BadQuery(f"The {k:,} nearest of each word were asked for; 1 to {MOST_K} can be counted.")
    if among is not None and among < 2:
        raise BadQuery(f"Hubs were to be counted among {among:,} words; 2 or more are needed.")
    part = wv.first(min(among or AMONG, wv.n_words))
    if approximate:
        return _approximate(wv, part, k, report)
    rows, cosines = nearest(part, k, report)
    return _hubness(wv, rows, cosines)


def _hubness(wv: WordVectors, rows: np.ndarray, cosines: np.ndarray, **more: Any) -> Hubness:
    n, k = rows.shape
    counts = np.bincount(rows[rows >= 0], minlength=n).astype(np.int32)
    return Hubness(wv.name, k, n, wv.n_words, counts, cosines.mean(axis=1, dtype=np.float64).astype(np.float32), skewness(counts), **more)


def skewness(counts: np.ndarray) -> float:
    """The third standardised moment of the counts, over all of them (no correction for a sample); 0 where all are equal."""
    off = counts - counts.mean(dtype=np.float64)
    spread = float(np.sqrt((off**2).mean()))
    return float((off**3).mean()) / spread**3 if spread else 0.0


def _approximate(wv: WordVectors, part: WordVectors, k: int, report: Report) -> Hubness:
    """The count through the space's index, one search a word."""
    searcher, n = index.open(wv), part.n_words
    k = min(k, n - 1)
    rows, cosines = np.full((n, k), -1, np.int32), np.zeros((n, k), np.float32)
    for start in range(0, n, AT_A_TIME):
        report(Progress(start, n, "asking the index for each word"))
        for row in range(start, min(start + AT_A_TIME, n)):
            if wv.inverse_norms[row]:
                near, scores = searcher.top(wv, wv.unit[row], k, (row,), n)
                rows[row, : len(near)], cosines[row, : len(near)] = near, scores
    return _hubness(wv, rows, cosines, exact=False, **_recall(part, rows))


def _recall(wv: WordVectors, rows: np.ndarray) -> dict[str, Any]:
    """The share of the true nearest that was found, on words drawn by chance."""
    asked = np.sort(np.random.default_rng(SEED).choice(wv.n_words, min(TRIED, wv.n_words), replace=False))
    true, _ = neighbours_of_rows(wv, asked, rows.shape[1])
    found = sum(len(set(one) & set(other)) for one, other in zip(true.tolist(), rows[asked].tolist(), strict=True))
    return {"recall": found / true.size, "tried": len(asked)}
