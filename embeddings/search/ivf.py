"""An approximate index: inverted lists of short codes by faiss, and the nearest of them counted again in float32.

The words are sorted into lists by k-means (Jegou, Douze, Schmid 2011, Product Quantization for Nearest Neighbor Search, section
IV), each kept as four bits for every two components (Andre, Kermarrec, Le Scouarnec 2015, Cache Locality Is Not Enough). A
search reads the lists nearest to the query only, so it can miss a word; the scores of those it lists are exact.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import BadFile, BadQuery
from embeddings.search.exact import Nearest, best, first_rows, unit
from embeddings.search.keeping import kept
from embeddings.search.many import top_of_many
from embeddings.search.searcher import Searcher
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

KIND = "ivf"
FEWEST_WORDS = 10_000       # an exact scan of fewer takes under a millisecond
K = 10                      # recall is told of the ten nearest
TRIED = 500                 # words whose recall is told; as many others choose the settings
AIMED_AT = 0.99             # recall on the words that choose, so that the others keep above 0.98
LONGEST_TRIED = 3_200       # codes counted again for one query
TRAINED_ON = 64             # words a list that k-means sees
ADDED = 1 << 16             # words added at a time
SEED = 0

Top = Callable[[WordVectors, np.ndarray, int, Collection[int]], Nearest]
"""Searches a space for the k rows nearest to a vector, without those left out."""


@dataclass(frozen=True, eq=False)
class Ivf:
    """A faiss index over the unit vectors of a space, and how much of it a query reads."""

    faiss_index: Any
    lists: int
    probes: int
    wanted: int

    def __post_init__(self) -> None:
        if not (1 <= self.probes <= self.lists == self.faiss_index.nlist and self.wanted >= 1):
            raise BadFile(
                f"The approximate index has {self.faiss_index.nlist:,} lists; {self.probes:,} of {self.lists:,} lists and "
                f"{self.wanted:,} codes cannot be read of it. Build it again: python -m embeddings index --help"
            )

    def top(self, wv: WordVectors, vector: np.ndarray, k: int, left_out: Collection[int] = (), rows: int | None = None) -> Nearest:
        """Up to k near rows and their exact cosines. More lists are read where those asked for hold too few of the first `rows`."""
        query, n = unit(vector), len(wv.vectors[:rows])
        if query is None or k < 1:
            return first_rows(wv, k, left_out, rows)
        skipped = {row for row in left_out if row < n}
        needed = min(k, n - len(skipped))
        wanted, probes = min(max(self.wanted, 4 * k) + len(skipped), n), self.probes
        found = self._read(query, wanted, probes, n)
        while len(found) < needed + len(skipped) and probes < self.lists:
            probes = min(4 * probes, self.lists)
            found = self._read(query, wanted, probes, n)
        return best(wv, vector, np.array([row for row in found.tolist() if row not in skipped], np.int64), k)

    def _read(self, query: np.ndarray, wanted: int, probes: int, n: int) -> np.ndarray:
        """Up to `wanted` of the first n rows, in ascending order, whose codes are nearest in so many lists."""
        import faiss

        parameters: Any = faiss.SearchParametersIVF                            # faiss's own types do not know its keywords
        among = {} if n == self.faiss_index.ntotal else {"sel": faiss.IDSelectorRange(0, n)}
        _, rows = self.faiss_index.search(_even(query[None]), wanted, params=parameters(nprobe=probes, **among))
        return np.unique(rows[rows >= 0])


def _even(vectors: np.ndarray) -> np.ndarray:
    """(n, dim or dim + 1) float32: two components share a code, so an odd last one gets a zero beside it."""
    return np.ascontiguousarray(np.pad(vectors, ((0, 0), (0, vectors.shape[1] % 2))), np.float32)


def make(wv: WordVectors, report: Report = silent) -> tuple[Ivf, dict[str, Any]]:
    """Build the index in memory, choose how much of it is read, and measure its recall; returns it and what is to be told.

    `report` is called between the steps and may raise Cancelled. Raises BadQuery for a space too small to gain.
    """
    if too_few(wv):
        raise BadQuery(too_few(wv))
    rng = np.random.default_rng(SEED)
    started = time.monotonic()
    lists = 1 << round(np.log2(1.6 * np.sqrt(wv.n_words)))                     # 1,024 for 400,000 words
    built = _filled(wv, lists, rng, report)
    seconds = time.monotonic() - started
    report(Progress(90, 100, "choosing how many lists are read"))
    asked = rng.choice(wv.n_words, 2 * TRIED, replace=False)
    exact = _exact(wv, asked)
    chosen = _chosen(wv, built, lists, asked[:TRIED:2], exact[:TRIED:2])
    report(Progress(97, 100, "measuring recall on other words"))
    told = {
        "method": f"faiss IVF{lists},PQ{built.d // 2}x4fs, float32 for the {chosen.wanted:,} nearest codes",
        "exact": False,
        "lists": lists,
        "probes": chosen.probes,
        "wanted": chosen.wanted,
        "recall": recall(wv, chosen.top, asked[TRIED:], exact[TRIED:]),
        "tried": TRIED,
        "k": K,
        "build_seconds": round(seconds, 3),
    }
    return chosen, told


def too_few(wv: WordVectors) -> str:
    """Why a space is too small to gain by an index, as a sentence; "" for one that is not."""
    if wv.n_words >= FEWEST_WORDS:
        return ""
    size = "1 word" if wv.n_words == 1 else f"{wv.n_words:,} words"
    return f"{wv.name} has {size}. An exact scan is as fast for fewer than {FEWEST_WORDS:,}; no index is needed."


def _filled(wv: WordVectors, lists: int, rng: np.random.Generator, report: Report) -> Any:
    """The faiss index with every word in it."""
    import faiss

    dim = wv.dim + wv.dim % 2
    index: Any = faiss.index_factory(dim, f"IVF{lists},PQ{dim // 2}x4fs", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed, index.cp.min_points_per_centroid = 10, SEED + 1, 1
    index.cp.max_points_per_centroid = TRAINED_ON
    report(Progress(0, 100, f"sorting words into {lists:,} lists"))
    index.train(_even(wv.unit[np.sort(rng.choice(wv.n_words, min(TRAINED_ON * lists, wv.n_words), replace=False))]))
    for start in range(0, wv.n_words, ADDED):
        report(Progress(40 + 50 * start // wv.n_words, 100, "adding words"))
        index.add(_even(wv.unit[start : start + ADDED]))
    return index


def _exact(wv: WordVectors, rows: np.ndarray) -> list[set[int]]:
    """The K nearest rows of each of some rows, itself left out."""
    return [set(near.tolist()) for near, _ in top_of_many(wv, wv.unit[rows], K, [(int(row),) for row in rows])]


def _chosen(wv: WordVectors, built: Any, lists: int, rows: np.ndarray, exact: list[set[int]]) -> Ivf:
    """The fewest lists, and then the fewest codes counted again, that keep the recall aimed at; all of them where none do."""
    probes = [lists * eighth // 64 for eighth in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64) if lists * eighth // 64]
    most = LONGEST_TRIED
    read = next((n for n in probes if recall(wv, Ivf(built, lists, n, most).top, rows, exact) >= AIMED_AT), lists)
    counted = (50, 100, 200, 400, 800, 1_600)
    wanted = next((n for n in counted if recall(wv, Ivf(built, lists, read, n).top, rows, exact) >= AIMED_AT), most)
    return Ivf(built, lists, read, wanted)


def recall(wv: WordVectors, top: Top, rows: np.ndarray, exact: list[set[int]]) -> float:
    """The share (0 to 1) of the K nearest words of some rows, known for each, that are found; the row itself left out."""
    found = [set(top(wv, wv.unit[row], K, (int(row),))[0].tolist()) for row in rows]
    return sum(len(near & known) for near, known in zip(found, exact, strict=True)) / sum(map(len, exact))


def write(wv: WordVectors, folder: Path, report: Report = silent) -> dict[str, Any]:
    """Build the index into a folder and return what is to be told of it."""
    import faiss

    index, told = make(wv, report)
    with (folder / "index.faiss").open("wb") as file:                          # faiss's own writer is silent where closing fails
        callbacks: Any = faiss                                                 # its types do not know all that it has
        faiss.write_index(index.faiss_index, callbacks.PyCallbackIOWriter(file.write))
    return told | {"library": f"faiss {faiss.__version__}"}


def note(meta: dict[str, Any]) -> str:
    """What a reader has to know of an answer through the index."""
    share = f"{100 * float(meta['recall']):.1f} %"
    return f"Approximate: of the ten nearest, {share} were found on {int(meta['tried']):,} words tried when the index was built."


def open(wv: WordVectors, folder: Path | None = None) -> Searcher:
    """The way to search through the index kept in the space's folder (or another).

    Raises BadQuery where none is kept or where it was built for other vectors, BadFile where it is damaged.
    """
    import faiss

    place, meta = kept(wv, KIND, folder)
    try:
        built = faiss.read_index(str(place / "index.faiss"))
        index = Ivf(built, int(meta["lists"]), int(meta["probes"]), int(meta["wanted"]))
        told = note(meta)
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{place} is damaged: {str(error).splitlines()[0]}. Build it again.") from error
    if (built.ntotal, built.d) != (wv.n_words, wv.dim + wv.dim % 2):
        raise BadFile(f"{place} holds {built.ntotal:,} words, {wv.name} has {wv.n_words:,}. Build it again.")
    return Searcher("an approximate search", False, index.top, told, wv.content)
