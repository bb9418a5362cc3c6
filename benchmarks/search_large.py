"""Searching large spaces of 300 dimensions: exact, through the int8 copy, many at once, and through the approximate index.

Real vectors of 300 dimensions are not in the box. These are GloVe's 50 dimensions turned into 300 by a random orthogonal map,
with noise of 0.3 of a vector's length added: its neighbourhoods, in so many numbers. Two million are five such copies.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Measured, Run, alternate, timed
from benchmarks.report import Check, Line, Target
from embeddings import catalog, search
from embeddings.vocabulary import Vocabulary
from embeddings.word_vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

DIM, NOISE, K = 300, 0.3, 10
PAUSE = 0.05                # seconds before each run: BLAS's threads go on spinning for a while and take the processor from the next
SCAN, PRODUCT, GENSIM, INT8, IVF = "exact scan", "`vectors @ q` alone", "gensim `most_similar`", "int8 first", "approximate index"


def measure() -> list[Line | Check]:
    """400,000 and 2,000,000 words; gensim has the same array."""
    with tempfile.TemporaryDirectory(prefix="search-large-") as folder:
        small = lifted(1, Path(folder))
        lines = [*exact(small, 40), *several(small), *approximate(small, Path(folder))]
        del small
        return [*lines, *exact(lifted(5, Path(folder)), 12)]


def lifted(copies: int, folder: Path) -> WordVectors:
    """GloVe with 300 dimensions, so many jittered times over, memory-mapped from the folder."""
    glove, rng = catalog.open_space(), np.random.default_rng(0)
    turned = np.linalg.qr(rng.standard_normal((DIM, glove.dim)))[0].T.astype(np.float32)        # (50, 300)
    n, file = glove.n_words, folder / f"{copies}.npy"
    vectors = np.lib.format.open_memmap(file, "w+", np.float32, (copies * n, DIM))
    for start in range(0, copies * n, 20_000):
        part = np.array(glove.vectors[start % n : start % n + 20_000])
        noise = rng.standard_normal((len(part), DIM), np.float32) / np.float32(DIM**0.5)
        vectors[start : start + len(part)] = part @ turned + NOISE * noise * np.linalg.norm(part, axis=1, keepdims=True)
    words = Vocabulary.from_words(word if not at else f"{word} {at}" for at in range(copies) for word in glove.vocabulary)
    return WordVectors("glove-lifted-300d", words, np.load(file, mmap_mode="r", allow_pickle=False))


def beside(wv: WordVectors) -> KeyedVectors:
    """gensim on the same array."""
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(wv.dim)
    keyed.vectors, keyed.index_to_key = np.asarray(wv.vectors), list(wv.vocabulary)
    keyed.key_to_index = {word: row for row, word in enumerate(keyed.index_to_key)}
    keyed.fill_norms()
    return keyed


def rested(work: Callable[[], object]) -> Run:
    """One call after a pause."""
    time.sleep(PAUSE)
    return timed(work)


def size(wv: WordVectors) -> str:
    """Words and dimensions."""
    return f"{wv.n_words:,} × {wv.dim}"


def exact(wv: WordVectors, rounds: int) -> list[Line | Check]:
    """One query: the plain scan against the product alone and gensim, the int8 copy against gensim."""
    keyed, copy = beside(wv), search.int8.searcher(wv, search.int8.quantise(wv))
    words = wv.vocabulary.words(range(1_000, 1_000 + 7 * rounds, 7))
    rows = wv.rows(words)
    vectors = np.array(wv.vectors[rows])
    contenders = {
        SCAN: lambda at: rested(lambda: search.EXACT.top(wv, vectors[at], K, (int(rows[at]),))),
        PRODUCT: lambda at: rested(lambda: wv.vectors @ vectors[at]),
        INT8: lambda at: rested(lambda: copy.top(wv, vectors[at], K, (int(rows[at]),))),
        GENSIM: lambda at: rested(lambda: keyed.most_similar(words[at], topn=K)),
    }
    alternate(contenders, 2)
    found = alternate(contenders, rounds)
    asked = [(SCAN, PRODUCT, 1.15), (SCAN, GENSIM, 1.0), (INT8, GENSIM, 1 / 3)]
    lines: list[Line | Check] = [
        Line("search_large", f"Ten nearest, {ours}, {size(wv)}", found[ours], found[peer], Target("ratio", most))
        for ours, peer, most in asked
    ]
    return [*lines, same(wv, copy, np.random.default_rng(1).choice(wv.n_words, 100, replace=False))]


def same(wv: WordVectors, copy: search.Searcher, rows: np.ndarray) -> Check:
    """That the int8 copy gave the rows and the cosines of the plain scan."""
    equal = 0
    for row in rows:
        one, two = (searcher.top(wv, wv.vectors[row], K, (int(row),)) for searcher in (search.EXACT, copy))
        equal += all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    told = f"{equal} of {len(rows)} equal, bit for bit"
    return Check("search_large", f"Rankings of int8 first and of the plain scan, {size(wv)}", told, "all", equal == len(rows))


def several(wv: WordVectors) -> list[Line | Check]:
    """1,000 queries at once against gensim one by one, which is asked 50 and scaled."""
    keyed, rows = beside(wv), np.random.default_rng(2).choice(wv.n_words, 1_000, replace=False)
    words = wv.vocabulary.words(rows[:50])
    contenders = {
        SCAN: lambda at: rested(lambda: search.neighbours_of_rows(wv, rows, K)),
        GENSIM: lambda at: rested(lambda: [keyed.most_similar(word, topn=K) for word in words]),
    }
    found = alternate(contenders, 3)
    one_by_one = Measured(f"{GENSIM} × 1,000 (50 × 20)", found[GENSIM].scaled(20).runs)
    return [Line("search_large", f"1,000 queries at once, {size(wv)}", found[SCAN], one_by_one, Target("ratio", 0.1))]


def approximate(wv: WordVectors, folder: Path) -> list[Line | Check]:
    """The index against the exact scan, its recall on words it was not built with, its build time and its bytes."""
    (meta,) = search.index.build(wv, folder / "beside", kinds=("ivf",))
    index = search.index.open(wv, folder / "beside")
    rows = np.random.default_rng(3).choice(wv.n_words, 500, replace=False)
    contenders = {
        IVF: lambda at: rested(lambda: index.top(wv, wv.vectors[rows[at]], K, (int(rows[at]),))),
        SCAN: lambda at: rested(lambda: search.EXACT.top(wv, wv.vectors[rows[at]], K, (int(rows[at]),))),
    }
    alternate(contenders, 2)
    found = alternate(contenders, 40)
    known = [set(near.tolist()) for near in search.neighbours_of_rows(wv, rows, K)[0]]
    recall = search.ivf.recall(wv, index.top, rows, known)
    told = f"{recall:.3f}; built in {meta['seconds']:.0f} s, {meta['bytes'] / 1e6:.0f} MB (vectors {wv.vectors.nbytes / 1e6:.0f} MB)"
    return [
        Line("search_large", f"Ten nearest, {IVF}, {size(wv)}", found[IVF], found[SCAN], Target("ratio", 0.1)),
        Check("search_large", f"Recall of the ten nearest on 500 words, {IVF}, {size(wv)}", told, "≥ 0.98", recall >= 0.98),
    ]
