"""The k nearest words of every word, exactly: each cosine multiplied out once, in tiles, and read from both sides."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from embeddings.errors import BadQuery
from embeddings.search import neighbours_of_rows
from embeddings.search.exact import rounding, unit
from embeddings.search.threads import in_parts, threads
from embeddings.settings import Progress, Report, silent
from embeddings.word_vectors import WordVectors

TILE = 1_024                # words by words in a tile: 4 MB of cosines, which the processor's cache holds
SPARE = 6                   # kept beyond k, so that rounding can hardly hide one of the k
LOOK = 0.2                  # seconds between two reports


def nearest(wv: WordVectors, k: int, report: Report = silent) -> tuple[np.ndarray, np.ndarray]:
    """(n, k) int32 rows and (n, k) float32 cosines (-1 to 1): of every word the k others nearest by cosine, best first.

    What `search.neighbours_of_rows` finds for all rows, ties included, many times faster. k is cut to the words there are. A
    word whose vector is zero is near to none: its rows are -1. Takes a copy of the vectors and 8 (k + 6) bytes a word beside the
    answer; BLAS keeps to one thread for each of ours meanwhile. Raises BadQuery for k below 1 or a single word, and what `report` raises.
    """
    if k < 1 or wv.n_words < 2:
        raise BadQuery(f"{wv.name} has {wv.n_words:,} words and {k:,} neighbours were asked for; 2 words and 1 neighbour are needed.")
    k = min(k, wv.n_words - 1)
    best = _Best.of(wv, min(k + SPARE, wv.n_words - 1))
    _multiply(wv, best, report)
    return _counted_again(wv, best, k)


@dataclass(eq=False)
class _Best:
    """The largest cosines of each word found so far, (n, m), with whom, and the least of them, (n,)."""

    scores: np.ndarray
    rows: np.ndarray
    floors: np.ndarray

    @classmethod
    def of(cls, wv: WordVectors, m: int) -> _Best:
        n = wv.n_words
        return cls(np.full((n, m), -np.inf, np.float32), np.full((n, m), -1, np.int32), np.full(n, -np.inf, np.float32))


@dataclass(eq=False)
class _Work:
    """Tiles that threads take one after the other, the locks of the words they write to, and how the work ends early."""

    tiles: Iterator[tuple[int, int]]
    locks: list[threading.Lock]
    taking: threading.Lock = field(default_factory=threading.Lock)
    done: int = 0
    stop: bool = False
    error: BaseException | None = None

    def take(self) -> tuple[int, int] | None:
        with self.taking:
            return None if self.stop else next(self.tiles, None)


def _multiply(wv: WordVectors, best: _Best, report: Report) -> None:
    """Fill `best` from all tiles on and above the diagonal, one thread a processor, and tell how far it is."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    n_blocks = -(-wv.n_words // TILE)
    # Along the diagonals, so that threads seldom want the same words.
    tiles = ((top, top + off) for off in range(n_blocks) for top in range(n_blocks - off))
    work, total = _Work(tiles, [threading.Lock() for _ in range(n_blocks)]), n_blocks * (n_blocks + 1) // 2
    units = wv.unit[:]
    with threadpool_limits(1, user_api="blas"):
        helpers = [threading.Thread(target=_take_tiles, args=(units, best, work)) for _ in range(threads())]
        for helper in helpers:
            helper.start()
        try:
            while any(helper.is_alive() for helper in helpers):
                report(Progress(work.done, total, "multiplying words by words"))
                helpers[-1].join(LOOK)
                for helper in helpers[:-1]:
                    helper.join(0)
        finally:
            work.stop = True
            for helper in helpers:
                helper.join()
    if work.error:
        raise work.error
    report(Progress(total, total, "multiplying words by words"))


def _take_tiles(units: np.ndarray, best: _Best, work: _Work) -> None:
    try:
        buffer = np.empty((TILE, TILE), np.float32)
        while (tile := work.take()) is not None:
            _tile(units, best, work.locks, *tile, buffer)
            with work.taking:
                work.done += 1
    except BaseException as error:                                             # raised again by the thread that waits
        work.error, work.stop = error, True


def _tile(units: np.ndarray, best: _Best, locks: list[threading.Lock], top: int, left: int, buffer: np.ndarray) -> None:
    """The cosines of two blocks of words, kept for both."""
    from embeddings.hubness.compiled import keep_for_columns, keep_for_rows

    rows, columns = units[top * TILE : (top + 1) * TILE], units[left * TILE : (left + 1) * TILE]
    scores = buffer.reshape(-1)[: len(rows) * len(columns)].reshape(len(rows), len(columns))
    np.matmul(rows, columns.T, out=scores)
    if top == left:
        np.fill_diagonal(scores, -np.inf)                                      # no word is its own neighbour
    with locks[top]:
        keep_for_rows(scores, top * TILE, left * TILE, best.floors, best.scores, best.rows)
    if top != left:
        with locks[left]:
            keep_for_columns(scores, top * TILE, left * TILE, best.floors, best.scores, best.rows)


def _counted_again(wv: WordVectors, best: _Best, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k best of what was kept, by cosines that hang on no order of adding up.

    Where rounding could have hidden one of the k (many words almost equally near, or equal), the word is asked by itself.
    """
    rows, scores = np.empty((wv.n_words, k), np.int32), np.empty((wv.n_words, k), np.float32)
    sure = np.zeros(wv.n_words, bool)
    vectors = np.ascontiguousarray(wv.vectors)
    complete = best.rows.shape[1] == wv.n_words - 1

    def some(start: int, stop: int) -> None:
        for at in range(start, stop, TILE):
            part = slice(at, min(at + TILE, stop))
            rows[part], scores[part] = _sorted(wv, vectors, best, part, k)
            sure[part] = complete or scores[part, -1] > best.floors[part] + np.float32(2 * rounding(wv.dim))

    in_parts(wv.n_words, some)
    zero = wv.inverse_norms == 0
    again = np.flatnonzero(~sure & ~zero)
    rows[again], scores[again] = neighbours_of_rows(wv, again, k)
    rows[zero], scores[zero] = -1, 0
    return rows, scores


def _sorted(wv: WordVectors, vectors: np.ndarray, best: _Best, part: slice, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k best rows and cosines of one part of the words; a tie goes to the earlier row."""
    from embeddings.hubness.compiled import count_again

    kept, nothing = best.rows[part], np.zeros(wv.dim, np.float32)
    queries = np.array([query if (query := unit(vector)) is not None else nothing for vector in wv.unit[part]])
    count_again(queries, vectors, wv.inverse_norms, best.rows, part.start, part.stop, best.scores)
    scores = best.scores[part]
    order = np.lexsort((kept, -scores), axis=1)[:, :k]
    return np.take_along_axis(kept, order, 1), np.take_along_axis(scores, order, 1)
